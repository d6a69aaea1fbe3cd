namespace Portal.Core.Access;

/// <summary>How long the credentials of a session last. Source: API contract, section Credentials.</summary>
internal static class SessionLifetimes
{
    /// <summary>An access token, from its issue.</summary>
    public static readonly TimeSpan Access = TimeSpan.FromMinutes(30);

    /// <summary>A refresh token, from its issue; each use makes another one.</summary>
    public static readonly TimeSpan Refresh = TimeSpan.FromDays(7);

    /// <summary>How long a session's row is kept after its end.</summary>
    public static readonly TimeSpan KeptAfterEnd = TimeSpan.FromDays(30);

    /// <summary>How much longer than <see cref="Access"/> something is kept that access tokens still need, for clocks of nodes that differ.</summary>
    public static readonly TimeSpan Slack = TimeSpan.FromMinutes(5);
}
