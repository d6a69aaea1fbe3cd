using System.Text.Json.Nodes;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Json;

namespace Portal.Core.Shared.Events;

/// <summary>A row that the API knows as a resource.</summary>
public interface IResourceRow : ITenantOwned
{
    string Id { get; }
    DateTimeOffset CreatedAt { get; set; }
    DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>Creates, changes and deletes rows of one kind inside a unit of work, each together with its event: <c>kind.created</c> and so on.</summary>
/// <param name="resource">The row as the API answers with it.</param>
internal sealed class ResourceWriter<TRow, TResource>(Func<TRow, TResource> resource, EventOutbox outbox, TimeProvider time)
    where TRow : class, IResourceRow where TResource : IResource
{
    public TResource Create(PortalDbContext db, TRow row)
    {
        row.CreatedAt = row.UpdatedAt = Now();
        db.Add(row);
        var created = resource(row);
        Tell(db, row, "created", created);
        return created;
    }

    /// <summary>Applies a change to a tracked row. One that changes nothing writes nothing: no event, and the time of the last update stands.</summary>
    /// <param name="special">Fields whose change is an event of its own besides <c>updated</c>: the field's name and the event's action.</param>
    public TResource Update(PortalDbContext db, TRow row, Action<TRow> change, params ReadOnlySpan<(string Field, string Action)> special)
    {
        var before = resource(row);
        change(row);
        var changes = EventOutbox.Changes(before, resource(row));
        if (changes.Count == 0) return before;
        row.UpdatedAt = Now();
        var after = resource(row);
        Tell(db, row, "updated", after, changes);
        foreach (var (field, action) in special)
        {
            if (changes.ContainsKey(field)) Tell(db, row, action, after, changes);
        }

        return after;
    }

    public void Delete(PortalDbContext db, TRow row)
    {
        db.Remove(row);
        Tell(db, row, "deleted", resource(row));
    }

    private void Tell(PortalDbContext db, TRow row, string action, TResource shown, JsonObject? changes = null) =>
        outbox.Add(db, $"{TResource.Kind}.{action}", TResource.Kind, row.Id, action, shown, changes);

    // Answers show milliseconds. What is stored is what was shown, so that a client can ask for what came after it.
    private DateTimeOffset Now()
    {
        var now = time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
    }
}
