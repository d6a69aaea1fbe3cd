using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Access;

/// <summary>An organization's settings.</summary>
/// <param name="RequireTwoFactor">Whether members may only act after signing in with a second factor.</param>
/// <param name="SessionIdleMinutes">After how many minutes without activity members have to sign in again; null never.</param>
/// <param name="InvitationDomains">Domains of addresses that may be invited; empty allows all.</param>
/// <param name="Members">How many members it has.</param>
/// <param name="WithoutTwoFactor">How many of them have neither an authenticator app nor a passkey.</param>
public sealed record OrganizationProfile(
    string Id, string Name, Plan Plan, DateTimeOffset CreatedAt, bool RequireTwoFactor, int? SessionIdleMinutes, IReadOnlyList<string> InvitationDomains, int Members, int WithoutTwoFactor);

/// <summary>The settings of the actor's organization. Reading needs <c>organization:read</c>, changing <c>organization:write</c>.</summary>
public sealed class OrganizationSettings(PortalStore store, SessionRevocation sessions, IClusterSignals signals, AuditLog audit)
{
    private const int MostDomains = 50;

    /// <exception cref="ProblemException">The actor lacks <c>organization:read</c>.</exception>
    public async Task<OrganizationProfile> Get(Actor actor, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, "organization:read");
        await using var db = store.Read(actor.Tenant);
        var organization = await db.Organizations.SingleAsync(organization => organization.Id == actor.Tenant.OrganizationId, cancellation);
        var passkeys = db.Set<Microsoft.AspNetCore.Identity.IdentityUserPasskey<string>>();
        return new OrganizationProfile(
            organization.Id, organization.Name, organization.Plan, organization.CreatedAt, organization.RequireTwoFactor, organization.SessionIdleMinutes, organization.InvitationDomains,
            await db.Memberships.CountAsync(cancellation),
            await db.Memberships.CountAsync(member => !member.User!.TwoFactorEnabled && !passkeys.Any(passkey => passkey.UserId == member.UserId), cancellation));
    }

    /// <summary>Gives the organization another name.</summary>
    /// <exception cref="ProblemException">The actor may not, or the name is missing or too long.</exception>
    public Task Rename(Actor actor, string? name, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, "organization:write", "organization:update");
        var faults = new Faults();
        faults.Required("name", name);
        faults.ThrowIfAny();
        return Change(actor, "organization.renamed", (organization, _, _) =>
        {
            var before = organization.Name;
            organization.Name = name!.Trim();
            return Task.FromResult(($"{before} is now {organization.Name}", AuditChanges.Of(("name", before, organization.Name))));
        }, cancellation);
    }

    /// <summary>Requires a second factor of members, or does not any more. Programs that signed in without one are signed out.</summary>
    /// <param name="hasTwoFactor">Whether the actor's own session was begun with one.</param>
    /// <exception cref="ProblemException">The actor may not, or has no second factor (CONFLICT).</exception>
    public Task RequireTwoFactor(Actor actor, bool required, bool hasTwoFactor, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, "organization:write", "organization:update");
        if (required && !hasTwoFactor)
            throw Problem.Conflict("Sign in with a second factor yourself first; otherwise you would lock yourself out.", ("reason", "own_two_factor")).AsException();
        return Change(actor, "organization.security_changed", async (organization, db, token) =>
        {
            var before = organization.RequireTwoFactor;
            organization.RequireTwoFactor = required;
            if (required) await sessions.RevokeWeak(db, organization.Id, "two_factor", token);
            return (required ? "Members need two-factor sign-in from now on" : "Members need no two-factor sign-in any more",
                AuditChanges.Of(("require_two_factor", before, required)));
        }, cancellation);
    }

    /// <summary>Says how long sessions of members may be idle. It holds at once, for the actor's own session too.</summary>
    /// <param name="minutes">One of <see cref="IdleTime.Choices"/>; null lets them be idle for as long as they last.</param>
    /// <exception cref="ProblemException">The actor may not, or it is no such choice.</exception>
    public Task LimitIdleTime(Actor actor, int? minutes, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, "organization:write", "organization:update");
        if (minutes is { } wanted && !IdleTime.Choices.Contains(wanted))
            throw Problem.Field(ErrorCode.Validation, "idle", $"Choose one of {string.Join(", ", IdleTime.Choices)} minutes, or none.").AsException();
        return Change(actor, "organization.security_changed", (organization, _, _) =>
        {
            var before = organization.SessionIdleMinutes;
            organization.SessionIdleMinutes = minutes;
            return Task.FromResult((minutes is null ? "Sessions may be idle for as long as they last" : $"Sessions end after {minutes} minutes without activity",
                AuditChanges.Of(("session_idle_minutes", before, minutes))));
        }, cancellation);
    }

    /// <summary>Says which addresses may be invited; members and invitations that there are stay.</summary>
    /// <param name="domains">As <c>example.com</c>; what is named twice is kept once, and none allows all.</param>
    /// <exception cref="ProblemException">The actor may not, or something is no domain.</exception>
    public Task AllowDomains(Actor actor, IEnumerable<string> domains, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, "organization:write", "organization:update");
        var wanted = domains.Select(domain => domain.Trim().TrimStart('@').ToLowerInvariant()).Where(domain => domain.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var faults = new Faults();
        if (wanted.Count > MostDomains) faults.Add("domains", $"{MostDomains} domains at most.");
        if (wanted.Find(domain => !IsDomain(domain)) is { } wrong) faults.Add("domains", $"{wrong} is not a domain such as example.com.", ErrorCode.WrongFormat);
        faults.ThrowIfAny();
        return Change(actor, "organization.security_changed", (organization, _, _) =>
        {
            var before = organization.InvitationDomains;
            organization.InvitationDomains = wanted;
            return Task.FromResult((wanted.Count == 0 ? "Any address may be invited" : $"Addresses of {string.Join(", ", wanted)} may be invited",
                AuditChanges.Of(("invitation_domains", List(before), List(wanted)))));
        }, cancellation);
    }

    private Task<bool> Change(
        Actor actor, string action, Func<Organization, PortalDbContext, CancellationToken, Task<(string Summary, JsonObject? Changes)>> change, CancellationToken cancellation) =>
        store.Write(actor, async (db, token) =>
        {
            var organization = await db.Organizations.SingleAsync(organization => organization.Id == actor.Tenant.OrganizationId, token);
            var (summary, changes) = await change(organization, db, token);
            if (changes is null) return false;
            audit.Add(db, actor, action, "organization", organization.Id, summary, changes);
            db.AfterCommit(() => signals.Send(SignalTopics.Organization, actor.Tenant.OrganizationId));
            return true;
        }, cancellation);

    private static JsonArray List(IEnumerable<string> items) => [.. items.Select(item => (JsonNode)item)];

    private static bool IsDomain(string text) =>
        text.Length <= 253 && text.Contains('.', StringComparison.Ordinal) && Uri.CheckHostName(text) == UriHostNameType.Dns;
}
