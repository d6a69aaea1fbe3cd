using Portal.Core.Access;
using Portal.Core.Billing;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Billing.Data;

public sealed class UsageQuotaReportOnSqliteTests(SqliteCore core) : UsageQuotaReportTests(core), IClassFixture<SqliteCore>;

public sealed class UsageQuotaReportOnPostgresTests(PostgresCore core) : UsageQuotaReportTests(core), IClassFixture<PostgresCore>;

public abstract class UsageQuotaReportTests(CoreHost core)
{
    private readonly ManualTime _time = new(new DateTimeOffset(2024, 2, 29, 23, 0, 0, TimeSpan.Zero));

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Periods_add_up_their_days_and_say_when_they_end()
    {
        var actor = await NewOrganization(Plan.Premium);
        using var usage = core.Make<OrganizationUsage>(_time);
        var report = core.Make<UsageQuotaReport>(usage, _time);
        foreach (var (daysAgo, amount) in new[] { (60, 1), (28, 10), (0, 100) }) await usage.Count(actor.Tenant.OrganizationId, UsageKind.AiTokens, amount, _time.GetUtcNow().AddDays(-daysAgo));

        var day = await report.Of(actor, UsagePeriod.Daily, None);
        Assert.Equal((100, new DateTimeOffset(2024, 3, 1, 0, 0, 0, TimeSpan.Zero)), (day.CurrentUsage.AiTokens, day.ResetDate));
        Assert.Null(day.Limits.AiTokens);
        Assert.Equal(50, day.Limits.Collaborators);
        var month = await report.Of(actor, UsagePeriod.Monthly, None);
        Assert.Equal((110, 5_000_000L, day.ResetDate), (month.CurrentUsage.AiTokens, month.Limits.AiTokens, month.ResetDate));
        Assert.Equal((10_000L, 2000L, 10_000L), (month.Limits.WorkflowExecutions, month.Limits.AiApiCalls, month.Limits.StorageMb));
        // Sixty days before the end of February is the year before.
        var year = await report.Of(actor, UsagePeriod.Yearly, None);
        Assert.Equal((110, new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero)), (year.CurrentUsage.AiTokens, year.ResetDate));
    }

    [Fact]
    public async Task Storage_of_all_features_and_members_are_counted_for_the_organization_alone()
    {
        var actor = await NewOrganization(Plan.Free, members: 2);
        var other = await NewOrganization(Plan.Enterprise, members: 1);
        IStorageUse[] features = [new Stored(actor, 3 * 1024 * 1024), new Stored(actor, 512 * 1024)];
        var report = core.Make<UsageQuotaReport>((IEnumerable<IStorageUse>)features);
        var own = await report.Of(actor, UsagePeriod.Monthly, None);
        Assert.Equal((3.5m, 100L, 2L, 5L), (own.CurrentUsage.StorageMb, own.Limits.StorageMb, own.CurrentUsage.Collaborators, own.Limits.Collaborators));
        var theirs = await report.Of(other, UsagePeriod.Monthly, None);
        Assert.Equal((0m, null, 1L, null), (theirs.CurrentUsage.StorageMb, theirs.Limits.StorageMb, theirs.CurrentUsage.Collaborators, theirs.Limits.Collaborators));
    }

    [Fact]
    public async Task Reading_needs_the_scope()
    {
        var actor = (await NewOrganization(Plan.Free)) with { GrantedScopes = Scopes.Expand(["ai:*"]) };
        var problem = (await Assert.ThrowsAsync<ProblemException>(() => core.Get<UsageQuotaReport>().Of(actor, UsagePeriod.Monthly, None))).Problem;
        Assert.Equal(ErrorCode.AuthorizationFailed, problem.Code);
    }

    private async Task<Actor> NewOrganization(Plan plan, int members = 0)
    {
        var tenant = core.NewTenant();
        await core.Get<PortalStore>().WriteAcross((db, _) =>
        {
            db.Add(new Organization { Id = tenant.OrganizationId, Name = "Test", Plan = plan });
            for (var i = 0; i < members; i++)
            {
                var id = $"usr_{tenant.OrganizationId}_{i}";
                db.Add(new User { Id = id, UserName = id, NormalizedUserName = id });
                db.Add(new Membership { OrganizationId = tenant.OrganizationId, UserId = id });
            }

            return Task.FromResult(true);
        }, None);
        return Actor.System(tenant);
    }

    private sealed class Stored(Actor owner, long bytes) : IStorageUse
    {
        public Task<long> StoredBytes(PortalDbContext db, string organizationId, CancellationToken cancellation) =>
            Task.FromResult(organizationId == owner.Tenant.OrganizationId ? bytes : 0);
    }
}
