using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;

namespace Portal.Core.Access;

/// <summary>Applies <see cref="BootstrapOptions"/>: makes what is missing, keeps what is there. The same twice is the same once.</summary>
internal sealed class Bootstrap(
    PortalStore store,
    NewAccounts accounts,
    UserUnits users,
    AuditLog audit,
    IClusterSignals signals,
    IdGenerator ids,
    TimeProvider time,
    IOptions<BootstrapOptions> options,
    ILogger<Bootstrap> logger)
{
    private const string OrganizationSetting = "bootstrap.organization";
    private const string DefaultName = "Administration";

    /// <exception cref="OptionsValidationException">A setting is at fault; the message names it.</exception>
    public async Task Apply(CancellationToken cancellation)
    {
        var settings = options.Value;
        if (!settings.HasAdmin && !settings.HasKey) return;
        var newcomer = await Newcomer(settings, cancellation);
        try
        {
            await store.WriteAcross((db, token) => Apply(db, settings, newcomer, token), cancellation);
        }
        catch (DbUpdateException e)
        {
            logger.LogInformation(e, "Another node applied the bootstrap at the same time; looking again");
            await store.WriteAcross((db, token) => Apply(db, settings, newcomer, token), cancellation);
        }
    }

    /// <summary>The administrator with a hashed password, where the account does not exist yet.</summary>
    private async Task<User?> Newcomer(BootstrapOptions settings, CancellationToken cancellation)
    {
        if (!settings.HasAdmin) return null;
        await using var db = store.ReadAcross();
        return await Find(db, settings, cancellation) is null
            ? accounts.Prepare(settings.AdminEmail!, settings.AdminPassword!, "Portal", "Administrator")
            : null;
    }

    private async Task<bool> Apply(PortalDbContext db, BootstrapOptions settings, User? newcomer, CancellationToken cancellation)
    {
        var admin = await Admin(db, settings, newcomer, cancellation);
        var organization = await Organization(db, settings, admin, cancellation);
        if (admin is not null) await Join(db, admin, organization, cancellation);
        if (settings.HasKey) await Key(db, settings, admin, organization, cancellation);
        return true;
    }

    private async Task<User?> Admin(PortalDbContext db, BootstrapOptions settings, User? newcomer, CancellationToken cancellation)
    {
        if (!settings.HasAdmin) return null;
        var admin = await Find(db, settings, cancellation);
        if (admin is null) db.Users.Add(admin = newcomer ?? throw new InvalidOperationException("Bootstrap:AdminEmail names an account that was deleted a moment ago."));
        admin.IsOperator = true;
        admin.EmailConfirmed = true;
        return admin;
    }

    private async Task<Organization> Organization(PortalDbContext db, BootstrapOptions settings, User? admin, CancellationToken cancellation)
    {
        var remembered = await db.Settings.SingleOrDefaultAsync(setting => setting.Name == OrganizationSetting, cancellation);
        var organization = remembered is null ? null : await db.Organizations.SingleOrDefaultAsync(one => one.Id == remembered.Value, cancellation);
        if (organization is null && admin is not null && await Organizations.Begin(db, admin, cancellation) is { } home)
            organization = await db.Organizations.SingleAsync(one => one.Id == home.Organization.Id, cancellation);
        if (organization is null)
        {
            var name = string.IsNullOrWhiteSpace(settings.OrganizationName) ? DefaultName : settings.OrganizationName;
            organization = accounts.AddOrganization(db, name, settings.Plan ?? Plan.Enterprise);
            Record(db, organization, "organization.created", "organization", organization.Id, $"Organization {organization.Name} made by the bootstrap settings");
        }

        if (remembered is null) db.Settings.Add(remembered = new Setting { Name = OrganizationSetting, Value = "" });
        if (remembered.Value != organization.Id)
        {
            remembered.Value = organization.Id;
            remembered.ChangedAt = time.GetUtcNow();
        }

        if (settings.Plan is { } plan && organization.Plan != plan)
        {
            organization.Plan = plan;
            var id = organization.Id;
            db.AfterCommit(() => signals.Send(SignalTopics.Organization, id));
        }

        return organization;
    }

    private async Task Join(PortalDbContext db, User admin, Organization organization, CancellationToken cancellation)
    {
        if (await Organizations.RoleIn(db, admin.Id, organization.Id, cancellation) is not null) return;
        db.Memberships.Add(new Membership { OrganizationId = organization.Id, UserId = admin.Id, Role = Role.Owner, CreatedAt = time.GetUtcNow() });
        admin.LastOrganizationId ??= organization.Id;
        Record(db, organization, "member.added", "user", admin.Id, $"{admin.FullName} made owner by the bootstrap settings");
        logger.LogInformation("Administrator {UserId} is owner of {OrganizationId} by the bootstrap settings", admin.Id, organization.Id);
    }

    private async Task Key(PortalDbContext db, BootstrapOptions settings, User? admin, Organization organization, CancellationToken cancellation)
    {
        var text = settings.ApiKey!.Trim();
        if (!ApiKeyFormat.TryParse(text, out var mode)) throw new InvalidOperationException("Bootstrap:ApiKey is not a key.");
        var hash = KeyHash.Of(text).ToArray();
        var key = await db.Across<ApiKey>().SingleOrDefaultAsync(key => key.Hash == hash, cancellation);
        if (key is null)
        {
            key = new ApiKey
            {
                Id = ids.New("key"),
                OrganizationId = organization.Id,
                Mode = mode,
                Name = "Bootstrap",
                Prefix = ApiKeyFormat.VisiblePrefix(text),
                LastFour = ApiKeyFormat.LastFour(text),
                Hash = hash,
                Scopes = [Scopes.Everything],
                RateLimit = settings.ApiKeyRateLimit,
                CreatedById = admin?.Id,
                CreatedAt = time.GetUtcNow(),
            };
            db.ApiKeys.Add(key);
            Record(db, organization, "key.created", "api_key", key.Id, "Key Bootstrap made by the bootstrap settings");
        }
        else if (settings.ApiKeyRateLimit is { } limit && key.RateLimit != limit)
        {
            key.RateLimit = limit;
        }
        else
        {
            return;
        }

        var id = key.Id;
        db.AfterCommit(() => signals.Send(SignalTopics.ApiKey, id));
    }

    private Task<User?> Find(PortalDbContext db, BootstrapOptions settings, CancellationToken cancellation)
    {
        var normalized = users.Normalize(settings.AdminEmail!);
        return db.Users.SingleOrDefaultAsync(user => user.NormalizedEmail == normalized, cancellation);
    }

    private void Record(PortalDbContext db, Organization organization, string action, string targetType, string targetId, string summary) =>
        audit.Add(db, Actor.System(new Tenant(organization.Id, ApiMode.Live)), action, targetType, targetId, summary);
}
