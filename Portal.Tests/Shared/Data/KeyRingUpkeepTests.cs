using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Options;
using Portal.Core.Shared.Data;
using Portal.Tests.Access;

namespace Portal.Tests.Shared.Data;

public sealed class KeyRingUpkeepTests
{
    [Fact]
    public async Task Key_is_made_once_and_again_two_weeks_before_it_expires()
    {
        await using var portal = await AccessFixture.Start();
        var keys = portal.Get<IKeyManager>();
        var upkeep = portal.Get<KeyRingUpkeep>();
        upkeep.Ensure();
        keys.RevokeKey(Assert.Single(keys.GetAllKeys()).KeyId);
        var now = TimeProvider.System.GetUtcNow();
        keys.CreateNewKey(now, now + TimeSpan.FromDays(13));
        upkeep.Ensure();
        upkeep.Ensure();
        Assert.Equal(2, keys.GetAllKeys().Count(key => !key.IsRevoked && key.ExpirationDate > now + TimeSpan.FromDays(12)));
    }

    [Fact]
    public async Task Framework_makes_no_keys_by_itself()
    {
        await using var portal = await AccessFixture.Start();
        Assert.False(portal.Get<IOptions<KeyManagementOptions>>().Value.AutoGenerateKeys);
        var protector = portal.Get<IDataProtectionProvider>().CreateProtector("test");
        var text = await portal.Store.WriteAcross((_, _) => Task.FromResult(protector.Protect("secret")), default);
        Assert.Equal("secret", protector.Unprotect(text));
    }
}
