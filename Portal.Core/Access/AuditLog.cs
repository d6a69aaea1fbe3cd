using System.Text.Json.Nodes;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;

namespace Portal.Core.Access;

/// <summary>Writes who did what, in the transaction of what was done.</summary>
public sealed class AuditLog(IdGenerator ids, TimeProvider time)
{
    /// <summary>Adds an entry to the actor's organization.</summary>
    /// <param name="db">The unit of work of the change.</param>
    /// <param name="actor">Who did it, in which organization, from where.</param>
    /// <param name="action">What was done, as <c>key.created</c>.</param>
    /// <param name="targetType">The kind of thing it was done to, as <c>api_key</c>.</param>
    /// <param name="targetId">Its id.</param>
    /// <param name="summary">A sentence for a person; never a secret.</param>
    /// <param name="changes">As <see cref="AuditChanges"/> makes them; never a secret.</param>
    public void Add(PortalDbContext db, Actor actor, string action, string targetType, string? targetId, string summary, JsonObject? changes = null) =>
        db.AuditEntries.Add(new AuditEntry
        {
            Id = ids.New("aud"),
            OrganizationId = actor.Tenant.OrganizationId,
            ActorType = actor.Type,
            ActorId = actor.Id,
            ActorName = actor.Name,
            Action = action,
            TargetType = targetType,
            TargetId = targetId,
            Summary = summary,
            Address = actor.Address,
            Changes = changes?.ToJsonString(),
            CreatedAt = time.GetUtcNow(),
        });
}
