using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Paging;
using static Portal.Tests.Access.AccessFixture;

namespace Portal.Tests.Access.Data;

/// <summary>Sessions, changed addresses and the audit log.</summary>
public sealed class AccountSecurityTests
{
    public static TheoryData<DatabaseProvider> Databases => [DatabaseProvider.Sqlite, DatabaseProvider.Postgres];

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Sessions_of_browsers_and_programs_are_listed_and_end_at_once(DatabaseProvider provider)
    {
        await using var portal = await Start(provider);
        var jane = await portal.Register();
        var other = await portal.Register("other@example.com");
        var sessions = portal.Get<UserSessions>();
        var browser = await portal.Get<BrowserSessions>().Begin(await portal.SignIn(), portal.Origin, default);
        portal.Time.Advance(TimeSpan.FromMinutes(3));
        var tokens = await portal.StartSession();
        Assert.Equal([SessionKind.Api, SessionKind.Browser], (await sessions.List(jane.User.Id, default)).Select(session => session.Kind));
        await portal.Get<BrowserSessions>().Seen(browser.Id, browser.LastSeenAt, jane.User.Id, jane.Organization.Id, "198.51.100.9", default);
        var listed = (await sessions.List(jane.User.Id, default)).Single(session => session.Id == browser.Id);
        Assert.Equal(("198.51.100.9", portal.Time.GetUtcNow()), (listed.Address, listed.LastSeenAt));

        Assert.Equal("RESOURCE_NOT_FOUND", (await Refused(() => sessions.End(other.Owner(), browser.Id, "ended", default))).Code.Code);
        Assert.Equal(1, await sessions.EndOthers(jane.Owner(), browser.Id, default));
        Assert.Null((await portal.Check(tokens.AccessToken)).Principal);
        Assert.Equal(browser.Id, Assert.Single(await sessions.List(jane.User.Id, default)).Id);
        await sessions.End(jane.Owner(), browser.Id, "logout", default);
        Assert.Empty(await sessions.List(jane.User.Id, default));
    }

    [Fact]
    public async Task Password_change_ends_other_sessions_only_on_wish()
    {
        await using var portal = await Start();
        var jane = await portal.Register();
        var kept = await portal.Get<BrowserSessions>().Begin(await portal.SignIn(), portal.Origin, default);
        await portal.StartSession();
        await portal.Accounts.ChangePassword(jane.User.Id, new PasswordChange(Password, "another password", EndOthers: false), portal.Origin, default);
        Assert.Equal(2, (await portal.Get<UserSessions>().List(jane.User.Id, default)).Count);
        await portal.Accounts.ChangePassword(jane.User.Id, new PasswordChange("another password", "a third password", EndOthers: true, kept.Id), portal.Origin, default);
        Assert.Equal(kept.Id, Assert.Single(await portal.Get<UserSessions>().List(jane.User.Id, default)).Id);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Address_changes_once_the_new_one_is_confirmed_and_the_old_one_is_told(DatabaseProvider provider)
    {
        await using var portal = await Start(provider);
        var jane = await portal.Register();
        await portal.Register("taken@example.com");
        var changes = portal.Get<EmailChanges>();
        Assert.Equal("current_password", (await Refused(() => changes.Request(jane.User.Id, "new@example.com", "wrong", default))).Details["field"]);
        Assert.Equal("email", (await Refused(() => changes.Request(jane.User.Id, "TAKEN@example.com", Password, default))).Details["field"]);

        await changes.Request(jane.User.Id, " New@example.com", Password, default);
        var token = await portal.TokenFor("new@example.com");
        Assert.Contains((await portal.Mails()), mail => mail.To == "jane@example.com" && mail.Subject == "Your e-mail address is about to change");
        await portal.SignIn();
        Assert.Equal("token", (await Refused(() => changes.Confirm(jane.User.Id, "else@example.com", token, portal.Origin, default))).Details["field"]);

        await changes.Confirm(jane.User.Id, "New@example.com", token, portal.Origin, default);

        Assert.Equal("New@example.com", (await portal.SignIn("new@example.com")).User.Email);
        await Refused(() => portal.SignIn());
        Assert.Equal("jane@example.com", (await portal.Mails())[^1].To);
        Assert.Equal("token", (await Refused(() => changes.Confirm(jane.User.Id, "New@example.com", token, portal.Origin, default))).Details["field"]);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Audit_log_is_filtered_exported_and_shows_nobody_elses(DatabaseProvider provider)
    {
        await using var portal = await Start(provider);
        var jane = await portal.Register();
        var stranger = await portal.Register("stranger@example.com");
        var key = await portal.Get<ApiKeyService>().Create(jane.Owner(), new ApiKeyInput { Name = "First", Scopes = ["contacts:read"] }, default);
        portal.Time.Advance(TimeSpan.FromHours(1));
        await portal.Get<ApiKeyService>().Update(jane.Owner(), key.Id, new ApiKeyPatch { Name = new("Second") }, default);
        var trail = portal.Get<AuditTrail>();

        Assert.Equal(["key.updated", "key.created", "user.registered"], await Actions(new AuditFilter()));
        Assert.Equal(["key.updated", "key.created"], await Actions(new AuditFilter(Action: "key")));
        Assert.Equal(["key.created"], await Actions(new AuditFilter(Action: "key.created")));
        Assert.Equal(["key.updated", "key.created"], await Actions(new AuditFilter(Target: key.Id)));
        Assert.Equal(["user.registered"], await Actions(new AuditFilter(Target: "user")));
        Assert.Equal(3, (await Actions(new AuditFilter(Actor: "JANE"))).Count);
        Assert.Equal(3, (await Actions(new AuditFilter(Actor: jane.User.Id))).Count);
        Assert.Equal(["key.updated"], await Actions(new AuditFilter(From: portal.Time.GetUtcNow())));
        Assert.Equal(["key.created", "user.registered"], await Actions(new AuditFilter(Until: portal.Time.GetUtcNow())));
        Assert.Equal(["key.created", "key.updated", "user.registered"], await trail.Actions(jane.Owner(), default));
        var updated = (await trail.List(jane.Owner(), new AuditFilter(Action: "key.updated"), new PageRequest(), default)).Items[0];
        Assert.Equal("""{"name":{"from":"First","to":"Second"}}""", updated.Changes!.ToJsonString());
        Assert.Equal(updated.Id, (await trail.Get(jane.Owner(), updated.Id, default)).Id);

        Assert.Equal("RESOURCE_NOT_FOUND", (await Refused(() => trail.Get(stranger.Owner(), updated.Id, default))).Code.Code);
        var developer = jane.User.As(jane.Organization, Role.Developer);
        Assert.Equal("audit:read", (await Refused(() => trail.List(developer, new AuditFilter(), new PageRequest(), default))).Details["scope"]);
        var exported = new List<string>();
        await foreach (var entry in trail.Export(jane.Owner(), new AuditFilter(Action: "key"), default)) exported.Add(entry.Action);
        Assert.Equal(["key.updated", "key.created"], exported);

        async Task<List<string>> Actions(AuditFilter filter) => [.. (await trail.List(jane.Owner(), filter, new PageRequest(), default)).Items.Select(entry => entry.Action)];
    }
}
