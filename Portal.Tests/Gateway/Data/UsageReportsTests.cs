using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Gateway.Data;

public sealed class UsageReportsOnSqliteTests(SqliteCore core) : UsageReportsTests(core), IClassFixture<SqliteCore>;

public sealed class UsageReportsOnPostgresTests(PostgresCore core) : UsageReportsTests(core), IClassFixture<PostgresCore>;

public abstract class UsageReportsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 20, 12, 0, 0, TimeSpan.Zero);
    private readonly CoreHost _core;
    private readonly Tenant _tenant;
    private readonly Actor _actor;

    protected UsageReportsTests(CoreHost core)
    {
        _core = core;
        _tenant = core.NewTenant();
        _actor = Actor.System(_tenant);
    }

    private UsageReports Reports => _core.Get<UsageReports>();

    private static UsageFilter Hour => new() { From = Noon, To = Noon.AddHours(1) };

    [Fact]
    public async Task Totals_count_every_outcome_and_say_how_long_calls_took()
    {
        Count("key_1", "contacts_get", 0, 200, 400, times: 90);
        Count("key_1", "contacts_get", 5, 404, 900, times: 6);
        Count("key_2", "contacts_list", 5, 429, 100, times: 3);
        Count("key_2", "contacts_list", 10, 500, 5_000_000);
        Count("key_2", "contacts_list", 60, 200, 1);

        var total = await Reports.Total(_actor, Hour, CancellationToken.None);

        Assert.Equal((100, 90, 6, 3, 1), (total.Calls, total.Succeeded, total.ClientErrors, total.Refused, total.ServerErrors));
        Assert.InRange(total.P50!.Value, 250, 500);
        Assert.InRange(total.P95!.Value, 500, 1000);
        Assert.Equal(5_000_000, total.Greatest);
        Assert.Equal(((90 * 400) + (6 * 900) + 300 + 5_000_000) / 100, total.Mean);
    }

    [Fact]
    public async Task Calls_are_grouped_by_operation_caller_and_time()
    {
        Count("key_1", "contacts_get", 0, 200, 400, times: 5);
        Count("key_2", "contacts_get", 31, 200, 400, times: 2);
        Count("key_2", "deals_list", 45, 200, 400);

        Assert.Equal([("contacts_get", 7), ("deals_list", 1)], (await Reports.ByOperation(_actor, Hour, CancellationToken.None)).Select(group => (group.Id, group.Totals.Calls)));
        Assert.Equal([("key_1", 5), ("key_2", 3)], (await Reports.ByCaller(_actor, Hour, CancellationToken.None)).Select(group => (group.Id, group.Totals.Calls)));
        var spans = await Reports.OverTime(_actor, Hour with { CallerId = "key_2" }, TimeSpan.FromMinutes(15), CancellationToken.None);
        Assert.Equal([0, 0, 2, 1], spans.Select(span => span.Totals.Calls));
        Assert.Equal(Noon, spans[0].Start);
        Assert.Equal(1, (await Reports.Total(_actor, Hour with { Operation = "deals_list" }, CancellationToken.None)).Calls);
    }

    [Fact]
    public async Task Nobody_else_sees_a_call_and_nobody_without_the_scope()
    {
        Count("key_1", "ping", 0, 200, 100);

        Assert.Equal(0, (await Reports.Total(Actor.System(_core.NewTenant()), Hour, CancellationToken.None)).Calls);
        Assert.Equal(0, (await Reports.Total(Actor.System(_tenant with { Mode = ApiMode.Test }), Hour, CancellationToken.None)).Calls);
        var powerless = _actor with { GrantedScopes = Scopes.Expand(["contacts:read"]) };
        await Assert.ThrowsAsync<ProblemException>(() => Reports.Total(powerless, Hour, CancellationToken.None));
    }

    private void Count(string caller, string operation, int minute, int status, long latency, int times = 1)
    {
        var cell = _core.Get<UsageMeter>().Cell(_tenant, caller, operation);
        for (var i = 0; i < times; i++) cell.Count(Noon.AddMinutes(minute).ToUnixTimeSeconds() / 60, status, latency, charged: true);
    }
}
