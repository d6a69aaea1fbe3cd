using System.Data.Common;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Portal.Core.Access;
using Portal.Core.Ai;
using Portal.Core.Ai.Models;
using Portal.Core.Billing;
using Portal.Core.Crm;
using Portal.Core.Gateway;
using Portal.Core.Notifications;
using Portal.Core.Shared.Events;
using Portal.Core.Shared.Mail;
using Portal.Core.Webhooks;
using Portal.Core.Webhooks.Catalogue;
using Portal.Core.Webhooks.Delivery;
using Portal.Core.Webhooks.Endpoints;
using Portal.Core.Webhooks.Inbound;
using Portal.Core.Webhooks.Replay;
using Portal.Core.Webhooks.Tester;
using Portal.Core.Workflows;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Engine;
using Portal.Core.Workflows.Tasks;
using Portal.Core.Workflows.Templates;
using Portal.Core.Workflows.Triggers;

namespace Portal.Core.Shared.Data;

/// <summary>
/// The database. A customer's rows are visible only through the tenant that the context was opened for; without a
/// tenant they are not visible at all, and code that works across tenants says so with <see cref="Across{T}"/>.
/// </summary>
public abstract class PortalDbContext(DbContextOptions options) : IdentityUserContext<User, string>(options)
{
    private readonly List<Action> _afterCommit = [];
    private readonly List<Func<ValueTask>> _afterRollback = [];
    private readonly Dictionary<object, DbCommand> _prepared = [];
    private Func<PortalDbContext, bool>? _keep;
    private bool _idle;

    public DbSet<Organization> Organizations => Set<Organization>();
    public DbSet<Membership> Memberships => Set<Membership>();
    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();
    public DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();
    public DbSet<EventRecord> Events => Set<EventRecord>();
    public DbSet<InboundSource> InboundSources => Set<InboundSource>();
    public DbSet<InboundMessage> InboundMessages => Set<InboundMessage>();
    public DbSet<CustomEventType> EventTypes => Set<CustomEventType>();
    public DbSet<WebhookEndpoint> WebhookEndpoints => Set<WebhookEndpoint>();
    public DbSet<WebhookLane> WebhookLanes => Set<WebhookLane>();
    public DbSet<WebhookDelivery> WebhookDeliveries => Set<WebhookDelivery>();
    public DbSet<WebhookAttempt> WebhookAttempts => Set<WebhookAttempt>();
    public DbSet<WebhookHour> WebhookHours => Set<WebhookHour>();
    public DbSet<WebhookReplay> WebhookReplays => Set<WebhookReplay>();
    public DbSet<TesterInbox> TesterInboxes => Set<TesterInbox>();
    public DbSet<TesterRequest> TesterRequests => Set<TesterRequest>();
    public DbSet<IdempotencyRecord> IdempotencyRecords => Set<IdempotencyRecord>();
    public DbSet<RequestLog> RequestLogs => Set<RequestLog>();
    public DbSet<UsageMinute> UsageMinutes => Set<UsageMinute>();
    public DbSet<Contact> Contacts => Set<Contact>();
    public DbSet<Lead> Leads => Set<Lead>();
    public DbSet<Deal> Deals => Set<Deal>();
    public DbSet<Activity> Activities => Set<Activity>();
    public DbSet<OutboxMail> Mails => Set<OutboxMail>();
    public DbSet<MailAttachment> MailAttachments => Set<MailAttachment>();
    public DbSet<Setting> Settings => Set<Setting>();
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();
    public DbSet<Session> Sessions => Set<Session>();
    public DbSet<RefreshToken> RefreshTokens => Set<RefreshToken>();
    public DbSet<RecoveryCode> RecoveryCodes => Set<RecoveryCode>();
    public DbSet<Invitation> Invitations => Set<Invitation>();
    public DbSet<SigningKey> SigningKeys => Set<SigningKey>();
    public DbSet<Notification> Notifications => Set<Notification>();
    public DbSet<Workflow> Workflows => Set<Workflow>();
    public DbSet<WorkflowVersion> WorkflowVersions => Set<WorkflowVersion>();
    public DbSet<WorkflowSecret> WorkflowSecrets => Set<WorkflowSecret>();
    public DbSet<WorkflowExecution> WorkflowExecutions => Set<WorkflowExecution>();
    public DbSet<WorkflowStep> WorkflowSteps => Set<WorkflowStep>();
    public DbSet<WorkflowBlob> WorkflowBlobs => Set<WorkflowBlob>();
    public DbSet<WorkflowEffect> WorkflowEffects => Set<WorkflowEffect>();
    public DbSet<TriggerRow> WorkflowTriggers => Set<TriggerRow>();
    public DbSet<WorkflowTask> WorkflowTasks => Set<WorkflowTask>();
    public DbSet<WorkflowTemplate> WorkflowTemplates => Set<WorkflowTemplate>();
    public DbSet<TemplateUse> TemplateUses => Set<TemplateUse>();
    public DbSet<TemplateReviewRow> TemplateReviews => Set<TemplateReviewRow>();
    public DbSet<UsageDay> UsageDays => Set<UsageDay>();
    public DbSet<AiModel> AiModels => Set<AiModel>();

