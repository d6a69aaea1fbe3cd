using System.Net;
using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;

namespace Portal.Tests.Access.Data;

public sealed class ApiKeyOverviewTests
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Key_is_shown_with_who_used_it_and_its_last_calls(DatabaseProvider provider)
    {
        await using var host = await AccessHost.Start(provider);
        var key = await host.Key("contacts:read");
        Call(host, key, "203.0.113.7", AccessHost.Now.AddDays(-8), 200);
        Call(host, key, "203.0.113.7", AccessHost.Now.AddDays(-1), 200);
        Call(host, key, "198.51.100.2", AccessHost.Now.AddHours(-2), 200);
        Call(host, key, "198.51.100.2", AccessHost.Now.AddHours(-1), 403);
        host.Uses.Touch(key.Id, IPAddress.Parse("198.51.100.2"), AccessHost.Now.AddHours(-2));

        var details = await host.Get<ApiKeyOverview>().Get(host.Viewer, key.Id, Never);

        Assert.Equal([("198.51.100.2", 2), ("203.0.113.7", 1)], details.Users.Select(user => (user.Address!, user.Calls)));
        Assert.Equal([403, 200, 200, 200], details.Recent.Select(call => call.Status));
        Assert.Equal("198.51.100.2", details.Key.LastUsedAddress);
        Assert.Empty(details.UsersSinceRotation);
        Assert.Null(details.PredecessorId);
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task List_is_searched_by_name_in_any_case_prefix_id_and_last_characters(DatabaseProvider provider)
    {
        await using var host = await AccessHost.Start(provider);
        var billing = await host.Keys.Create(host.Owner, new ApiKeyInput { Name = "Billing 100%", Scopes = ["invoices:read"] }, Never);
        await host.Keys.Create(host.Owner, new ApiKeyInput { Name = "Shop", Scopes = ["contacts:read"] }, Never);

        foreach (var search in new[] { "bILL", "0%", billing.Prefix, billing.Id, billing.LastFour, " billing " })
        {
            var found = await host.Get<ApiKeyOverview>().List(host.Owner, new ApiKeyFilter { Search = search }, new PageRequest(), Never);
            Assert.Equal("Billing 100%", Assert.Single(found.Items).Key.Name);
        }

        foreach (var search in new[] { "_", "nobody", "\0x" })
            Assert.DoesNotContain((await host.Get<ApiKeyOverview>().List(host.Owner, new ApiKeyFilter { Search = search }, new PageRequest(), Never)).Items, row => row.Key.Name == search);
    }

    [Fact]
    public async Task Other_organizations_see_nothing_and_programs_are_turned_away()
    {
        await using var host = await AccessHost.Start(DatabaseProvider.Sqlite);
        var key = await host.Key("contacts:read");

        Assert.Empty((await host.Get<ApiKeyOverview>().List(host.Stranger, new ApiKeyFilter(), new PageRequest(), Never)).Items);
        await Assert.ThrowsAsync<ProblemException>(() => host.Get<ApiKeyOverview>().Get(host.Stranger, key.Id, Never));
        await Assert.ThrowsAsync<ArgumentException>(() => host.Get<ApiKeyOverview>().Get(AccessHost.By(key), key.Id, Never));
    }

    [Fact]
    public async Task Replaced_key_and_its_successor_name_each_other()
    {
        await using var host = await AccessHost.Start(DatabaseProvider.Sqlite);
        var old = await host.Key("contacts:read");
        var successor = await host.Keys.Rotate(host.Owner, old.Id, TimeSpan.FromHours(1), Never);

        Assert.Equal(old.Id, (await host.Get<ApiKeyOverview>().Get(host.Owner, successor.Id, Never)).PredecessorId);
        Assert.Equal(successor.Id, (await host.Get<ApiKeyOverview>().Get(host.Owner, old.Id, Never)).Key.Rotation?.ReplacedById);
    }

    private static void Call(AccessHost host, ApiKeyResource key, string address, DateTimeOffset at, int status) => host.Get<RequestLogWriter>().Add(new RequestLog
    {
        OrganizationId = AccessHost.Organization, Mode = key.Mode, RequestId = "req_1", CallerId = key.Id, Method = "GET", Path = "/api/v1/contacts",
        Operation = "listContacts", Status = status, Latency = 900, Address = address, Version = "2024-01-15", CreatedAt = at,
    });
}
