using Microsoft.AspNetCore.DataProtection;

namespace Portal.Core.Access;

/// <summary>Gets accounts and sessions ready after the migrations and before the first request.</summary>
public sealed class AccessStartup
{
    private readonly IDataProtectionProvider _protection;
    private readonly SigningKeys _keys;
    private readonly RevokedSessions _revoked;
    private readonly Bootstrap _bootstrap;
    private readonly SetUp _setUp;

    internal AccessStartup(IDataProtectionProvider protection, SigningKeys keys, RevokedSessions revoked, Bootstrap bootstrap, SetUp setUp) =>
        (_protection, _keys, _revoked, _bootstrap, _setUp) = (protection, keys, revoked, bootstrap, setUp);

    /// <summary>Warms the key ring, makes or loads the signing key, applies the bootstrap, prints the set-up code.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting is at fault; the message names it.</exception>
    public async Task Prepare(CancellationToken cancellation)
    {
        // The ring writes its first key in a unit of work of its own, so this must not happen first inside of one.
        _protection.CreateProtector("Portal.Access").Protect([]);
        await _keys.Current(cancellation);
        await _revoked.Load(cancellation);
        await _bootstrap.Apply(cancellation);
        await _setUp.Announce(cancellation);
    }
}
