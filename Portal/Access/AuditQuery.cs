using Portal.Core.Access;

namespace Portal.Access;

/// <summary>The audit log's filters as they stand in the address; the days are UTC, <c>yyyy-MM-dd</c>.</summary>
/// <param name="Actor">The actor's id, or a part of their name.</param>
/// <param name="Action">As <c>key.created</c>, or only the part before the dot.</param>
/// <param name="Target">The id or kind of the thing.</param>
/// <param name="From">The first day.</param>
/// <param name="Until">The last day.</param>
public sealed record AuditQuery(string? Actor, string? Action, string? Target, string? From, string? Until)
{
    /// <summary>Whether anything is left out.</summary>
    internal bool IsFiltered => !string.IsNullOrEmpty($"{Actor}{Action}{Target}{From}{Until}");

    /// <summary>As the service takes it.</summary>
    internal AuditFilter Filter => AuditExport.Filter(Actor, Action, Target, From, Until);
}
