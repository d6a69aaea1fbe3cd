using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;

namespace Portal.Api.Gateway;

/// <summary>
/// The callers behind session tokens: a user in one of their organizations, with the role that they have there now,
/// whatever it was when the token was made.
/// </summary>
internal sealed class UserCallers : IDisposable
{
    private const int MostKept = 20_000;

    // A change of a membership is signalled; this bounds what a lost signal can cost.
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);

    private readonly PortalStore _store;
    private readonly Quotas _quotas;
    private readonly OperationRegistry _operations;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<(string UserId, Tenant Tenant), (Caller? Caller, DateTimeOffset Until)> _callers = new();
    private readonly IDisposable _subscription;
    private int _generation;

    public UserCallers(PortalStore store, Quotas quotas, OperationRegistry operations, IClusterSignals signals, TimeProvider time)
    {
        _store = store;
        _quotas = quotas;
        _operations = operations;
        _time = time;
        _subscription = signals.Subscribe(SignalTopics.Organization, Forget);
    }

    /// <summary>The caller that a user is in an organization; null when they are no member.</summary>
    public ValueTask<Caller?> Find(string userId, Tenant tenant)
    {
        if (_callers.TryGetValue((userId, tenant), out var kept) && kept.Until > _time.GetUtcNow()) return ValueTask.FromResult(kept.Caller);
        return new ValueTask<Caller?>(Load(userId, tenant, kept.Caller));
    }

    public void Dispose() => _subscription.Dispose();

    private async Task<Caller?> Load(string userId, Tenant tenant, Caller? former)
    {
        var generation = Volatile.Read(ref _generation);
        var caller = await Read(userId, tenant, former);
        if (_callers.Count >= MostKept) _callers.Clear();
        _callers[(userId, tenant)] = (caller, _time.GetUtcNow() + Kept);
        if (generation != Volatile.Read(ref _generation)) _callers.TryRemove((userId, tenant), out _);
        return caller;
    }

    private async Task<Caller?> Read(string userId, Tenant tenant, Caller? former)
    {
        await using var db = _store.ReadAcross();
        var found = await db.Across<Membership>()
            .Where(member => member.UserId == userId && member.OrganizationId == tenant.OrganizationId)
            .Select(member => new { member.Role, member.User!.FirstName, member.User.LastName, member.User.Email, member.Organization!.Plan, member.Organization.PinnedVersion, member.Organization.RequireTwoFactor })
            .SingleOrDefaultAsync();
        if (found is null) return null;
        var name = $"{found.FirstName} {found.LastName}".Trim();
        return new Caller
        {
            Kind = CallerKind.User,
            Id = userId,
            UserId = userId,
            Name = name.Length > 0 ? name : found.Email ?? userId,
            Tenant = tenant,
            Plan = found.Plan,
            Role = found.Role,
            RequiresTwoFactor = found.RequireTwoFactor,
            Scopes = Scopes.Expand(Scopes.Of(found.Role)),
            PinnedVersion = found.PinnedVersion,
            Quota = await _quotas.Of(tenant.OrganizationId),
            Uses = former?.Plan == found.Plan ? former.Uses : new OperationUse?[_operations.Count],
        };
    }

    private void Forget(string organizationId)
    {
        Interlocked.Increment(ref _generation);
        foreach (var key in _callers.Keys)
        {
            if (organizationId.Length == 0 || key.Tenant.OrganizationId == organizationId) _callers.TryRemove(key, out _);
        }
    }
}
