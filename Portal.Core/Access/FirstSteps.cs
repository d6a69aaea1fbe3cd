using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Data;
using Portal.Core.Webhooks.Delivery;

namespace Portal.Core.Access;

/// <summary>How far an organization has come on the way to its first call and its first webhook.</summary>
/// <param name="HasKey">Whether a key was made, in either mode.</param>
/// <param name="FirstKeyPrefix">The visible beginning of the newest key that works.</param>
/// <param name="HasCalled">Whether a call with one of its keys was let in.</param>
/// <param name="HasReceived">Whether a receiver took a webhook, in either mode.</param>
public sealed record Progress(bool HasKey, string? FirstKeyPrefix, bool HasCalled, bool HasReceived)
{
    public bool IsComplete => HasKey && HasCalled && HasReceived;
}

/// <summary>Reads the progress from what is there; nobody ticks anything off.</summary>
public sealed class FirstSteps(PortalStore store)
{
    /// <summary>What the organization has done so far; open to every member, and it tells no more than that.</summary>
    public async Task<Progress> Of(Actor actor, CancellationToken cancellation)
    {
        await using var db = store.Read(actor.Tenant);
        var newest = await db.ApiKeys.Where(key => key.RevokedAt == null).OrderByDescending(key => key.Id).Select(key => key.Prefix).FirstOrDefaultAsync(cancellation);
        var hasKey = newest is not null || await db.ApiKeys.AnyAsync(cancellation);
        var hasCalled = await db.ApiKeys.AnyAsync(key => key.LastUsedAt != null, cancellation);
        // Hours go with their age, lanes with their endpoint.
        var hasReceived = await db.WebhookHours.AnyAsync(hour => hour.Succeeded > 0, cancellation)
            || await db.Across<WebhookLane>().AnyAsync(lane => lane.OrganizationId == actor.Tenant.OrganizationId && lane.LastSuccessAt != null, cancellation);
        return new Progress(hasKey, newest, hasCalled, hasReceived);
    }
}
