using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Billing;
using Portal.Core.Gateway;
using Portal.Core.Notifications;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;
using Portal.Core.Shared.Paging;
using Portal.Tests.Access.Data;

namespace Portal.Tests.Notifications.Data;

public sealed class NotificationTests
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Members_are_told_once_and_nobody_else_is(DatabaseProvider provider)
    {
        await using var host = await Start(provider);
        var signals = new List<string>();
        using var subscription = host.Get<IClusterSignals>().Subscribe(SignalTopics.Notification, signals.Add);
        var notice = new Notice(NotificationKind.QuotaUsedUp, "quota:2026-03:100", null, "100", "100");

        await Tell(host, notice, "usr_Owner", "usr_Viewer", "usr_Stranger", "usr_unknown");
        await Tell(host, notice, "usr_Owner");

        Assert.Equal(["100", "100"], Assert.Single(await List(host, host.Owner)).Arguments);
        Assert.Single(await List(host, host.Viewer));
        Assert.Empty(await List(host, host.Developer));
        Assert.Empty(await List(host, host.Stranger));
        Assert.Equal(["usr_Owner", "usr_Viewer"], signals.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Reading_is_each_readers_own(DatabaseProvider provider)
    {
        await using var host = await Start(provider);
        var service = host.Get<UserNotifications>();
        foreach (var key in new[] { "a", "b", "c" }) await Tell(host, new Notice(NotificationKind.QuotaUsedUp, key, null, "1", "1"), "usr_Owner", "usr_Viewer");
        var newest = (await List(host, host.Owner))[0];
        Assert.Equal("c", newest.Key);

        await service.MarkRead(host.Viewer, newest.Id, Never);
        Assert.Equal(3, await service.Unread(host.Owner, Never));
        await service.MarkRead(host.Owner, newest.Id, Never);
        Assert.Equal(2, await service.Unread(host.Owner, Never));
        Assert.Equal(["b", "a"], (await service.List(host.Owner, unreadOnly: true, new PageRequest(), Never)).Items.Select(row => row.Key));
        await service.MarkAllRead(host.Owner, Never);
        Assert.Equal((0, 3), (await service.Unread(host.Owner, Never), await service.Unread(host.Viewer, Never)));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Maker_hears_of_a_key_that_somebody_else_ends_or_replaces(DatabaseProvider provider)
    {
        await using var host = await Start(provider);
        var mine = await host.Keys.Create(host.Developer, new ApiKeyInput { Name = "Mine", Scopes = ["contacts:read"] }, Never);
        var rotated = await host.Keys.Create(host.Developer, new ApiKeyInput { Name = "Turned", Scopes = ["contacts:read"] }, Never);
        var own = await host.Keys.Create(host.Developer, new ApiKeyInput { Name = "Own", Scopes = ["contacts:read"] }, Never);

        await host.Keys.Revoke(host.Developer, own.Id, Never);
        Assert.Empty(await List(host, host.Developer));
        await host.Keys.Revoke(host.Owner, mine.Id, Never);
        await host.Keys.Revoke(host.Owner, mine.Id, Never);
        var successor = await host.Keys.Rotate(host.Owner, rotated.Id, TimeSpan.FromHours(1), Never);

        var told = await List(host, host.Developer);
        Assert.Equal([NotificationKind.KeyRotated, NotificationKind.KeyRevoked], told.Select(row => row.Kind));
        Assert.Equal([successor.Id, mine.Id], told.Select(row => row.SubjectId!));
        Assert.Equal(["Turned", "Owner"], [told[0].Arguments[0], told[0].Arguments[2]]);
        Assert.DoesNotContain(told, row => row.Arguments.Exists(argument => argument.Contains(mine.Secret, StringComparison.Ordinal)));
        Assert.Empty(await List(host, host.Owner));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Maker_is_told_a_week_before_a_key_ends_and_anew_when_the_end_moves(DatabaseProvider provider)
    {
        await using var host = await Start(provider);
        var work = host.Get<NotificationWork>();
        var soon = await host.Key(new ApiKeyInput { Name = "Soon", Scopes = ["contacts:read"], ExpiresAt = AccessHost.Now.AddDays(8) });
        await host.Key(new ApiKeyInput { Name = "Later", Scopes = ["contacts:read"], ExpiresAt = AccessHost.Now.AddDays(60) });
        await work.Sweep(Never);
        Assert.Empty(await List(host, host.Owner));

        host.Time.Advance(TimeSpan.FromDays(2));
        await work.Sweep(Never);
        await work.Sweep(Never);
        Assert.Equal("Soon", Assert.Single(await List(host, host.Owner)).Arguments[0]);

        await host.Keys.Update(host.Owner, soon.Id, new ApiKeyPatch { ExpiresAt = new(AccessHost.Now.AddDays(9)) }, Never);
        await work.Sweep(Never);
        Assert.Equal(2, (await List(host, host.Owner)).Count);
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Admins_are_told_at_eighty_and_at_a_hundred_percent_of_the_month(DatabaseProvider provider)
    {
        await using var host = await Start(provider);
        var quotas = host.Get<QuotaNotices>();
        var counter = await host.Get<Quotas>().Of(AccessHost.Organization);

        Use(79);
        await quotas.Look(Never);
        Assert.Empty(await List(host, host.Owner));
        Use(1);
        await quotas.Look(Never);
        await quotas.Look(Never);
        Assert.Equal(["80", "100", "monthly_calls"], Assert.Single(await List(host, host.Owner)).Arguments);
        Use(20);
        await quotas.Look(Never);
        await quotas.Look(Never);

        Assert.Equal([NotificationKind.QuotaUsedUp, NotificationKind.QuotaNearlyUsed], (await List(host, host.Owner)).Select(row => row.Kind));
        Assert.Empty(await List(host, host.Developer));

        void Use(int calls)
        {
            for (var call = 0; call < calls; call++) Assert.True(counter.TryUse(100, AccessHost.Now));
        }
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Each_threshold_of_each_quota_is_one_event_a_month_whichever_node_sees_it_first(DatabaseProvider provider)
    {
        await using var host = await Start(provider);
        var usage = host.Get<OrganizationUsage>();
        await usage.Count(AccessHost.Organization, UsageKind.WorkflowExecutions, 79);
        await Look(4);
        Assert.Empty(await Events());
        await usage.Count(AccessHost.Organization, UsageKind.WorkflowExecutions, 1);
        await usage.Count(AccessHost.Organization, UsageKind.AiTokens, 120_000);
        await Look(4);
        await Look(4);
        await usage.Count(AccessHost.Organization, UsageKind.WorkflowExecutions, 20);
        await Look(4);
        Assert.Equal([("ai_tokens", 100, 120_000, 100_000), ("workflow_executions", 80, 80, 100), ("workflow_executions", 100, 100, 100)], await Events());
        Assert.Equal(3, (await List(host, host.Owner)).Count);
        host.Time.AdvanceTo(new DateTimeOffset(2026, 4, 1, 0, 0, 1, TimeSpan.Zero));
        await Look(2);
        Assert.Equal(3, (await Events()).Count);
        await usage.Count(AccessHost.Organization, UsageKind.WorkflowExecutions, 80);
        await Look(2);
        Assert.Equal(2, (await Events()).Count(reached => reached is ("workflow_executions", 80, 80, 100)));

        // Each node has told nothing yet by its own account.
        Task Look(int nodes) => Task.WhenAll(Enumerable.Range(0, nodes).Select(_ => Node().Look(Never)));

        QuotaNotices Node() => new(
            host.Get<UserNotifications>(), host.Get<PortalStore>(), host.Get<EventOutbox>(), host.Get<LimitCatalog>(), host.Get<Quotas>(), usage, host.Time);

        Task<List<(string? Quota, int Percent, int Used, int Limit)>> Events() => host.Read(async db =>
            (await db.Across<EventRecord>().Where(row => row.Type == "quota.threshold_reached" && row.OrganizationId == AccessHost.Organization).Select(row => row.Data).ToListAsync())
                .Select(json => JsonElement.Parse(json))
                .Select(data => (data.GetProperty("quota").GetString(), data.GetProperty("threshold_percent").GetInt32(), data.GetProperty("used").GetInt32(), data.GetProperty("limit").GetInt32()))
                .OrderBy(reached => reached).ToList());
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Changes_of_people_are_told_to_whom_they_concern(DatabaseProvider provider)
    {
        await using var host = await Start(provider);
        var notices = host.Get<MemberNotices>();
        var user = await host.Read(db => db.Users.SingleAsync(row => row.Id == "usr_Viewer"));
        await host.Get<PortalStore>().WriteAcross(async (db, token) =>
        {
            await notices.RoleChanged(db, host.Owner, "usr_Viewer", Role.Developer, token);
            await notices.RoleChanged(db, host.Owner, "usr_Owner", Role.Admin, token);
            await notices.Joined(db, AccessHost.Organization, user, Role.Viewer, token);
            return true;
        }, Never);

        Assert.Equal(["developer", "Owner"], Assert.Single(await List(host, host.Viewer)).Arguments);
        var joined = Assert.Single(await List(host, host.Owner));
        Assert.Equal((NotificationKind.MemberJoined, "usr_Viewer"), (joined.Kind, joined.SubjectId));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Notifications_go_after_ninety_days(DatabaseProvider provider)
    {
        await using var host = await Start(provider);
        await Tell(host, new Notice(NotificationKind.QuotaUsedUp, "old", null, "1", "1"), "usr_Owner");
        host.Time.Advance(NotificationWork.Kept);
        await Tell(host, new Notice(NotificationKind.QuotaUsedUp, "new", null, "1", "1"), "usr_Owner");
        Assert.Equal(0, await host.Get<NotificationWork>().Sweep(Never));

        host.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(1, await host.Get<NotificationWork>().Sweep(Never));
        Assert.Equal("new", Assert.Single(await List(host, host.Owner)).Key);
    }

    private static async Task<AccessHost> Start(DatabaseProvider provider)
    {
        var host = await AccessHost.Start(provider);
        await host.Get<PortalStore>().WriteAcross((db, _) =>
        {
            foreach (var role in new[] { Role.Owner, Role.Developer, Role.Viewer }) Add(db, AccessHost.Organization, $"usr_{role}", role);
            Add(db, AccessHost.OtherOrganization, "usr_Stranger", Role.Owner);
            return Task.FromResult(true);
        }, Never);
        return host;
    }

    private static void Add(PortalDbContext db, string organization, string userId, Role role)
    {
        db.Users.Add(new User { Id = userId, UserName = userId, NormalizedUserName = userId, FirstName = userId, LastName = "" });
        db.Memberships.Add(new Membership { OrganizationId = organization, UserId = userId, Role = role, CreatedAt = AccessHost.Now });
    }

    private static Task Tell(AccessHost host, Notice notice, params string[] users) => host.Get<PortalStore>().WriteAcross(async (db, token) =>
    {
        await host.Get<UserNotifications>().Tell(db, AccessHost.Organization, users, notice, token);
        return true;
    }, Never);

    private static async Task<IReadOnlyList<Notification>> List(AccessHost host, Actor actor) =>
        (await host.Get<UserNotifications>().List(actor, unreadOnly: false, new PageRequest(), Never)).Items;
}
