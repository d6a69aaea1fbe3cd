using Portal.Core.Shared.Data;

namespace Portal.Core.Shared.Events;

/// <summary>A row that the API knows as a resource.</summary>
public interface IResourceRow : ITenantOwned
{
    string Id { get; }
    DateTimeOffset CreatedAt { get; set; }
    DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>Creates, changes and deletes rows of one kind inside a unit of work, each together with its event.</summary>
/// <param name="kind">The resource's kind; its events are <c>kind.created</c>, <c>kind.updated</c> and <c>kind.deleted</c>.</param>
/// <param name="resource">The row as the API answers with it.</param>
internal sealed class ResourceWriter<TRow, TResource>(string kind, Func<TRow, TResource> resource, EventOutbox outbox, TimeProvider time)
    where TRow : class, IResourceRow
{
    public TResource Create(PortalDbContext db, TRow row)
    {
        row.CreatedAt = row.UpdatedAt = Now();
        db.Add(row);
        var created = resource(row);
        outbox.Add(db, $"{kind}.created", kind, row.Id, "created", created);
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
        outbox.Add(db, $"{kind}.updated", kind, row.Id, "updated", after, changes);
        foreach (var (field, action) in special)
        {
            if (changes.ContainsKey(field)) outbox.Add(db, $"{kind}.{action}", kind, row.Id, action, after, changes);
        }

        return after;
    }

    public void Delete(PortalDbContext db, TRow row)
    {
        db.Remove(row);
        outbox.Add(db, $"{kind}.deleted", kind, row.Id, "deleted", resource(row));
    }

    // Answers show milliseconds. What is stored is what was shown, so that a client can ask for what came after it.
    private DateTimeOffset Now()
    {
        var now = time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
    }
}
