using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;
using static Portal.Tests.Access.Data.ApiKeyCreationTests;

namespace Portal.Tests.Access.Data;

/// <summary>Nobody gets more through a key than they have.</summary>
public sealed class ApiKeyCeilingTests
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [Fact]
    public async Task Viewer_neither_sees_nor_makes_nor_changes_keys()
    {
        await using var host = await AccessHost.Start(DatabaseProvider.Sqlite);
        var key = await host.Key("contacts:read");

        foreach (var call in new Func<Task>[]
        {
            () => host.Keys.List(host.Viewer, new(), new PageRequest(), Never),
            () => host.Keys.Get(host.Viewer, key.Id, Never),
            () => host.Keys.Create(host.Viewer, new ApiKeyInput { Name = "K", Scopes = ["contacts:read"] }, Never),
            () => host.Keys.Update(host.Viewer, key.Id, new ApiKeyPatch { Name = new("N") }, Never),
            () => host.Keys.Disable(host.Viewer, key.Id, Never),
            () => host.Keys.Revoke(host.Viewer, key.Id, Never),
            () => host.Keys.Rotate(host.Viewer, key.Id, TimeSpan.Zero, Never),
            () => host.Usage.CallsPerDay(host.Viewer, [key.Id], Never),
            () => host.Usage.Rotation(host.Viewer, key.Id, Never),
        })
        {
            var problem = await Refused(call());
            Assert.Equal(ErrorCode.AuthorizationFailed, problem.Code);
            Assert.StartsWith("keys:", (string)problem.Details["scope"]!, StringComparison.Ordinal);
        }

        Assert.Equivalent(key, await host.Keys.Get(host.Owner, key.Id, Never));
    }

    [Fact]
    public async Task Actor_without_stated_scopes_may_do_nothing()
    {
        await using var host = await AccessHost.Start(DatabaseProvider.Sqlite);
        var problem = await Refused(host.Keys.Create(host.Owner with { GrantedScopes = null }, new ApiKeyInput { Name = "K", Scopes = ["contacts:read"] }, Never));
        Assert.Equal(ErrorCode.AuthorizationFailed, problem.Code);
    }

    [Theory]
    [InlineData("contacts:*", null)]
    [InlineData("contacts:read", null)]
    [InlineData("organization:read", null)]
    [InlineData("organization:write", "organization:write")]
    [InlineData("organization:*", "organization:*")]
    [InlineData("*", "*")]
    public async Task Developer_grants_what_the_role_has(string scope, string? missing)
    {
        await using var host = await AccessHost.Start(DatabaseProvider.Sqlite);
        var call = host.Keys.Create(host.Developer, new ApiKeyInput { Name = "K", Scopes = ["deals:read", scope] }, Never);
        if (missing is null) Assert.Contains(scope, (await call).Scopes);
        else Assert.Equal(missing, (await Refused(call)).Details["scope"]);
    }

    [Theory]
    [InlineData("contacts:read", true)]
    [InlineData("contacts:update", true)]
    [InlineData("contacts:*", true)]
    [InlineData("deals:create", true)]
    [InlineData("deals:write", false)]
    [InlineData("deals:*", false)]
    [InlineData("leads:read", false)]
    [InlineData("*", false)]
    public async Task Key_grants_what_it_has(string scope, bool granted)
    {
        await using var host = await AccessHost.Start(DatabaseProvider.Sqlite);
        var maker = AccessHost.By(await host.Key("keys:*", "contacts:read", "contacts:write", "deals:create", "deals:update", "deals:delete"));

        var call = host.Keys.Create(maker, new ApiKeyInput { Name = "K", Scopes = [scope] }, Never);

        if (granted) Assert.Equal([scope], (await call).Scopes);
        else Assert.Equal(ErrorCode.AuthorizationFailed, (await Refused(call)).Code);
    }

    [Fact]
    public async Task Key_neither_changes_nor_rotates_a_stronger_key_nor_widens_a_weaker_one_but_may_revoke()
    {
        await using var host = await AccessHost.Start(DatabaseProvider.Sqlite);
        var maker = AccessHost.By(await host.Key("keys:*", "contacts:read"));
        var stronger = await host.Key("*");
        var weaker = await host.Key("contacts:read");

        Assert.Equal(ErrorCode.AuthorizationFailed, (await Refused(host.Keys.Rotate(maker, stronger.Id, TimeSpan.Zero, Never))).Code);
        Assert.Equal(ErrorCode.AuthorizationFailed, (await Refused(host.Keys.Update(maker, stronger.Id, new ApiKeyPatch { Name = new("Mine") }, Never))).Code);
        Assert.Equal(ErrorCode.AuthorizationFailed, (await Refused(host.Keys.Update(maker, stronger.Id, new ApiKeyPatch { Scopes = new(["contacts:read"]) }, Never))).Code);
        Assert.Equal(ErrorCode.AuthorizationFailed, (await Refused(host.Keys.Update(maker, weaker.Id, new ApiKeyPatch { Scopes = new(["contacts:*"]) }, Never))).Code);
        Assert.Equal("Mine", (await host.Keys.Update(maker, weaker.Id, new ApiKeyPatch { Name = new("Mine") }, Never)).Name);
        Assert.Equal(ApiKeyStatus.Revoked, (await host.Keys.Revoke(maker, stronger.Id, Never)).Status);
    }

    [Fact]
    public async Task Key_sees_and_makes_keys_of_its_own_mode_only()
    {
        await using var host = await AccessHost.Start(DatabaseProvider.Sqlite);
        var live = await host.Key("*");
        var test = (await host.Keys.Create(host.Owner, new ApiKeyInput { Name = "T", Scopes = ["*"], Mode = ApiMode.Test }, Never));
        var tester = AccessHost.By(test);

        Assert.Equal([test.Id], (await host.Keys.List(tester, new(), new PageRequest(), Never)).Items.Select(key => key.Id));
        Assert.Empty((await host.Keys.List(tester, new ApiKeyFilter { Mode = ApiMode.Live }, new PageRequest(), Never)).Items);
        Assert.Equal(ApiMode.Test, (await host.Keys.Create(tester, new ApiKeyInput { Name = "K", Scopes = ["*"] }, Never)).Mode);
        Assert.Equal(ErrorCode.AuthorizationFailed,
            (await Refused(host.Keys.Create(tester, new ApiKeyInput { Name = "K", Scopes = ["*"], Mode = ApiMode.Live }, Never))).Code);
        Assert.Equal(ErrorCode.NotFound, (await Refused(host.Keys.Get(tester, live.Id, Never))).Code);
        Assert.Equal(ErrorCode.NotFound, (await Refused(host.Keys.Revoke(tester, live.Id, Never))).Code);
        Assert.Equal(ErrorCode.NotFound, (await Refused(host.Keys.Rotate(tester, live.Id, TimeSpan.Zero, Never))).Code);
        Assert.Equal(ErrorCode.NotFound, (await Refused(host.Usage.Rotation(tester, live.Id, Never))).Code);
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite, "key_1")]
    [InlineData(DatabaseProvider.Postgres, "key_\0")]
    [InlineData(DatabaseProvider.Postgres, "\ud800")]
    [InlineData(DatabaseProvider.Postgres, "")]
    public async Task Another_organizations_key_is_as_unknown_as_one_that_never_was(DatabaseProvider provider, string never)
    {
        await using var host = await AccessHost.Start(provider);
        var foreign = (await host.Keys.Create(host.Stranger, new ApiKeyInput { Name = "F", Scopes = ["*"] }, Never));
        foreach (var id in new[] { foreign.Id, never })
        {
            foreach (var call in new Func<Task>[]
            {
                () => host.Keys.Get(host.Owner, id, Never),
                () => host.Keys.Update(host.Owner, id, new ApiKeyPatch { Name = new("N") }, Never),
                () => host.Keys.Revoke(host.Owner, id, Never),
                () => host.Keys.Rotate(host.Owner, id, TimeSpan.Zero, Never),
                () => host.Usage.Rotation(host.Owner, id, Never),
            })
            {
                Assert.Equal(ErrorCode.NotFound, (await Refused(call())).Code);
            }
        }

        Assert.Empty((await host.Keys.List(host.Owner, new(), new PageRequest(), Never)).Items);
        Assert.Equal(ApiKeyStatus.Active, (await host.Keys.Get(host.Stranger, foreign.Id, Never)).Status);
    }

    [Fact]
    public async Task Key_hands_its_own_address_ranges_on_and_never_wider_ones()
    {
        await using var host = await AccessHost.Start(DatabaseProvider.Sqlite);
        var maker = AccessHost.By((await host.Keys.Create(
            host.Owner, new ApiKeyInput { Name = "M", Scopes = ["*"], AllowedAddresses = ["10.0.0.0/8", "2001:db8::/32"] }, Never)));
        async Task<ApiKeyResource> Made(params string[]? addresses) =>
            (await host.Keys.Create(maker, new ApiKeyInput { Name = "K", Scopes = ["*"], AllowedAddresses = addresses }, Never));

        var heir = await Made(null);
        Assert.Equal(["10.0.0.0/8", "2001:db8::/32"], heir.AllowedAddresses);
        Assert.Equal(["10.1.0.0/16", "2001:db8::1"], (await Made("10.1.0.0/16", "2001:db8::1")).AllowedAddresses);
        foreach (var wider in new string[][] { [], ["0.0.0.0/0"], ["10.0.0.0/8", "192.0.2.1"], ["10.0.0.0/7"], ["::/0"] })
        {
            Assert.Equal(ErrorCode.AuthorizationFailed, (await Refused(Made(wider))).Code);
            Assert.Equal(ErrorCode.AuthorizationFailed,
                (await Refused(host.Keys.Update(maker, heir.Id, new ApiKeyPatch { AllowedAddresses = new(wider) }, Never))).Code);
        }

        var open = await host.Key("*");
        Assert.Equal(ErrorCode.AuthorizationFailed, (await Refused(host.Keys.Rotate(maker, open.Id, TimeSpan.Zero, Never))).Code);
    }

    [Fact]
    public async Task Key_gives_no_key_a_longer_life_than_its_own()
    {
        await using var host = await AccessHost.Start(DatabaseProvider.Sqlite);
        var end = AccessHost.Now.AddDays(1);
        var own = (await host.Keys.Create(host.Owner, new ApiKeyInput { Name = "M", Scopes = ["*"], ExpiresAt = end }, Never));
        var maker = AccessHost.By(own);

        var heir = (await host.Keys.Create(maker, new ApiKeyInput { Name = "K", Scopes = ["*"] }, Never));
        Assert.Equal(end, heir.ExpiresAt);
        var longer = new ApiKeyInput { Name = "K", Scopes = ["*"], ExpiresAt = end.AddSeconds(1) };
        Assert.Equal(ErrorCode.AuthorizationFailed, (await Refused(host.Keys.Create(maker, longer, Never))).Code);
        foreach (var id in new[] { heir.Id, own.Id })
        {
            Assert.Equal(ErrorCode.AuthorizationFailed,
                (await Refused(host.Keys.Update(maker, id, new ApiKeyPatch { ExpiresAt = new(null) }, Never))).Code);
        }

        var endless = await host.Key("*");
        Assert.Equal(ErrorCode.AuthorizationFailed, (await Refused(host.Keys.Rotate(maker, endless.Id, TimeSpan.Zero, Never))).Code);
        Assert.Equal(end, (await host.Keys.Rotate(maker, own.Id, TimeSpan.Zero, Never)).ExpiresAt);
    }

    [Fact]
    public async Task Key_that_was_revoked_while_its_call_was_under_way_makes_no_other()
    {
        await using var host = await AccessHost.Start(DatabaseProvider.Sqlite);
        var own = await host.Key("*");
        var maker = AccessHost.By(own);
        Assert.NotNull(await host.Keys.Create(maker, new ApiKeyInput { Name = "K", Scopes = ["*"] }, Never));

        await host.Keys.Revoke(host.Owner, own.Id, Never);

        Assert.Equal(ErrorCode.AuthenticationFailed,
            (await Refused(host.Keys.Create(maker, new ApiKeyInput { Name = "K", Scopes = ["*"] }, Never))).Code);
    }
}
