using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using static Portal.Tests.Access.AccessFixture;

namespace Portal.Tests.Access.Data;

public sealed class SigningKeyTests
{
    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Next_key_takes_over_after_its_lifetime_and_the_old_one_still_verifies(DatabaseProvider provider)
    {
        await using var portal = await Start(provider);
        await portal.Register();
        portal.Time.Advance(TimeSpan.FromDays(90) - TimeSpan.FromMinutes(10));
        var before = (await portal.StartSession()).AccessToken;
        portal.Time.Advance(TimeSpan.FromMinutes(10));
        var after = (await portal.StartSession()).AccessToken;
        Assert.NotEqual(KidOf(before), KidOf(after));

        // Another process has verified neither: it must find both keys in the database.
        await using var second = await portal.Again();
        foreach (var node in new[] { portal, second })
        {
            Assert.NotNull((await node.Check(before)).Principal);
            Assert.NotNull((await node.Check(after)).Principal);
        }

        portal.Time.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(TokenFault.Expired, (await second.Check(before)).Fault);
        Assert.Equal(2, await CountKeys(portal));
    }

    [Fact]
    public async Task Keys_that_nothing_needs_any_more_are_deleted()
    {
        await using var portal = await Start(settings: new() { ["Accounts:SigningKeyLifetime"] = "01:00:00" });
        await portal.Register();
        for (var i = 0; i < 4; i++)
        {
            portal.Time.Advance(TimeSpan.FromHours(1));
            await portal.StartSession();
        }

        Assert.Equal(2, await CountKeys(portal));
    }

    [Fact]
    public async Task Nodes_that_start_or_rotate_at_once_agree_on_one_key()
    {
        await using var portal = await Start(DatabaseProvider.Postgres);
        await portal.Store.WriteAcross((db, token) => db.SigningKeys.ExecuteDeleteAsync(token), default);
        var nodes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => portal.Again())));
        Assert.Equal(["sig_00000001"], await KeysOf(nodes));
        Assert.Equal(1, await CountKeys(portal));

        portal.Time.Advance(TimeSpan.FromDays(90));
        Assert.Equal(["sig_00000002"], await KeysOf(nodes));
        Assert.Equal(2, await CountKeys(portal));
        foreach (var node in nodes) await node.DisposeAsync();
    }

    [Fact]
    public async Task Callers_that_need_the_next_key_at_once_get_the_same()
    {
        await using var portal = await Start();
        portal.Time.Advance(TimeSpan.FromDays(90));
        Assert.Equal(["sig_00000002"], await KeysOf([portal, portal, portal, portal]));
    }

    [Fact]
    public async Task Private_key_is_stored_encrypted_and_one_that_cannot_be_decrypted_is_replaced()
    {
        await using var portal = await Start();
        await portal.Register();
        await portal.Store.WriteAcross((db, token) => db.SigningKeys.ExecuteUpdateAsync(
            set => set.SetProperty(key => key.ProtectedPrivateKey, Convert.ToBase64String(new byte[64])), token), default);
        await using var restarted = await portal.Again();
        var token = (await restarted.StartSession()).AccessToken;
        Assert.NotNull((await restarted.Check(token)).Principal);
        Assert.Equal("sig_00000002", KidOf(token));
    }

    private static async Task<IEnumerable<string>> KeysOf(AccessFixture[] nodes) =>
        (await Task.WhenAll(nodes.Select(node => Task.Run(async () => (await node.Get<SigningKeys>().Current(default)).KeyId)))).Distinct();

    private static async Task<int> CountKeys(AccessFixture portal)
    {
        await using var db = portal.Store.ReadAcross();
        return await db.SigningKeys.CountAsync();
    }

    private static string KidOf(string jwt) => new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(jwt).Kid;
}
