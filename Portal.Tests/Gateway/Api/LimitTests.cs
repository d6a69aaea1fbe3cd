using System.Globalization;
using System.Net;
using Portal.Core.Access;
using Portal.Core.Gateway;

namespace Portal.Tests.Gateway.Api;

/// <summary>Limits and quotas at the door: what headers say, what refuses, and that a refusal costs nothing.</summary>
public sealed class LimitTests : IAsyncLifetime
{
    private const string Ping = "/api/v1/ping";
    private readonly GatewayHost _host = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Every_answer_carries_the_tightest_limit()
    {
        using var client = await _host.Client(Plan.Free, key => key.RateLimit = 7);
        var answer = await client.GetAsync(Ping);
        Assert.Equal("7", answer.Header("X-RateLimit-Limit"));
        Assert.Equal("6", answer.Header("X-RateLimit-Remaining"));
        var reset = long.Parse(answer.Header("X-RateLimit-Reset")!, CultureInfo.InvariantCulture);
        Assert.InRange(reset, _host.Time.GetUtcNow().ToUnixTimeSeconds() + 59, _host.Time.GetUtcNow().ToUnixTimeSeconds() + 62);
        Assert.Equal("\"key\";q=7;w=60", answer.Header("RateLimit-Policy"));
        Assert.StartsWith("\"key\";r=6;t=", answer.Header("RateLimit"), StringComparison.Ordinal);
        Assert.Null(answer.Header("Retry-After"));
    }

