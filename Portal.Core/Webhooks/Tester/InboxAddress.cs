using Portal.Core.Shared;

namespace Portal.Core.Webhooks.Tester;

/// <summary>Where inboxes are reached: <c>/inbox/TOKEN</c>, with anything after it.</summary>
public sealed class InboxAddress(PublicAddress address)
{
    /// <summary>Below the portal's root.</summary>
    public const string Prefix = "/inbox/";

    /// <summary>An inbox's address.</summary>
    /// <param name="token">The inbox's.</param>
    /// <param name="root">The portal's root as the reader's browser reaches it; the configured public address wins.</param>
    public string Of(string token, string root) => address.Host is null ? root.TrimEnd('/') + Prefix + token : address.Of(Prefix + token);

    /// <summary>Reads token, path and query of an inbox's address.</summary>
    /// <param name="root">As for <see cref="Of"/>.</param>
    /// <returns>Null where the address is none of this portal's inboxes.</returns>
    internal InboxTarget? Read(string url, string root)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri)) return null;
        foreach (var own in new[] { root.TrimEnd('/') + Prefix, address.Of(Prefix) })
        {
            if (!Uri.TryCreate(own, UriKind.Absolute, out var start) || !start.IsBaseOf(uri)) continue;
            var rest = uri.AbsolutePath[start.AbsolutePath.Length..];
            var slash = rest.IndexOf('/', StringComparison.Ordinal);
            return slash < 0 ? new(rest, "", uri.Query.TrimStart('?')) : new(rest[..slash], rest[slash..], uri.Query.TrimStart('?'));
        }

        return null;
    }
}

/// <summary>What an inbox's address says.</summary>
/// <param name="Path">What follows the token.</param>
internal sealed record InboxTarget(string Token, string Path, string Query);
