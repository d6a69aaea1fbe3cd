using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Portal.Api.Gateway;
using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;

namespace Portal.Api.Access;

/// <summary>
/// The callers behind access tokens, kept by user, organization and role. What a token says of the role holds until it
/// expires; a change of the organization is told by a signal and takes effect on the next request.
/// </summary>
internal sealed class SessionCallers : IDisposable
{
    private const string OrganizationHeader = "X-Organization-ID";
    private const int MostKept = 50_000;

    private readonly PortalStore _store;
    private readonly TokenValidator _tokens;
    private readonly Organizations _organizations;
    private readonly Quotas _quotas;
    private readonly OperationRegistry _operations;
    private readonly ConcurrentDictionary<(string User, string Organization, Role Role, ApiMode Mode), Caller> _callers = new();
    private readonly IDisposable _subscription;
    private int _generation;

    public SessionCallers(
        PortalStore store, TokenValidator tokens, Organizations organizations, Quotas quotas, OperationRegistry operations, IClusterSignals signals)
    {
        (_store, _tokens, _organizations, _quotas, _operations) = (store, tokens, organizations, quotas, operations);
        _subscription = signals.Subscribe(SignalTopics.Organization, Forget);
    }

    /// <summary>Whether a credential is meant as an access token: three parts with dots between, which no key has.</summary>
    public static bool IsToken(string credential) => credential.AsSpan().Count('.') == 2;

    /// <summary>Sets the call's caller and session.</summary>
    /// <returns>Why the token is refused, or the organization that the header names; null when all is good.</returns>
    public async ValueTask<Problem?> Authenticate(ApiCall call, string jwt)
    {
        var check = await _tokens.Validate(jwt, call.Http.RequestAborted);
        if (check.Principal is not { } principal) return check.Problem;
        var (organization, role) = (principal.OrganizationId, principal.Role);
        if (call.Http.Request.Headers.TryGetValue(OrganizationHeader, out var wanted) && wanted.ToString() != organization)
        {
            organization = wanted.ToString();
            if (await _organizations.RoleIn(principal.UserId, organization, call.Http.RequestAborted) is not { } other) return NotAMember(organization);
            role = other;
        }

        if (await Find((principal.UserId, organization, role, principal.Mode)) is not { } caller) return NotAMember(organization);
        call.Caller = caller;
        call.Session = principal;
        return null;
    }

    public void Dispose() => _subscription.Dispose();

    private ValueTask<Caller?> Find((string User, string Organization, Role Role, ApiMode Mode) who) =>
        _callers.TryGetValue(who, out var caller) ? ValueTask.FromResult<Caller?>(caller) : new ValueTask<Caller?>(Load(who));

    private async Task<Caller?> Load((string User, string Organization, Role Role, ApiMode Mode) who)
    {
        var generation = Volatile.Read(ref _generation);
        await using var db = _store.ReadAcross();
        var organization = await db.Organizations.SingleOrDefaultAsync(row => row.Id == who.Organization);
        var user = await db.Users.SingleOrDefaultAsync(row => row.Id == who.User);
        if (organization is null || user is null) return null;
        var caller = new Caller
        {
            Kind = CallerKind.User,
            Id = user.Id,
            Name = user.FullName.Length > 0 ? user.FullName : user.Email!,
            Tenant = new Tenant(organization.Id, who.Mode),
            Plan = organization.Plan,
            UserId = user.Id,
            Role = who.Role,
            Scopes = Scopes.Expand(Scopes.Of(who.Role)),
            PinnedVersion = organization.PinnedVersion,
            Quota = await _quotas.Of(organization.Id),
            Uses = new OperationUse?[_operations.Count],
        };
        if (_callers.Count >= MostKept) _callers.Clear();
        _callers[who] = caller;
        // A change that came while we read may not be in what we read: the next call looks again.
        if (generation != Volatile.Read(ref _generation)) _callers.TryRemove(who, out _);
        return caller;
    }

    private void Forget(string organizationId)
    {
        Interlocked.Increment(ref _generation);
        foreach (var pair in _callers)
        {
            if (organizationId.Length == 0 || pair.Key.Organization == organizationId) _callers.TryRemove(pair);
        }
    }

    private static Problem NotAMember(string organizationId) => new(ErrorCode.AuthorizationFailed, "You do not belong to this organization.")
    {
        Details = Problem.Pairs(("header", OrganizationHeader), ("organization_id", organizationId)),
    };
}