    [Fact]
    public async Task Refusal_names_the_limit_and_the_wait_is_true()
    {
        using var client = await _host.Client(change: key => key.RateLimit = 3);
        for (var i = 0; i < 3; i++) Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(Ping)).StatusCode);
        for (var i = 0; i < 5; i++)
        {
            var refused = await client.GetAsync(Ping);
            var details = await refused.Refused(HttpStatusCode.TooManyRequests, "RATE_LIMIT_EXCEEDED", "SYS_003");
            Assert.Equal("key", details.GetProperty("limit").GetString());
            Assert.Equal(refused.Header("Retry-After"), refused.Header("X-RateLimit-Retry-After"));
        }

        var last = await client.GetAsync(Ping);
        var wait = long.Parse(last.Header("Retry-After")!, CultureInfo.InvariantCulture);
        _host.Time.Advance(TimeSpan.FromSeconds(wait - 2));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await client.GetAsync(Ping)).StatusCode);
        _host.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(Ping)).StatusCode);
    }

    [Fact]
    public async Task Category_limits_each_caller_of_a_plan()
    {
        await _host.SetLimits(LimitsDocument.Default with { Premium = new PlanLimits { Categories = { [RateCategory.CrmRead] = 2 } } });
        var organization = await _host.Organization(Plan.Premium);
        using var first = _host.App.Client((await _host.Key(organization)).Secret);
        using var second = _host.App.Client((await _host.Key(organization)).Secret);
        Assert.Equal(HttpStatusCode.OK, (await first.GetAsync(Ping)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await first.GetAsync(Ping)).StatusCode);
        var details = await (await first.GetAsync(Ping)).Refused(HttpStatusCode.TooManyRequests, "RATE_LIMIT_EXCEEDED", "SYS_003");
        Assert.Equal("category:crm_read", details.GetProperty("limit").GetString());
        Assert.Equal(HttpStatusCode.OK, (await second.GetAsync(Ping)).StatusCode);
    }

    [Theory]
    [InlineData(LimitScope.User, 6)]
    [InlineData(LimitScope.Organization, 3)]
    public async Task Pattern_with_burst_counts_by_its_scope(LimitScope scope, int admitted)
    {
        await _host.SetLimits(LimitsDocument.Default with
        {
            Premium = new PlanLimits { Patterns = { new PatternLimit { Pattern = "/api/ping", RequestsPerMinute = 2, Burst = 1, Scope = scope } } },
        });
        var organization = await _host.Organization(Plan.Premium);
        using var first = _host.App.Client((await _host.Key(organization)).Secret);
        using var second = _host.App.Client((await _host.Key(organization)).Secret);
        var ok = 0;
        for (var i = 0; i < 10; i++)
        {
            if ((await first.GetAsync(Ping)).IsSuccessStatusCode) ok++;
            if ((await second.GetAsync("/api/ping")).IsSuccessStatusCode) ok++;
        }

        Assert.Equal(admitted, ok);
    }

    [Fact]
    public async Task Global_limit_counts_everybody()
    {
        await _host.SetLimits(LimitsDocument.Default with { GlobalPerMinute = 3 });
        var ok = 0;
        for (var i = 0; i < 5; i++)
        {
            using var client = await _host.Client();
            if ((await client.GetAsync(Ping)).IsSuccessStatusCode) ok++;
        }

        Assert.Equal(3, ok);
    }

    [Fact]
    public async Task Enterprise_is_unlimited_until_somebody_limits_it_and_the_change_takes_effect_at_once()
    {
        using var client = await _host.Client();
        for (var i = 0; i < 50; i++)
        {
            var answer = await client.GetAsync(Ping);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.NotNull(answer.Header("X-RateLimit-Limit"));
            Assert.NotNull(answer.Header("RateLimit"));
        }

        await _host.SetLimits(LimitsDocument.Default with { Enterprise = new PlanLimits { Categories = { [RateCategory.CrmRead] = 1 } } });
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(Ping)).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await client.GetAsync(Ping)).StatusCode);
    }

    [Fact]
    public async Task Monthly_quota_ends_at_its_last_call_and_begins_anew_with_the_month()
    {
        await _host.SetLimits(LimitsDocument.Default with { Free = new PlanLimits { MonthlyCalls = 3 } });
        using var client = await _host.Client(Plan.Free);
        for (var i = 0; i < 3; i++) Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(Ping)).StatusCode);
        var details = await (await client.GetAsync(Ping)).Refused(HttpStatusCode.TooManyRequests, "QUOTA_EXCEEDED", "SYS_004");
        Assert.Equal(3, details.GetProperty("quota").GetInt64());
        var next = details.GetProperty("would_succeed_at").GetDateTimeOffset();
        Assert.Equal(1, next.Day);
        _host.Time.Advance(next - _host.Time.GetUtcNow());
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(Ping)).StatusCode);
    }

    [Fact]
    public async Task Call_refused_by_a_limit_uses_no_quota()
    {
        await _host.SetLimits(LimitsDocument.Default with { Free = new PlanLimits { MonthlyCalls = 4 } });
        using var client = await _host.Client(Plan.Free, key => key.RateLimit = 2);
        for (var i = 0; i < 10; i++) await client.GetAsync(Ping);
        _host.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(Ping)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(Ping)).StatusCode);
        _host.Time.Advance(TimeSpan.FromMinutes(2));
        await (await client.GetAsync(Ping)).Refused(HttpStatusCode.TooManyRequests, "QUOTA_EXCEEDED", "SYS_004");
    }

    [Fact]
    public async Task Quota_used_up_consumes_no_limit()
    {
        await _host.SetLimits(LimitsDocument.Default with { Free = new PlanLimits { MonthlyCalls = 1 } });
        using var client = await _host.Client(Plan.Free, key => key.RateLimit = 5);
        Assert.Equal("4", (await client.GetAsync(Ping)).Header("X-RateLimit-Remaining"));
        for (var i = 0; i < 10; i++) Assert.Equal("4", (await client.GetAsync(Ping)).Header("X-RateLimit-Remaining"));
    }

    [Fact]
    public async Task Concurrent_calls_get_exactly_the_limit()
    {
        using var client = await _host.Client(change: key => key.RateLimit = 20);
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => client.GetAsync(Ping)));
        Assert.Equal(20, answers.Count(answer => answer.IsSuccessStatusCode));
        Assert.Equal(80, answers.Count(answer => answer.StatusCode == HttpStatusCode.TooManyRequests));
    }
}
