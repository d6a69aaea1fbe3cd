using Portal.Core.Shared.Json;

namespace Portal.Core.Access;

/// <summary>A user in an organization.</summary>
public sealed record MemberResource : IResource
{
    static string IResource.Kind => "member";

    static string IResource.Plural => "members";

    /// <summary>The user's id, <c>usr_…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>First and last name.</summary>
    public required string Name { get; init; }
    public required string Email { get; init; }

    /// <summary><c>owner</c>, <c>admin</c>, <c>developer</c> or <c>viewer</c>.</summary>
    public required Role Role { get; init; }

    /// <summary>Whether they sign in with a second factor: an authenticator app or a passkey.</summary>
    public required bool TwoFactor { get; init; }
    public required DateTimeOffset JoinedAt { get; init; }

    /// <summary>When they used this organization last, a few minutes late at most; null where they never did.</summary>
    public required DateTimeOffset? LastSeenAt { get; init; }
}

/// <summary>Which members are wanted; every part that is given must match.</summary>
/// <param name="Search">A part of the name or e-mail address, in any case.</param>
/// <param name="Role">One of the roles.</param>
public sealed record MemberFilter(string? Search = null, Role? Role = null);

/// <summary>What an organization would notice of a member's leaving.</summary>
/// <param name="Keys">Working API keys that they made; the keys stay.</param>
/// <param name="Sessions">Sessions of the API that would end.</param>
public sealed record MemberTraces(int Keys, int Sessions);
