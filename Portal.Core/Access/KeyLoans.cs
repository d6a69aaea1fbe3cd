using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Access;

/// <summary>A short-lived token that stands for an API key.</summary>
/// <param name="Id">The loan, <c>loan_…</c>: a page that asks again with it gets the next token of the same loan.</param>
/// <param name="Token">A JWT (ES256) that the gateway takes wherever it takes the key.</param>
/// <param name="ExpiresAt">When the token stops working; the next one is to be had before.</param>
public sealed record KeyLoan(string Id, string Token, DateTimeOffset ExpiresAt)
{
    /// <summary>Never the token: records print themselves into logs.</summary>
    public override string ToString() => Id;
}

/// <summary>
/// Lends API keys to pages of signed-in members. The secret of a key is nowhere, so a page that calls the API as the key
/// gets a token that stands for it: with the key's scopes, mode, limits, addresses and usage. A loan is a row of the
/// sessions, so that whatever ends a user's sessions ends their loans on the next request, on every node.
/// </summary>
public sealed class KeyLoans
{
    /// <summary>What a role must cover to lend keys: who may make a key may use one.</summary>
    public const string Scope = "keys:write";

    private const string Prefix = "loan";
    private const string Action = "key.lent";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>One entry in the audit log stands for all loans of a key to the same member in this time.</summary>
    private static readonly TimeSpan AuditedFor = TimeSpan.FromHours(12);
    private static readonly Problem OnlyMembers = new(ErrorCode.AuthorizationFailed, "Only a signed-in member can borrow a key.");

    private readonly PortalStore _store;
    private readonly AccessTokens _tokens;
    private readonly IdGenerator _ids;
    private readonly TimeProvider _time;
    private readonly AuditLog _audit;
    private readonly SessionRevocation _revocation;

    internal KeyLoans(PortalStore store, AccessTokens tokens, IdGenerator ids, TimeProvider time, AuditLog audit, SessionRevocation revocation) =>
        (_store, _tokens, _ids, _time, _audit, _revocation) = (store, tokens, ids, time, audit, revocation);

    /// <summary>Whether a member with these scopes may lend a key with those: nobody gets more from a key than they have.</summary>
    internal static bool MayLend(FrozenSet<string> member, FrozenSet<string> key) =>
        Scopes.Covers(member, Scope) && key.All(scope => Scopes.Covers(member, scope));

    /// <summary>Lends a key for five minutes.</summary>
    /// <param name="member">A signed-in member of the key's organization.</param>
    /// <param name="keyId">Which key, of either mode.</param>
    /// <param name="loanId">The loan that goes on; null, or one that has ended, begins another.</param>
    /// <param name="origin">The page, as the list of sessions shows it.</param>
    /// <exception cref="ProblemException">
    /// AUTHORIZATION_FAILED: the actor is no member, their role lacks <see cref="Scope"/> or something that the key may do.
    /// RESOURCE_NOT_FOUND: no such key in the organization. CONFLICT: it is revoked, disabled or expired.
    /// </exception>
    public async Task<KeyLoan> Lend(Actor member, string keyId, string? loanId, Origin origin, CancellationToken cancellation)
    {
        if (member is not { Type: "user", UserId: { } userId }) throw OnlyMembers.AsException();
        ApiKeyCeiling.Require(member, Scope);
        var (loan, key) = await _store.WriteAcross(async (db, token) =>
        {
            var now = _time.GetUtcNow();
            var key = await Usable(db, member, keyId, now, token);
            var loan = await Running(db, userId, member.Tenant.OrganizationId, loanId, now, token);
            if (loan is null)
            {
                loan = Begin(db, userId, member.Tenant.OrganizationId, origin, now);
                await Audit(db, member, key, now, token);
            }

            loan.ExpiresAt = now + Lifetime;
            return (loan, key);
        }, cancellation);
        return new KeyLoan(loan.Id, await _tokens.IssueLoan(loan, key, loan.ExpiresAt, cancellation), loan.ExpiresAt);
    }

    /// <summary>Ends all loans of a user, as when they sign out of the pages.</summary>
    public Task EndAll(string userId, CancellationToken cancellation) => _store.WriteAcross(async (db, token) =>
    {
        var now = _time.GetUtcNow();
        var loans = await db.Sessions
            .Where(session => session.UserId == userId && session.Id.StartsWith(Prefix + "_") && session.RevokedAt == null && session.ExpiresAt > now)
            .ToListAsync(token);
        foreach (var loan in loans) _revocation.Revoke(db, loan, "returned");
        return loans.Count;
    }, cancellation);

    private static async Task<ApiKey> Usable(PortalDbContext db, Actor member, string keyId, DateTimeOffset now, CancellationToken cancellation)
    {
        var organization = member.Tenant.OrganizationId;
        var key = keyId.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_')
            ? await db.Across<ApiKey>().SingleOrDefaultAsync(key => key.Id == keyId && key.OrganizationId == organization, cancellation)
            : null;
        if (key is null) throw Problem.NotFound("key", keyId).AsException();
        if (ApiKeyStatus.Of(key, now) is not (ApiKeyStatus.Active or ApiKeyStatus.Rotating) and var status)
            throw Problem.Conflict($"The key is {status}, so it cannot be lent.", ("id", key.Id), ("status", status)).AsException();
        var missing = key.Scopes.Where(scope => !member.May(scope)).ToArray();
        if (missing.Length == 0) return key;
        throw new Problem(ErrorCode.AuthorizationFailed, $"Nobody can borrow a key with scopes they lack themselves: {string.Join(", ", missing)}.")
        {
            Details = Problem.Pairs(("scope", missing[0]), ("missing_scopes", missing)),
        }.AsException();
    }

    private static async Task<Session?> Running(
        PortalDbContext db, string userId, string organizationId, string? loanId, DateTimeOffset now, CancellationToken cancellation) =>
        loanId is null
            ? null
            : await db.Sessions.SingleOrDefaultAsync(
                session => session.Id == loanId && session.UserId == userId && session.OrganizationId == organizationId
                    && session.RevokedAt == null && session.ExpiresAt > now,
                cancellation);

    private Session Begin(PortalDbContext db, string userId, string organizationId, Origin origin, DateTimeOffset now)
    {
        var loan = new Session
        {
            Id = _ids.New(Prefix), UserId = userId, OrganizationId = organizationId, Kind = SessionKind.Loan, LastSeenAt = now, Address = origin.Address, UserAgent = origin.UserAgent, CreatedAt = now,
        };
        db.Sessions.Add(loan);
        return loan;
    }

    private async Task Audit(PortalDbContext db, Actor member, ApiKey key, DateTimeOffset now, CancellationToken cancellation)
    {
        var since = now - AuditedFor;
        var organization = member.Tenant.OrganizationId;
        var isKnown = await db.Across<AuditEntry>().AnyAsync(
            entry => entry.OrganizationId == organization && entry.CreatedAt > since && entry.Action == Action && entry.TargetId == key.Id && entry.ActorId == member.Id,
            cancellation);
        if (!isKnown) _audit.Add(db, member, Action, "api_key", key.Id, $"Lent key \"{key.Name}\" ({key.Prefix}…{key.LastFour}) to the playground.");
    }
}
