using Portal.Core.Access;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;
using static Portal.Tests.Access.Data.ApiKeyCreationTests;

namespace Portal.Tests.Access.Data;

public sealed class ApiKeyChangeTests
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Update_changes_what_is_set_and_nothing_else(DatabaseProvider provider)
    {
        await using var host = await AccessHost.Start(provider);
        var key = await host.Key(new ApiKeyInput
        {
            Name = "Before", Scopes = ["contacts:read"], RateLimit = new(10), ExpiresAt = AccessHost.Now.AddDays(1), AllowedAddresses = ["10.0.0.1"],
        });

        Assert.Equivalent(key with { Name = "After" }, await host.Keys.Update(host.Owner, key.Id, new ApiKeyPatch { Name = new("After") }, Never));
        var changed = await host.Keys.Update(host.Owner, key.Id, new ApiKeyPatch
        {
            Scopes = new(["deals.*"]), RateLimit = new(null), ExpiresAt = new(null), AllowedAddresses = new(null),
        }, Never);

        Assert.Equal(["deals:*"], changed.Scopes);
        Assert.Null(changed.RateLimit);
        Assert.Null(changed.ExpiresAt);
        Assert.Empty(changed.AllowedAddresses);
        Assert.Equivalent(changed, await host.Keys.Get(host.Owner, key.Id, Never));
        Assert.Equal(["key.created", "key.updated", "key.updated"], (await host.Audit()).Select(entry => entry.Action));
        Assert.Contains("scopes, rate_limit, expires_at, allowed_addresses", (await host.Audit())[2].Summary, StringComparison.Ordinal);
        Assert.Single(await host.Events());
    }

    [Fact]
    public async Task Faults_of_an_update_are_told_together_and_change_nothing()
    {
        await using var host = await AccessHost.Start(DatabaseProvider.Sqlite);
        var key = await host.Key("contacts:read");

        var problem = await Refused(host.Keys.Update(host.Owner, key.Id, new ApiKeyPatch
        {
            Name = new(null), Scopes = new([]), ScopesField = "permissions", RateLimit = new(-1), AllowedAddresses = new(["x"]), Enabled = new(null),
        }, Never));

        Assert.Equal(["name", "permissions", "allowed_addresses[0]", "rate_limit", "enabled"], problem.Errors.Select(fault => fault.Field));
        Assert.Equivalent(key, await host.Keys.Get(host.Owner, key.Id, Never));
    }

    [Fact]
    public async Task Disabled_key_can_be_enabled_again()
    {
        await using var host = await AccessHost.Start(DatabaseProvider.Sqlite);
        var key = await host.Key("*");
        host.Signals.Clear();

        Assert.Equal(ApiKeyStatus.Disabled, (await host.Keys.Disable(host.Owner, key.Id, Never)).Status);
        Assert.Contains((SignalTopics.ApiKey, key.Id), host.Signals);
        Assert.Equal(ApiKeyStatus.Active, (await host.Keys.Enable(host.Owner, key.Id, Never)).Status);
        await host.Keys.Enable(host.Owner, key.Id, Never);

        Assert.Equal(["key.created", "key.disabled", "key.enabled"], (await host.Audit()).Select(entry => entry.Action));
    }

    [Fact]
    public async Task Revoked_key_stays_revoked_and_can_be_neither_changed_nor_enabled_nor_rotated()
    {
        await using var host = await AccessHost.Start(DatabaseProvider.Sqlite);
        var key = await host.Key("*");
        var revoked = await host.Keys.Revoke(host.Owner, key.Id, Never);
        Assert.Equal((ApiKeyStatus.Revoked, AccessHost.Now), (revoked.Status, revoked.RevokedAt!.Value));
        host.Time.Advance(TimeSpan.FromHours(1));

        Assert.Equivalent(revoked, await host.Keys.Revoke(host.Owner, key.Id, Never));
        Assert.Equal(ErrorCode.Conflict, (await Refused(host.Keys.Update(host.Owner, key.Id, new ApiKeyPatch { Name = new("N") }, Never))).Code);
        Assert.Equal(ErrorCode.Conflict, (await Refused(host.Keys.Enable(host.Owner, key.Id, Never))).Code);
        Assert.Equal(ErrorCode.Conflict, (await Refused(host.Keys.Disable(host.Owner, key.Id, Never))).Code);
        Assert.Equal(ErrorCode.Conflict, (await Refused(host.Keys.Rotate(host.Owner, key.Id, TimeSpan.Zero, Never))).Code);

        Assert.Equal(["key.created", "key.revoked"], (await host.Events()).Select(record => record.Type));
        Assert.Equal(["key.created", "key.revoked"], (await host.Audit()).Select(entry => entry.Action));
        Assert.Equivalent(revoked, await host.Keys.Get(host.Owner, key.Id, Never));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Key_revoked_by_many_at_once_has_one_event_and_one_audit_entry(DatabaseProvider provider)
    {
        await using var host = await AccessHost.Start(provider);
        var key = await host.Key("*");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => host.Keys.Revoke(host.Owner, key.Id, Never)));

        Assert.All(answers, answer => Assert.Equal(ApiKeyStatus.Revoked, answer.Status));
        Assert.Single(await host.Events(), record => record.Type == "key.revoked");
        Assert.Single(await host.Audit(), entry => entry.Action == "key.revoked");
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task List_has_pages_filters_and_orders(DatabaseProvider provider)
    {
        await using var host = await AccessHost.Start(provider);
        var made = new List<ApiKeyResource>();
        for (var i = 0; i < 5; i++)
        {
            made.Add((await host.Keys.Create(host.Owner, new ApiKeyInput { Name = $"{(char)('e' - i)}", Scopes = ["*"], Mode = i == 4 ? ApiMode.Test : null }, Never)));
        }

        await host.Keys.Revoke(host.Owner, made[0].Id, Never);
        await host.Keys.Disable(host.Owner, made[1].Id, Never);
        await host.Keys.Rotate(host.Owner, made[2].Id, TimeSpan.FromHours(1), Never);
        await host.Keys.Update(host.Owner, made[3].Id, new ApiKeyPatch { ExpiresAt = new(AccessHost.Now) }, Never);
        async Task<IEnumerable<string>> Ids(ApiKeyFilter filter, PageRequest page) =>
            (await host.Keys.List(host.Owner, filter, page, Never)).Items.Select(key => key.Id);

        Assert.Equal([made[0].Id], await Ids(new ApiKeyFilter { Status = "revoked" }, new PageRequest()));
        Assert.Equal([made[1].Id], await Ids(new ApiKeyFilter { Status = "disabled" }, new PageRequest()));
        Assert.Equal([made[2].Id], await Ids(new ApiKeyFilter { Status = "rotating" }, new PageRequest()));
        Assert.Equal([made[3].Id], await Ids(new ApiKeyFilter { Status = "expired" }, new PageRequest()));
        Assert.Equal([made[4].Id], await Ids(new ApiKeyFilter { Mode = ApiMode.Test }, new PageRequest()));
        Assert.Equal([made[4].Id, made[3].Id], await Ids(new(), new PageRequest(PerPage: 2, Sort: "name")));
        var first = await host.Keys.List(host.Owner, new(), new PageRequest(PerPage: 4, Sort: "created_at"), Never);
        Assert.Equal(made.Take(4).Select(key => key.Id), first.Items.Select(key => key.Id));
        var second = await host.Keys.List(host.Owner, new(), new PageRequest(PerPage: 4, Sort: "created_at", Cursor: first.NextCursor), Never);
        Assert.Equal(2, second.Items.Count);
        Assert.Equal(made[4].Id, second.Items[0].Id);
        Assert.Equal("status", (await Refused(host.Keys.List(host.Owner, new ApiKeyFilter { Status = "odd" }, new PageRequest(), Never))).Details["field"]);
    }
}
