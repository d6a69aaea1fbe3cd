using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;
using Portal.Tests.Access.Data;

namespace Portal.Tests.Gateway.Data;

public sealed class TrafficGlanceTests
{
    private static readonly Tenant Live = new(AccessHost.Organization, ApiMode.Live);

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Hour_is_counted_by_minute_with_its_latency_and_failures(DatabaseProvider provider)
    {
        await using var host = await AccessHost.Start(provider);
        for (var call = 1; call <= 20; call++) Call(host, Live, AccessHost.Now.AddMinutes(-call), call == 3 ? 404 : 200, call * 1000);
        Call(host, Live, AccessHost.Now.AddMinutes(-61), 500, 9_000_000);
        Call(host, Live with { Mode = ApiMode.Test }, AccessHost.Now, 500, 9_000_000);
        Call(host, Live with { OrganizationId = AccessHost.OtherOrganization }, AccessHost.Now, 500, 9_000_000);

        var hour = await host.Get<TrafficGlance>().Of(host.Owner, Plan.Free, default);

        Assert.Equal((20, 1), (hour.Calls, hour.Errors));
        Assert.Equal(60, hour.CallsPerMinute.Count);
        Assert.Equal((0, 1, 1), (hour.CallsPerMinute[59], hour.CallsPerMinute[58], hour.ErrorsPerMinute[56]));
        Assert.Equal(19_000, hour.P95);
        var failed = Assert.Single(hour.Failed);
        Assert.Equal((404, "req_3000"), (failed.Status, failed.RequestId));
        // Both modes count against one quota.
        Assert.Equal((22, 100), (hour.MonthUsed, hour.MonthAllowed));
    }

    [Fact]
    public async Task Quiet_hour_has_no_latency()
    {
        await using var host = await AccessHost.Start(DatabaseProvider.Sqlite);

        var hour = await host.Get<TrafficGlance>().Of(host.Viewer, Plan.Enterprise, default);

        Assert.Equal((0, 0, null, 0, null), (hour.Calls, hour.Errors, hour.P95, hour.MonthUsed, hour.MonthAllowed));
        Assert.Empty(hour.Failed);
    }

    [Fact]
    public async Task Program_without_the_scope_is_refused()
    {
        await using var host = await AccessHost.Start(DatabaseProvider.Sqlite);
        var actor = host.Owner with { GrantedScopes = Scopes.Expand(["contacts:read"]) };

        var refused = await Assert.ThrowsAsync<ProblemException>(() => host.Get<TrafficGlance>().Of(actor, Plan.Free, default));

        Assert.Equal(403, refused.Problem.Code.Status);
    }

    private static void Call(AccessHost host, Tenant tenant, DateTimeOffset at, int status, long latency)
    {
        host.Meter.Cell(tenant, "key_1", "contacts_list").Count(at.ToUnixTimeSeconds() / 60, status, latency, charged: true);
        host.Get<RequestLogWriter>().Add(new RequestLog
        {
            OrganizationId = tenant.OrganizationId, Mode = tenant.Mode, RequestId = $"req_{latency}", CallerId = "key_1", Method = "GET", Path = "/api/v1/contacts",
            Operation = "contacts_list", Status = status, Latency = latency, Version = "2024-01-15", CreatedAt = at,
        });
    }
}
