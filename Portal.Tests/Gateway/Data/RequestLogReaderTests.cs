using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Gateway.Data;

public sealed class RequestLogReaderOnSqliteTests(SqliteCore core) : RequestLogReaderTests(core), IClassFixture<SqliteCore>;

public sealed class RequestLogReaderOnPostgresTests(PostgresCore core) : RequestLogReaderTests(core), IClassFixture<PostgresCore>;

public abstract class RequestLogReaderTests
{
    private readonly CoreHost _core;
    private readonly Tenant _tenant;
    private readonly Actor _actor;
    private readonly DateTimeOffset _start;
    private int _number;

    protected RequestLogReaderTests(CoreHost core)
    {
        _core = core;
        _tenant = core.NewTenant();
        _actor = Actor.System(_tenant);
        // A second apart from every span's edge, so that no call falls on one.
        _start = DateTimeOffset.FromUnixTimeSeconds(core.Time.GetUtcNow().ToUnixTimeSeconds() / 60 * 60).AddSeconds(1);
    }

    private RequestLogReader Reader => _core.Get<RequestLogReader>();

    [Fact]
    public async Task Neighbours_are_the_next_that_match_also_within_one_moment()
    {
        for (var i = 0; i < 4; i++) await Log(_start.AddSeconds(i / 2));
        var rows = (await Reader.List(_actor, new RequestLogFilter(), null, 10, default)).Rows;

        Assert.Equal(new RequestLogNeighbors(rows[0].RequestId, rows[2].RequestId), await Reader.Around(_actor, new RequestLogFilter(), rows[1].Place, default));
        Assert.Equal(new RequestLogNeighbors(null, rows[1].RequestId), await Reader.Around(_actor, new RequestLogFilter(), rows[0].Place, default));
        Assert.Equal(new RequestLogNeighbors(rows[2].RequestId, null), await Reader.Around(_actor, new RequestLogFilter(), rows[3].Place, default));
    }

    [Fact]
    public async Task List_is_newest_first_and_continues_where_it_left_off()
    {
        for (var i = 0; i < 7; i++) await Log(_start.AddSeconds(i / 2));

        var seen = new List<string>();
        RequestLogPlace? place = null;
        RequestLogPage page;
        do
        {
            page = await Reader.List(_actor, new RequestLogFilter(), place, 3, CancellationToken.None);
            seen.AddRange(page.Rows.Select(row => row.RequestId));
            place = page.Rows[^1].Place;
        }
        while (page.HasMore);

        Assert.Equal(Enumerable.Range(1, 7).Reverse().Select(number => Id(number)), seen);
    }

    [Fact]
    public async Task Filters_leave_what_matches_every_part()
    {
        await Log(_start, row => (row.Status, row.Path, row.Latency) = (200, "/api/v1/Contacts/con_1", 900));
        await Log(_start.AddMinutes(1), row => (row.Status, row.ErrorCode, row.Method) = (404, "RESOURCE_NOT_FOUND", "DELETE"));
        await Log(_start.AddMinutes(2), row => (row.Status, row.CallerId, row.Operation) = (429, "key_2", "deals_list"));

        Assert.Equal([3, 2], await Numbers(new RequestLogFilter { Status = 4 }));
        Assert.Equal([2], await Numbers(new RequestLogFilter { Status = 404 }));
        Assert.Equal([1], await Numbers(new RequestLogFilter { Path = "contacts/CON" }));
        Assert.Equal([], await Numbers(new RequestLogFilter { Path = "%" }));
        Assert.Equal([2], await Numbers(new RequestLogFilter { Method = "DELETE", ErrorCode = "RESOURCE_NOT_FOUND" }));
        Assert.Equal([3], await Numbers(new RequestLogFilter { CallerId = "key_2", Operation = "deals_list" }));
        Assert.Equal([2], await Numbers(new RequestLogFilter { From = _start.AddMinutes(1), To = _start.AddMinutes(2) }));
        Assert.Equal([1], await Numbers(new RequestLogFilter { LatencyAtLeast = 900 }));
        Assert.Equal([2], await Numbers(new RequestLogFilter { RequestId = Id(2) }));
        Assert.Equal(ErrorCode.WrongFormat, (await Assert.ThrowsAsync<ProblemException>(() => Numbers(new RequestLogFilter { Path = "\0" }))).Problem.Code);
    }

