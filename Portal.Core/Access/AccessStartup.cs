using Portal.Core.Shared.Data;

namespace Portal.Core.Access;

/// <summary>Gets accounts and sessions ready after the migrations and before the first request.</summary>
public sealed class AccessStartup
{
    private readonly KeyRingUpkeep _ring;
    private readonly SigningKeys _keys;
    private readonly RevokedSessions _revoked;
    private readonly Bootstrap _bootstrap;
    private readonly SetUp _setUp;

    internal AccessStartup(KeyRingUpkeep ring, SigningKeys keys, RevokedSessions revoked, Bootstrap bootstrap, SetUp setUp) =>
        (_ring, _keys, _revoked, _bootstrap, _setUp) = (ring, keys, revoked, bootstrap, setUp);

    /// <summary>Sees to the data-protection ring, makes or loads the signing key, applies the bootstrap, prints the set-up code.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting is at fault; the message names it.</exception>
    public async Task Prepare(CancellationToken cancellation)
    {
        _ring.Ensure();
        await _keys.Current(cancellation);
        await _revoked.Load(cancellation);
        await _bootstrap.Apply(cancellation);
        await _setUp.Announce(cancellation);
    }
}