    /// <summary>The organization whose rows this context shows; empty shows none.</summary>
    public string OrganizationId { get; private set; } = "";

    /// <summary>The mode whose rows this context shows.</summary>
    public ApiMode Mode { get; private set; }

    /// <summary>What events that this context adds say of their cause; see <see cref="EventRecord.Depth"/>.</summary>
    internal int EventDepth { get; set; }

    /// <summary>All rows of a kind, whoever they belong to: for sign-in, sweeps and the operator's pages.</summary>
    public IQueryable<T> Across<T>() where T : class => Set<T>().IgnoreQueryFilters();

    /// <summary>Calls <paramref name="action"/> once what this context saves has been committed, never before.</summary>
    public void AfterCommit(Action action) => _afterCommit.Add(action);

    /// <summary>Calls <paramref name="action"/> when nothing of what this context saves is committed: the unit has failed, or runs again.</summary>
    public void AfterRollback(Func<ValueTask> action) => _afterRollback.Add(action);

    /// <summary>What the provider stores for a moment, for statements that do not go through the model.</summary>
    public abstract object Stored(DateTimeOffset moment);

    /// <summary>Takes a lock of this name until the transaction ends, where writers are not serial anyway.</summary>
    /// <returns>False when another transaction holds it.</returns>
    internal virtual Task<bool> TryLock(long name, CancellationToken cancellation) => Task.FromResult(true);

    /// <summary>Opens the context for a tenant; null shows no customer's rows. Contexts are pooled, so each use begins here.</summary>
    internal PortalDbContext Enter(Tenant? tenant)
    {
        OrganizationId = tenant?.OrganizationId ?? "";
        Mode = tenant?.Mode ?? ApiMode.Live;
        EventDepth = 0;
        _afterCommit.Clear();
        _afterRollback.Clear();
        return this;
    }

    /// <summary>Keeps the connection open while the context lives, where connections are not scarce.</summary>
    internal virtual void HoldConnection()
    {
    }

    /// <summary>The command that <paramref name="owner"/> made on this context's connection, made now if there is none yet.</summary>
    internal DbCommand Prepared(object owner, Func<DbConnection, DbCommand> make)
    {
        if (!_prepared.TryGetValue(owner, out var command)) _prepared[owner] = command = make(Database.GetDbConnection());
        return command;
    }

    /// <summary>On the next dispose, offers the context to <paramref name="keep"/>, and disposes it only if that declines; null keeps it no longer.</summary>
    internal void KeepOnDispose(Func<PortalDbContext, bool>? keep) => (_keep, _idle) = (keep, false);

    public override void Dispose()
    {
        if (!IsKept()) base.Dispose();
        GC.SuppressFinalize(this);
    }

