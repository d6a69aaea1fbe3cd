using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;
using Portal.Core.Shared.Security;

namespace Portal.Core.Access;

/// <summary>
/// What an actor may put into a key: never more than the actor has. Scopes bound everybody. A key that makes keys also
/// hands on its own address ranges and end, since otherwise whoever found it could make himself one that works from
/// anywhere and for ever. Rate limits bound nobody: two keys of 100 calls are as many as one of 200.
/// </summary>
internal sealed class ApiKeyCeiling
{
    private readonly Actor _actor;
    private readonly AddressRange[] _ranges;
    private readonly DateTimeOffset? _end;

    private ApiKeyCeiling(Actor actor, ApiKey? own)
    {
        _actor = actor;
        _ranges = own is null ? [] : [.. own.AllowedAddresses.Select(Read)];
        _end = own?.ExpiresAt;
    }

    /// <summary>Works out the ceiling in the unit of work that it is for, so that a key revoked meanwhile makes no other.</summary>
    /// <exception cref="ProblemException">The actor is a key that does not work any more.</exception>
    public static async Task<ApiKeyCeiling> Of(PortalDbContext db, Actor actor, DateTimeOffset now, CancellationToken cancellation)
    {
        if (actor.Type != "api_key") return new ApiKeyCeiling(actor, null);
        var own = await db.ApiKeys.AsNoTracking().SingleOrDefaultAsync(key => key.Id == actor.Id, cancellation);
        if (own is null || ApiKeyStatus.Of(own, now) is not (ApiKeyStatus.Active or ApiKeyStatus.Rotating))
            throw new Problem(ErrorCode.AuthenticationFailed, "The API key of this call does not work any more.").AsException();
        return new ApiKeyCeiling(actor, own);
    }

    /// <param name="scopes">Scopes of which one suffices, the usual one first.</param>
    /// <exception cref="ProblemException">The actor has none of them, and so may not do this to any key.</exception>
    public static void Require(Actor actor, params ReadOnlySpan<string> scopes)
    {
        foreach (var scope in scopes)
        {
            if (actor.May(scope)) return;
        }

        throw new Problem(ErrorCode.AuthorizationFailed, $"This needs the scope {scopes[0]}.")
        {
            Details = Problem.Pairs(("scope", scopes[0]), ("any_of", scopes.ToArray())),
        }.AsException();
    }

    /// <summary>Gives a new key, where its maker did not say, what the maker is held to.</summary>
    public void Complete(ApiKey key, bool addressesGiven)
    {
        if (!addressesGiven) key.AllowedAddresses = [.. _ranges.Select(range => range.ToString())];
        key.ExpiresAt ??= _end;
    }

    public void Hold(ApiKey key)
    {
        HoldScopes(key.Scopes);
        HoldAddresses(key.AllowedAddresses);
        HoldEnd(key.ExpiresAt);
    }

    public void HoldScopes(IEnumerable<string> scopes)
    {
        var missing = scopes.Where(scope => !_actor.May(scope)).ToArray();
        if (missing.Length == 0) return;
        throw new Problem(ErrorCode.AuthorizationFailed, $"Nobody can handle a key with scopes they lack themselves: {string.Join(", ", missing)}.")
        {
            Details = Problem.Pairs(("scope", missing[0]), ("missing_scopes", missing)),
        }.AsException();
    }

    public void HoldAddresses(List<string> addresses)
    {
        if (_ranges.Length == 0) return;
        var outside = addresses.Where(address => !_ranges.Any(range => Holds(range, Read(address)))).ToArray();
        if (addresses.Count > 0 && outside.Length == 0) return;
        throw new Problem(ErrorCode.AuthorizationFailed, "A key cannot open addresses to another key that are closed to itself.")
        {
            Details = Problem.Pairs(("addresses", outside), ("allowed_addresses", _ranges.Select(range => range.ToString()).ToArray())),
        }.AsException();
    }

    public void HoldEnd(DateTimeOffset? end)
    {
        if (_end is null || end <= _end) return;
        throw new Problem(ErrorCode.AuthorizationFailed, "A key cannot give another key a longer life than its own.")
        {
            Details = Problem.Pairs(("expires_at", end), ("latest", _end)),
        }.AsException();
    }

    private static bool Holds(AddressRange outer, AddressRange inner) =>
        outer.Network.PrefixLength <= inner.Network.PrefixLength && outer.Network.Contains(inner.Network.BaseAddress);

    private static AddressRange Read(string stored) =>
        AddressRange.TryParse(stored, out var range, out var reason) ? range : throw new InvalidOperationException(reason);
}
