using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Portal.Core.Gateway;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;

namespace Portal.Api.Gateway;

/// <summary>Pins an account to the version of its first call, so that a later version changes nothing for it unasked.</summary>
internal sealed class VersionPins(PortalStore store, IClusterSignals signals, ILogger<VersionPins> logger)
{
    private readonly ConcurrentDictionary<string, bool> _pinned = new(StringComparer.Ordinal);

    /// <summary>Notes the version of a call; the call does not wait for it.</summary>
    public void Note(Caller caller, ApiVersion version)
    {
        if (caller.PinnedVersion is not null || caller.Kind == CallerKind.Anonymous) return;
        if (_pinned.TryAdd(caller.Tenant.OrganizationId, true)) _ = Pin(caller.Tenant.OrganizationId, version.Date);
    }

    private async Task Pin(string organizationId, string version)
    {
        try
        {
            await store.WriteAcross(async (db, cancellation) =>
            {
                var organization = await db.Organizations.SingleOrDefaultAsync(row => row.Id == organizationId, cancellation);
                if (organization is not { PinnedVersion: null }) return false;
                organization.PinnedVersion = version;
                db.AfterCommit(() => signals.Send(SignalTopics.Organization, organizationId));
                return true;
            }, CancellationToken.None);
        }
        catch (Exception e)
        {
            logger.LogError(e, "The version of {Organization} could not be pinned; its next call tries again", organizationId);
            _pinned.TryRemove(organizationId, out _);
        }
    }
}
