using System.Text.Json;
using Portal.Core.Access;
using Portal.Core.Shared.Json;

namespace Portal.Core.Workflows.Tasks;

/// <summary>The details of an approval: what is shown, and who may decide.</summary>
/// <param name="Role">Members of this role and above; null names none.</param>
/// <param name="UserIds">Users, whatever their role.</param>
internal sealed record ApprovalDetails(string? Message, JsonElement Data, string? Role, IReadOnlyList<string>? UserIds)
{
    public IReadOnlyList<string> UserIds { get; } = UserIds ?? [];

    /// <summary>Reads a task's details; other nodes that ask may leave all of them out.</summary>
    public static ApprovalDetails Of(string json) => JsonSerializer.Deserialize<ApprovalDetails>(json, PortalJson.Options) ?? new(null, default, null, null);

    /// <summary>Whether it says who may decide; else everybody who may change workflows.</summary>
    public bool IsRestricted => Role is not null || UserIds.Count > 0;

    /// <summary>The roles that may decide; they are declared from the highest down.</summary>
    public Role[] Roles => Enum.TryParse<Role>(Role, ignoreCase: true, out var least) ? [.. Enum.GetValues<Role>().Where(role => role <= least)] : [];

    /// <summary>Whether a member may decide.</summary>
    public bool Admits(string userId, Role role) => UserIds.Contains(userId, StringComparer.Ordinal) || Roles.Contains(role);
}

/// <summary>What somebody decided; the result of an approval.</summary>
/// <param name="Decision"><c>approved</c> or <c>rejected</c>.</param>
internal sealed record ApprovalDecision(string Decision, string? Comment, DateTimeOffset DecidedAt)
{
    public const string Approved = "approved";
    public const string Rejected = "rejected";
}
