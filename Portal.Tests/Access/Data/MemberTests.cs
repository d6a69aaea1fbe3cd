using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Notifications;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;
using static Portal.Tests.Access.AccessFixture;

namespace Portal.Tests.Access.Data;

public sealed class MemberTests
{
    public static TheoryData<DatabaseProvider> Databases => [DatabaseProvider.Sqlite, DatabaseProvider.Postgres];

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Members_are_listed_found_and_sorted(DatabaseProvider provider)
    {
        await using var portal = await Start(provider);
        var host = await portal.Register("host@example.com");
        var guest = await portal.Joined(host, "guest@example.com", Role.Viewer);
        await portal.Register("stranger@example.com");
        var members = portal.Get<Members>();

        var all = await members.List(host.Owner(), new MemberFilter(), new PageRequest(Sort: "name"), default);
        Assert.Equal(["Jane Doe", "New guest"], all.Items.Select(member => member.Name));
        Assert.Equal(guest.Id, Assert.Single((await members.List(host.Owner(), new MemberFilter("GUEST@"), new PageRequest(), default)).Items).Id);
        Assert.Equal("Jane Doe", Assert.Single((await members.List(guest, new MemberFilter(Role: Role.Owner), new PageRequest(), default)).Items).Name);
        var first = await members.List(host.Owner(), new MemberFilter(), new PageRequest(1, 1, Sort: "email"), default);
        Assert.Equal("host@example.com", Assert.Single((await members.List(host.Owner(), new MemberFilter(), new PageRequest(1, 1, first.NextCursor, "email"), default)).Items).Email);
        var shown = await members.Get(host.Owner(), guest.Id!, default);
        Assert.Equal((Role.Viewer, false, (DateTimeOffset?)null), (shown.Role, shown.TwoFactor, shown.LastSeenAt));
        Assert.Equal("RESOURCE_NOT_FOUND", (await Refused(() => members.Get(host.Owner(), "usr_none\0", default))).Code.Code);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Role_changes_with_before_and_after_in_the_audit_log_and_a_signal(DatabaseProvider provider)
    {
        await using var portal = await Start(provider);
        var host = await portal.Register("host@example.com");
        var guest = await portal.Joined(host, "guest@example.com", Role.Viewer);
        var heard = new List<string>();
        using var listening = portal.Get<IClusterSignals>().Subscribe(SignalTopics.Organization, heard.Add);

        Assert.Equal(Role.Admin, (await portal.Get<Members>().ChangeRole(host.Owner(), guest.Id!, Role.Admin, default)).Role);
        await portal.Get<Members>().ChangeRole(host.Owner(), guest.Id!, Role.Admin, default);

        Assert.Equal([host.Organization.Id], heard);
        var entry = Assert.Single((await portal.Get<AuditTrail>().List(host.Owner(), new AuditFilter(Action: "member.role_changed"), new PageRequest(), default)).Items);
        Assert.Equal("""{"role":{"from":"viewer","to":"admin"}}""", entry.Changes!.ToJsonString());
        Assert.Equal([NotificationKind.MemberJoined], await Told(host.Owner()));
        Assert.Contains(NotificationKind.RoleChanged, await Told(guest));

        async Task<IEnumerable<NotificationKind>> Told(Actor actor) =>
            (await portal.Get<UserNotifications>().List(actor, unreadOnly: true, new PageRequest(), default)).Items.Select(notice => notice.Kind);
        Assert.Equal(("203.0.113.7", "Jane Doe", guest.Id), (entry.Address, entry.ActorName, entry.TargetId));
    }

    [Fact]
    public async Task Administrators_touch_no_owner_and_developers_nobody()
    {
        await using var portal = await Start();
        var host = await portal.Register("host@example.com");
        var admin = await portal.Joined(host, "admin@example.com", Role.Admin);
        var developer = await portal.Joined(host, "dev@example.com", Role.Developer);
        var members = portal.Get<Members>();

        Assert.Equal("owner", (await Refused(() => members.ChangeRole(admin, host.User.Id, Role.Viewer, default))).Details["role"]);
        Assert.Equal("owner", (await Refused(() => members.ChangeRole(admin, developer.Id!, Role.Owner, default))).Details["role"]);
        Assert.Equal("owner", (await Refused(() => members.Remove(admin, host.User.Id, default))).Details["role"]);
        Assert.Equal("owner", (await Refused(() => members.Transfer(admin, developer.Id!, default))).Details["role"]);
        Assert.Equal("members:write", (await Refused(() => members.Remove(developer, admin.Id!, default))).Details["scope"]);
        await members.ChangeRole(host.Owner(), admin.Id!, Role.Viewer, default);
        // The actor's own scopes are those of the page that was opened before.
        Assert.Equal(ErrorCode.AuthorizationFailed, (await Refused(() => members.Remove(admin, developer.Id!, default))).Code);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Last_owner_can_neither_leave_nor_be_demoted_nor_removed(DatabaseProvider provider)
    {
        await using var portal = await Start(provider);
        var host = await portal.Register("host@example.com");
        var guest = await portal.Joined(host, "guest@example.com", Role.Viewer);
        var members = portal.Get<Members>();
        foreach (var attempt in new Func<Task>[]
        {
            () => members.Leave(host.Owner(), default),
            () => members.Remove(host.Owner(), host.User.Id, default),
            () => members.ChangeRole(host.Owner(), host.User.Id, Role.Admin, default),
        })
        {
            var refused = await Refused(attempt);
            Assert.Equal(("CONFLICT", "last_owner"), (refused.Code.Code, refused.Details["reason"]));
        }

        await members.Transfer(host.Owner(), guest.Id!, default);
        Assert.Equal((Role.Owner, Role.Admin), (await RoleOf(guest.Id!), await RoleOf(host.User.Id)));
        await members.Leave(host.Owner(), default);
        Assert.Null(await RoleOf(host.User.Id));

        Task<Role?> RoleOf(string user) => portal.Get<Organizations>().RoleIn(user, host.Organization.Id, default);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Two_owners_who_demote_each_other_at_once_leave_one(DatabaseProvider provider)
    {
        await using var portal = await Start(provider);
        var host = await portal.Register("host@example.com");
        var other = await portal.Joined(host, "other@example.com", Role.Owner);
        var members = portal.Get<Members>();

        var results = await Task.WhenAll(Try(() => members.ChangeRole(host.Owner(), other.Id!, Role.Viewer, default)), Try(() => members.ChangeRole(other, host.User.Id, Role.Viewer, default)));

        Assert.Single(results, done => done);
        await using var db = portal.Store.ReadAcross();
        Assert.Equal(1, await db.Across<Membership>().CountAsync(member => member.OrganizationId == host.Organization.Id && member.Role == Role.Owner));

        static async Task<bool> Try(Func<Task> work)
        {
            try
            {
                await work();
                return true;
            }
            catch (ProblemException)
            {
                return false;
            }
        }
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Removed_member_loses_the_sessions_of_programs_here_and_keeps_the_browser(DatabaseProvider provider)
    {
        await using var portal = await Start(provider);
        var host = await portal.Register("host@example.com");
        var guest = await portal.Joined(host, "guest@example.com", Role.Developer);
        await portal.Get<ApiKeyService>().Create(guest, new ApiKeyInput { Name = "Mine", Scopes = ["contacts:read"] }, default);
        var tokens = await portal.StartSession("guest@example.com");
        var browser = await portal.Get<BrowserSessions>().Begin(await portal.SignIn("guest@example.com"), portal.Origin, default);
        Assert.NotNull((await portal.Check(tokens.AccessToken)).Principal);
        Assert.Equal(new MemberTraces(1, 1), await portal.Get<Members>().Traces(host.Owner(), guest.Id!, default));

        await portal.Get<Members>().Remove(host.Owner(), guest.Id!, default);

        Assert.Null((await portal.Check(tokens.AccessToken)).Principal);
        Assert.Equal(browser.Id, Assert.Single(await portal.Get<UserSessions>().List(guest.Id!, default)).Id);
        Assert.Equal("RESOURCE_NOT_FOUND", (await Refused(() => portal.Get<Members>().Remove(host.Owner(), guest.Id!, default))).Code.Code);
        Assert.Contains("member.removed", await portal.Audit(host.Organization.Id));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Organization_can_require_a_second_factor_of_programs_and_names_who_lacks_one(DatabaseProvider provider)
    {
        await using var portal = await Start(provider);
        var host = await portal.Register("host@example.com");
        var settings = portal.Get<OrganizationSettings>();
        var weak = await portal.StartSession("host@example.com");
        Assert.Equal("own_two_factor", (await Refused(() => settings.RequireTwoFactor(host.Owner(), true, hasTwoFactor: false, default))).Details["reason"]);

        await settings.RequireTwoFactor(host.Owner(), true, hasTwoFactor: true, default);

        Assert.Equal((1, 1), ((await settings.Get(host.Owner(), default)).Members, (await settings.Get(host.Owner(), default)).WithoutTwoFactor));
        Assert.Null((await portal.Check(weak.AccessToken)).Principal);
        Assert.Equal("two_factor_required", (await Refused(() => portal.StartSession("host@example.com"))).Details["reason"]);
        var (app, _) = await portal.SetUpTwoFactor(host.Owner());
        var strong = await portal.Get<SignIns>().Check("host@example.com", Password, app(), portal.Origin, default);
        var tokens = await portal.Sessions.Start(strong, portal.Origin, default);
        Assert.True((await portal.Check(tokens.AccessToken)).Principal!.TwoFactor);
        Assert.Equal(0, (await settings.Get(host.Owner(), default)).WithoutTwoFactor);
    }
}
