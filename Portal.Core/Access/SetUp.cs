using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Portal.Core.Shared;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Access;

/// <summary>The first administrator's account and organization, and the code from the console that allows making them.</summary>
public sealed record FirstAccount(string? Email, string? Password, string? FirstName, string? LastName, string? OrganizationName, string? Code);

/// <summary>
/// The first visit to a portal that nobody administers yet. Whoever reads the console may make the administrator's
/// account; the code is in memory only and is made anew with each start and after ten wrong ones.
/// </summary>
public sealed class SetUp(PortalStore store, NewAccounts accounts, AuditLog audit, PublicAddress address, ILogger<SetUp> logger, TimeProvider time)
{
    /// <summary>The page; its query holds <c>code</c>.</summary>
    public const string Path = "/setup";

    private const int MostWrongCodes = 10;
    private const int CodeLength = 24;
    private const string CodeAlphabet = "23456789abcdefghjkmnpqrstuvwxyz";
    private const string DoneSetting = "setup.completed_by";

    private readonly Lock _gate = new();
    private string? _code;
    private int _wrongCodes;
    private volatile bool _done;

    /// <summary>Whether there is no administrator yet.</summary>
    public async ValueTask<bool> IsNeeded(CancellationToken cancellation)
    {
        if (_done) return false;
        await using var db = store.ReadAcross();
        return !(_done = await HasOperator(db, cancellation));
    }

    /// <summary>Makes the administrator's account, its address confirmed, and their organization with the Enterprise plan.</summary>
    /// <exception cref="ProblemException">The code or a field is wrong, or there is an administrator already (CONFLICT).</exception>
    public async Task<SignedIn> Complete(FirstAccount first, Origin origin, CancellationToken cancellation)
    {
        if (!await IsNeeded(cancellation)) throw AlreadyDone();
        CheckCode(first.Code);
        var faults = Accounts.Check(new Registration(first.Email, first.Password, first.FirstName, first.LastName, first.OrganizationName));
        faults.Required("organization_name", first.OrganizationName);
        faults.ThrowIfAny();

        var user = accounts.Prepare(first.Email!, first.Password!, first.FirstName!, first.LastName!);
        user.IsOperator = true;
        user.EmailConfirmed = true;
        var signedIn = await NewAccounts.Commit(store, async (db, token) =>
        {
            await ClaimFirst(db, user, token);
            await NewAccounts.Add(db, user, token);
            var organization = accounts.AddOrganization(db, user, first.OrganizationName!, Plan.Enterprise);
            audit.Add(db, origin.ActorFor(user, organization.Id), "portal.set_up", "user", user.Id, $"{user.FullName} set up the portal with {organization.Name}");
            return new SignedIn(user, organization, Role.Owner);
        }, cancellation);
        _done = true;
        lock (_gate) _code = null;
        return signedIn;
    }

    /// <summary>Prints where to set the portal up, if it needs to be.</summary>
    internal async Task Announce(CancellationToken cancellation)
    {
        if (!await IsNeeded(cancellation)) return;
        lock (_gate) Print();
    }

    // Both nodes of two that are set up at once write this row, so one of them has to look again.
    private async Task ClaimFirst(PortalDbContext db, User user, CancellationToken cancellation)
    {
        if (await HasOperator(db, cancellation)) throw AlreadyDone();
        var done = await db.Settings.SingleOrDefaultAsync(setting => setting.Name == DoneSetting, cancellation);
        if (done is null) db.Settings.Add(done = new Setting { Name = DoneSetting, Value = "" });
        done.Value = $"\"{user.Id}\"";
        done.ChangedAt = time.GetUtcNow();
    }

    private void CheckCode(string? code)
    {
        var faults = new Faults();
        faults.Required("code", code);
        faults.ThrowIfAny();
        lock (_gate)
        {
            if (_code is null) Print();
            if (KeyHash.Of(_code).FixedTimeEquals(KeyHash.Of(code!.Trim()))) return;
            if (++_wrongCodes >= MostWrongCodes) Print();
        }

        throw Problem.Field(ErrorCode.Validation, "code", "This is not the set-up code that the portal's console shows.").AsException();
    }

    [System.Diagnostics.CodeAnalysis.MemberNotNull(nameof(_code))]
    private void Print()
    {
        _code = RandomNumberGenerator.GetString(CodeAlphabet, CodeLength);
        _wrongCodes = 0;
        logger.LogWarning("This portal has no administrator yet. To make the account, open {SetUpAddress}", address.Of($"{Path}?code={_code}"));
    }

    private static Task<bool> HasOperator(PortalDbContext db, CancellationToken cancellation) =>
        db.Users.AnyAsync(user => user.IsOperator, cancellation);

    private static ProblemException AlreadyDone() => Problem.Conflict("This portal has an administrator already. Sign in instead.").AsException();
}