    [Fact]
    public async Task Histogram_counts_by_outcome_in_every_span()
    {
        await Log(_start, row => row.Status = 200);
        await Log(_start.AddSeconds(30), row => row.Status = 429);
        await Log(_start.AddMinutes(2), row => row.Status = 400);
        await Log(_start.AddMinutes(2), row => row.Status = 500);

        var spans = await Reader.Histogram(_actor, new RequestLogFilter { From = _start, To = _start.AddMinutes(2.5) }, TimeSpan.FromMinutes(1), CancellationToken.None);

        Assert.Equal([(1, 0, 1, 0), (0, 0, 0, 0), (0, 1, 0, 1)], spans.Select(span => (span.Succeeded, span.ClientErrors, span.Refused, span.ServerErrors)));
        Assert.Equal(_start.AddSeconds(-1), spans[0].Start);
    }

    [Fact]
    public async Task Nobody_else_sees_a_row_and_nobody_without_the_scope()
    {
        await Log(_start);
        foreach (var other in new[] { Actor.System(_core.NewTenant()), Actor.System(_tenant with { Mode = ApiMode.Test }) })
        {
            Assert.Empty((await Reader.List(other, new RequestLogFilter(), null, 10, CancellationToken.None)).Rows);
            Assert.Equal(ErrorCode.NotFound, (await Assert.ThrowsAsync<ProblemException>(() => Reader.Get(other, Id(1), CancellationToken.None))).Problem.Code);
        }

        var user = _actor with { UserId = "usr_1", Tenant = _tenant with { Mode = ApiMode.Test } };
        Assert.Equal(ApiMode.Live, (await Reader.Get(user, Id(1), CancellationToken.None)).Mode);
        var stranger = user with { Tenant = _core.NewTenant() };
        Assert.Equal(ErrorCode.NotFound, (await Assert.ThrowsAsync<ProblemException>(() => Reader.Get(stranger, Id(1), CancellationToken.None))).Problem.Code);
        var powerless = _actor with { GrantedScopes = Scopes.Expand(["contacts:read"]) };
        Assert.Equal(ErrorCode.AuthorizationFailed, (await Assert.ThrowsAsync<ProblemException>(() => Reader.List(powerless, new RequestLogFilter(), null, 10, CancellationToken.None))).Problem.Code);
        Assert.Equal("key_1", (await Reader.Get(_actor, Id(1), CancellationToken.None)).Row.CallerName);
    }

    [Fact]
    public async Task New_rows_are_signalled_once_they_can_be_read()
    {
        var heard = 0;
        using var subscription = _core.Get<IClusterSignals>().Subscribe(SignalTopics.RequestLog, id => heard += id == _tenant.OrganizationId ? 1 : 0);
        await Log(_start);
        Assert.Equal(1, heard);
    }

    private string Id(int number) => $"req_{_tenant.OrganizationId}_{number}";

    private async Task<IEnumerable<int>> Numbers(RequestLogFilter filter) =>
        (await Reader.List(_actor, filter, null, 10, CancellationToken.None)).Rows.Select(row => int.Parse(row.RequestId.Split('_')[^1], null));

    private async Task Log(DateTimeOffset at, Action<RequestLog>? change = null)
    {
        var row = new RequestLog
        {
            OrganizationId = _tenant.OrganizationId,
            Mode = _tenant.Mode,
            RequestId = Id(++_number),
            CallerId = "key_1",
            Method = "GET",
            Path = "/api/v1/ping",
            Operation = "ping",
            Status = 200,
            Latency = 100,
            Version = "2024-01-15",
            CreatedAt = at,
        };
        change?.Invoke(row);
        _core.Get<RequestLogWriter>().Add(row, null);
        await _core.Get<RequestLogWriter>().Flush();
    }
}
