using Portal.Core.Gateway;
using Portal.Core.Shared.Data;
using Portal.Gateway;
using Portal.Shared;

namespace Portal.Tests.Gateway.Unit;

/// <summary>What the addresses of the request log and of usage mean, and what their export writes.</summary>
public sealed class PageQueryStateTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 20, 10, 30, 17, TimeSpan.Zero);
    private static readonly LogQuery Nothing = new(null, null, null, null, null, null, null, null, null, null);

    [Theory]
    [InlineData("15m", 15, 60)]
    [InlineData("1h", 60, 60)]
    [InlineData("24h", 1440, 48)]
    [InlineData("7d", 10080, 56)]
    [InlineData(null, 1440, 48)]
    [InlineData("9 o'clock", 1440, 48)]
    public void Span_ends_now_in_whole_steps_and_has_at_most_sixty(string? span, int minutes, int steps)
    {
        var period = Period.Of(span, null, null, "24h", TimeSpan.FromSeconds(15), Now);

        Assert.True(period.IsLive);
        Assert.Equal(minutes, (period.To - period.From).TotalMinutes);
        Assert.Equal(steps, (int)((period.To - period.From) / period.Step));
        Assert.True(period.To > Now && period.To - Now <= period.Step);
        Assert.Equal(0, period.From.UtcTicks % period.Step.Ticks);
    }

    [Fact]
    public void Own_span_wins_and_does_not_move()
    {
        var period = Period.Of("1h", "2026-03-20T08:00:00Z", "2026-03-20T09:00:00+00:00", "24h", TimeSpan.FromMinutes(1), Now);

        Assert.Equal((new DateTimeOffset(2026, 3, 20, 8, 0, 0, TimeSpan.Zero), TimeSpan.FromMinutes(1), false), (period.From, period.Step, period.IsLive));
        Assert.Equal(period.From, period.Before.To);
        Assert.Equal(TimeSpan.FromHours(1), period.Before.To - period.Before.From);
    }

    [Theory]
    [InlineData("nonsense", null)]
    [InlineData("2026-03-20T09:00:00Z", "2026-03-20T08:00:00Z")]
    [InlineData("2001-01-01T00:00:00Z", "2026-03-20T08:00:00Z")]
    [InlineData("0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z")]
    public void Impossible_span_of_its_own_is_not_one(string from, string? to) =>
        Assert.True(Period.Of("1h", from, to, "24h", TimeSpan.FromMinutes(1), Now).IsLive);

    [Fact]
    public void Search_finds_paths_and_by_their_prefix_requests()
    {
        var period = Nothing.PeriodAt(Now);

        Assert.Equal("contacts", (Nothing with { Search = "contacts" }).FilterIn(period).Path);
        var byId = (Nothing with { Search = "req_01" }).FilterIn(period);
        Assert.Equal(("req_01", null), (byId.RequestId, byId.Path));
    }

    [Theory]
    [InlineData("4", 4)]
    [InlineData("429", 429)]
    [InlineData("9", null)]
    [InlineData("-4", null)]
    [InlineData("many", null)]
    public void Status_is_a_status_or_a_class_of_them(string status, int? expected) =>
        Assert.Equal(expected, (Nothing with { Status = status }).FilterIn(Nothing.PeriodAt(Now)).Status);

    [Theory]
    [InlineData("12.5", 12_500L)]
    [InlineData("-1", null)]
    [InlineData("1e9", null)]
    public void Milliseconds_become_microseconds(string slow, long? expected) =>
        Assert.Equal(expected, (Nothing with { Slow = slow }).FilterIn(Nothing.PeriodAt(Now)).LatencyAtLeast);

    [Fact]
    public void Place_survives_the_address_and_what_is_none_is_none()
    {
        var place = new RequestLogPlace(Now, 4711);

        Assert.Equal(place, LogQuery.PlaceOf(LogQuery.CursorOf(place)));
        foreach (var broken in new[] { null, "", "12", "a-b", "-1-2", $"{long.MaxValue}-1", "1-2-3" }) Assert.Null(LogQuery.PlaceOf(broken));
    }

    [Fact]
    public void Csv_quotes_by_the_rfc_and_runs_no_formula()
    {
        var csv = new CsvText(["a", "b"]);
        csv.Add("x,\"y\"\r\nz", "=HYPERLINK(1)");
        csv.Add("-12.5", "-1+cmd|' /C calc'!A0");
        csv.Add("@sum", "\t=1");

        Assert.Equal("a,b\r\n\"x,\"\"y\"\"\r\nz\",'=HYPERLINK(1)\r\n-12.5,'-1+cmd|' /C calc'!A0\r\n'@sum,'\t=1\r\n", csv.ToString());
    }

    [Fact]
    public void Export_has_a_line_for_each_row_and_nothing_where_nothing_was_measured()
    {
        var lines = UsageExport.Text("endpoint", [new UsageGroup("contacts_list", "=evil", new UsageTotals(10, 2, 1, 0, 1500, 1000, 2250, 3000, 4000)), new UsageGroup("x", "x", new UsageTotals(1, 0, 0, 1, null, null, null, null, null))]).Split("\r\n");

        Assert.Equal("endpoint,name,calls,succeeded,client_errors,rate_limited,server_errors,mean_ms,p50_ms,p95_ms,p99_ms,max_ms", lines[0]);
        Assert.Equal("contacts_list,'=evil,10,7,2,1,0,1.5,1,2.25,3,4", lines[1]);
        Assert.Equal("x,x,1,0,0,0,1,,,,,", lines[2]);
    }

    [Fact]
    public void Curl_line_repeats_the_call_and_quotes_what_the_shell_would_read()
    {
        var row = new RequestLogRow(1, "req_1", "key_1", "Shop", "POST", "/api/v1/contacts", "contacts_create", 201, 900, null, Now);
        var request = new ExchangeSide([new("Host", "p"), new("X-API-Key", "••••")], "{\"name\":\"O'Neil\"}", 17, false);
        var entry = new RequestLogEntry(row, ApiMode.Live, "a=1", null, null, "2024-01-15", new Exchange(request, new ExchangeSide([], null, 0, false), []));

        Assert.Equal("curl -X POST 'http://p/api/v1/contacts?a=1' \\\n  -H 'X-API-Key: ••••' \\\n  --data-raw '{\"name\":\"O'\\''Neil\"}'", CurlLine.Of(entry, "http://p/"));
    }
}