    public override ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return IsKept() ? ValueTask.CompletedTask : base.DisposeAsync();
    }

    private bool IsKept()
    {
        if (_keep is not { } keep) return false;
        // Two tenants would share a context that a second dispose put among the idle ones once more.
        if (Interlocked.Exchange(ref _idle, true) || keep(this)) return true;
        _keep = null;
        return false;
    }

    internal Action[] TakeAfterCommit()
    {
        if (_afterCommit.Count == 0) return [];
        var actions = _afterCommit.ToArray();
        _afterCommit.Clear();
        return actions;
    }

    internal Func<ValueTask>[] TakeAfterRollback()
    {
        if (_afterRollback.Count == 0) return [];
        var actions = _afterRollback.ToArray();
        _afterRollback.Clear();
        return actions;
    }

    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        ChangeTracker.DetectChanges();
        StampOwners();
        var detect = ChangeTracker.AutoDetectChangesEnabled;
        ChangeTracker.AutoDetectChangesEnabled = false;
        try
        {
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        }
        finally
        {
            ChangeTracker.AutoDetectChangesEnabled = detect;
        }
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        AccessModel.Configure(builder);
        GatewayModel.Configure(builder);
        EventsModel.Configure(builder);
        WebhooksModel.Configure(builder);
        InboundModel.Configure(builder);
        TesterModel.Configure(builder);
        MailModel.Configure(builder);
        DataModel.Configure(builder);
        CrmModel.Configure(builder);
        NotificationsModel.Configure(builder);
        WorkflowsModel.Configure(builder);
        BillingModel.Configure(builder);
        AiModelConfiguration.Configure(builder);
        SqlText.Configure(builder);

        foreach (var entity in builder.Model.GetEntityTypes())
        {
            FilterByOwner(builder, entity);
            if (!entity.IsMappedToJson()) NameInSnakeCase(entity);
        }
    }

    private void FilterByOwner(ModelBuilder builder, IMutableEntityType entity)
    {
        if (typeof(ITenantOwned).IsAssignableFrom(entity.ClrType)) Generic(nameof(FilterByTenant));
        else if (typeof(IOrganizationOwned).IsAssignableFrom(entity.ClrType)) Generic(nameof(FilterByOrganization));

        void Generic(string method) => typeof(PortalDbContext)
            .GetMethod(method, System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance)!
            .MakeGenericMethod(entity.ClrType).Invoke(this, [builder]);
    }

    private void FilterByTenant<T>(ModelBuilder builder) where T : class, ITenantOwned =>
        builder.Entity<T>().HasQueryFilter(row => row.OrganizationId == OrganizationId && row.Mode == Mode);

    private void FilterByOrganization<T>(ModelBuilder builder) where T : class, IOrganizationOwned =>
        builder.Entity<T>().HasQueryFilter(row => row.OrganizationId == OrganizationId);

    private void StampOwners()
    {
        foreach (var entry in ChangeTracker.Entries<IOrganizationOwned>())
        {
            if (entry.State is EntityState.Unchanged or EntityState.Detached) continue;
            // Without a tenant the code works across tenants and names the owner of each row itself.
            if (OrganizationId.Length == 0)
            {
                if (entry.Entity.OrganizationId is not { Length: > 0 })
                    throw new InvalidOperationException($"{entry.Metadata.ClrType.Name} was saved without an organization.");
                continue;
            }

            if (entry.State == EntityState.Added && entry.Entity.OrganizationId is not { Length: > 0 })
            {
                entry.Entity.OrganizationId = OrganizationId;
                if (entry.Entity is ITenantOwned owned) owned.Mode = Mode;
            }

            if (entry.Entity.OrganizationId != OrganizationId || (entry.Entity is ITenantOwned row && row.Mode != Mode))
                throw new InvalidOperationException($"{entry.Metadata.ClrType.Name} belongs to another tenant than the one it is saved for.");
        }
    }

    private static void NameInSnakeCase(IMutableEntityType entity)
    {
        foreach (var property in entity.GetProperties()) property.SetColumnName(SnakeCase(property.GetColumnName()));
        foreach (var key in entity.GetKeys()) key.SetName(SnakeCase(key.GetName()!));
        foreach (var key in entity.GetForeignKeys()) key.SetConstraintName(SnakeCase(key.GetConstraintName()!));
        foreach (var index in entity.GetIndexes()) index.SetDatabaseName(SnakeCase(index.GetDatabaseName()!));
    }

    private static string SnakeCase(string name)
    {
        var result = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            var upper = char.IsUpper(name[i]);
            if (upper && i > 0 && name[i - 1] != '_' && !char.IsUpper(name[i - 1])) result.Append('_');
            result.Append(char.ToLowerInvariant(name[i]));
        }

        return result.ToString();
    }
}
