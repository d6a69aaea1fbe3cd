using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;
using static Portal.Tests.Access.Data.ApiKeyCreationTests;

namespace Portal.Tests.Access.Data;

public sealed class ApiKeyUsageTests
{
    private static readonly CancellationToken Never = CancellationToken.None;
    private static readonly Tenant Live = new(AccessHost.Organization, ApiMode.Live);

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Calls_of_the_last_seven_days_are_counted_by_key_and_day(DatabaseProvider provider)
    {
        await using var host = await AccessHost.Start(provider);
        var today = new DateTimeOffset(AccessHost.Now.Date, TimeSpan.Zero);
        Count(host, Live, "key_a", "listContacts", AccessHost.Now, 200, 429);
        Count(host, Live, "key_a", "listDeals", today, 200);
        Count(host, Live, "key_a", "listDeals", today.AddMinutes(-1), 200);
        Count(host, Live, "key_a", "listDeals", today.AddDays(-6), 200);
        Count(host, Live, "key_a", "listDeals", today.AddDays(-6).AddMinutes(-1), 200);
        Count(host, Live with { Mode = ApiMode.Test }, "key_b", "listDeals", today.AddDays(-3).AddHours(5), 500);
        Count(host, new Tenant(AccessHost.OtherOrganization, ApiMode.Live), "key_c", "listDeals", today, 200);

        var days = await host.Usage.CallsPerDay(host.Owner, ["key_a", "key_b", "key_c", "key_d"], Never);

        Assert.Equal([1L, 0, 0, 0, 0, 1, 3], days["key_a"]);
        Assert.Equal([0L, 0, 0, 1, 0, 0, 0], days["key_b"]);
        Assert.Equal(new long[7], days["key_c"]);
        Assert.Equal(new long[7], days["key_d"]);
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Report_holds_the_months_calls_of_the_tenant_by_path_with_unwritten_ones(DatabaseProvider provider)
    {
        await using var host = await AccessHost.Start(provider);
        var key = (await host.Keys.Create(host.Owner, new ApiKeyInput { Name = "K", Scopes = ["usage:read"], RateLimit = new(1000) }, Never));
        var start = new DateTimeOffset(AccessHost.Now.Year, AccessHost.Now.Month, 1, 0, 0, 0, TimeSpan.Zero);
        Count(host, Live, key.Id, "listExpenses", start, 200, 200);
        Count(host, Live, "key_other", "createExpense", AccessHost.Now, 201, 400, 429, 500);
        Count(host, Live, key.Id, "gone", AccessHost.Now, 200);
        Count(host, Live, key.Id, "listExpenses", start.AddMinutes(-1), 200);
        Count(host, Live with { Mode = ApiMode.Test }, key.Id, "listExpenses", AccessHost.Now, 200);
        Count(host, new Tenant(AccessHost.OtherOrganization, ApiMode.Live), "key_foreign", "listExpenses", AccessHost.Now, 200);

        var report = await host.Usage.Month(AccessHost.By(key), Path, Never);

        Assert.Equal((start, AccessHost.Now, 7L, 3L, (int?)1000), (report.From, report.To, report.TotalRequests, report.TotalErrors, report.RateLimit));
        Assert.Equal(["/api/v1/financial/expenses", "gone"], report.Endpoints.Keys);
        Assert.Equal(new EndpointUsage(6, 3), report.Endpoints["/api/v1/financial/expenses"]);
        Assert.Equal(new EndpointUsage(1, 0), report.Endpoints["gone"]);
        Assert.Null((await host.Usage.Month(host.Owner, Path, Never)).RateLimit);
    }

    [Fact]
    public async Task Report_needs_its_scope()
    {
        await using var host = await AccessHost.Start(DatabaseProvider.Sqlite);
        var problem = await Refused(host.Usage.Month(AccessHost.By(await host.Key("contacts:*")), Path, Never));
        Assert.Equal((ErrorCode.AuthorizationFailed, "usage:read"), (problem.Code, problem.Details["scope"]));
    }

    private static string? Path(string operation) => operation is "listExpenses" or "createExpense" ? "/api/v1/financial/expenses" : null;

    private static void Count(AccessHost host, Tenant tenant, string caller, string operation, DateTimeOffset moment, params int[] statuses)
    {
        foreach (var status in statuses) host.Meter.Cell(tenant, caller, operation).Count(moment.ToUnixTimeSeconds() / 60, status, 10, true);
    }
}
