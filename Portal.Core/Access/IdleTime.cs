using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Access;

/// <summary>
/// How long sessions of an organization's members may be idle. A session opens every organization of its user, so the
/// shortest of theirs holds: otherwise a visit to another one would make an idle session fresh again.
/// </summary>
/// <param name="Minutes">So many without activity are allowed.</param>
/// <param name="OrganizationId">Whose rule it is.</param>
/// <param name="OrganizationName">Its name.</param>
public sealed record IdleTime(int Minutes, string OrganizationId, string OrganizationName)
{
    /// <summary>What an organization can choose, in minutes.</summary>
    public static readonly IReadOnlyList<int> Choices = [15, 60, 480];

    /// <summary>What holds for a user; null where none of their organizations ends idle sessions.</summary>
    internal static async Task<IdleTime?> For(PortalDbContext db, string userId, CancellationToken cancellation) =>
        await db.Across<Membership>()
            .Where(member => member.UserId == userId && member.Organization!.SessionIdleMinutes != null)
            .OrderBy(member => member.Organization!.SessionIdleMinutes).ThenBy(member => member.OrganizationId)
            .Select(member => new IdleTime(member.Organization!.SessionIdleMinutes!.Value, member.OrganizationId, member.Organization.Name))
            .FirstOrDefaultAsync(cancellation);

    /// <summary>By how much a browser may have been seen later than was noted: it tells twice a minute, and that is noted by the minute.</summary>
    private static readonly TimeSpan Slack = BrowserSessions.Granularity + TimeSpan.FromSeconds(30);

    /// <summary>Whether a browser's session that was noted as seen then has been idle for too long.</summary>
    /// <param name="minutes">The allowed time; null allows any.</param>
    public static bool IsOver(int? minutes, DateTimeOffset seenAt, DateTimeOffset now) =>
        minutes is { } allowed && now - seenAt > TimeSpan.FromMinutes(allowed) + Slack;

    /// <summary>Whether a program has been idle for too long: it is busy, as far as anybody knows, until its access token ends.</summary>
    internal bool IsOver(Session program, DateTimeOffset now) => now - program.LastSeenAt > SessionLifetimes.Access + TimeSpan.FromMinutes(Minutes);

    /// <summary>What a program is told.</summary>
    internal Problem Refusal => new(ErrorCode.AuthenticationFailed, $"{OrganizationName} ends sessions after {Minutes} minutes without activity. Sign in again.")
    {
        Details = Problem.Pairs(("reason", "session_idle"), ("idle_minutes", Minutes), ("organization_id", OrganizationId)),
    };
}
