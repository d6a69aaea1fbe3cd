using Portal.Core.Access;
using Portal.Core.Shared.Data;
using static Portal.Tests.Access.AccessFixture;

namespace Portal.Tests.Access.Data;

public sealed class IdleTimeTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static TheoryData<DatabaseProvider> Databases => [DatabaseProvider.Sqlite, DatabaseProvider.Postgres];

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Idle_program_gets_no_new_tokens_and_its_session_ends(DatabaseProvider provider)
    {
        await using var portal = await Start(provider);
        var jane = await portal.Register();
        await portal.Get<OrganizationSettings>().LimitIdleTime(jane.Owner(), 15, default);
        var tokens = await portal.StartSession();
        // Its access token works for 30 minutes: until then it may have been busy.
        portal.Time.Advance(TimeSpan.FromMinutes(45));
        tokens = await portal.Sessions.Refresh(tokens.RefreshToken, portal.Origin, default);
        portal.Time.Advance(TimeSpan.FromMinutes(45) + Second);

        var refused = await Refused(() => portal.Sessions.Refresh(tokens.RefreshToken, portal.Origin, default));

        Assert.Equal(("AUTHENTICATION_FAILED", "session_idle", 15), (refused.Code.Code, refused.Details["reason"], refused.Details["idle_minutes"]));
        Assert.Contains("session.ended", await portal.Audit(jane.Organization.Id));
        Assert.Equal("The session has ended. Sign in again.", (await Refused(() => portal.Sessions.Refresh(tokens.RefreshToken, portal.Origin, default))).Message);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Idle_browser_is_ended_once_and_told_why_again(DatabaseProvider provider)
    {
        await using var portal = await Start(provider);
        var jane = await portal.Register();
        await portal.Get<OrganizationSettings>().LimitIdleTime(jane.Owner(), 15, default);
        var browsers = portal.Get<BrowserSessions>();
        var session = await browsers.Begin(await portal.SignIn(), portal.Origin, default);
        // What was done in the last minute and a half may not be noted yet.
        portal.Time.Advance(TimeSpan.FromMinutes(16.5));
        Assert.Null(await browsers.EndIdle(session.Id, default));
        portal.Time.Advance(Second);

        Assert.Equal(new IdleTime(15, jane.Organization.Id, jane.Organization.Name), await browsers.EndIdle(session.Id, default));
        Assert.NotNull(await browsers.EndIdle(session.Id, default));
        Assert.Single(await portal.Audit(jane.Organization.Id), action => action == "session.ended");
        Assert.Empty(await portal.Get<UserSessions>().List(jane.User.Id, default));
        Assert.Null(await browsers.EndIdle("ses_none", default));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Shortest_time_of_the_users_organizations_holds(DatabaseProvider provider)
    {
        await using var portal = await Start(provider);
        var host = await portal.Register("host@example.com", "Strict");
        var jane = await portal.Register();
        await portal.Get<Invitations>().Create(host.Owner(), "jane@example.com", Role.Viewer, default);
        await portal.Get<Joining>().Accept(jane.User.Id, await portal.TokenFor("jane@example.com"), portal.Origin, default);
        await portal.Get<OrganizationSettings>().LimitIdleTime(jane.Owner(), 480, default);
        await portal.Get<OrganizationSettings>().LimitIdleTime(host.Owner(), 60, default);
        var session = await portal.Get<BrowserSessions>().Begin(await portal.SignIn(), portal.Origin, default);
        portal.Time.Advance(TimeSpan.FromMinutes(62));

        Assert.Equal("Strict", (await portal.Get<BrowserSessions>().EndIdle(session.Id, default))?.OrganizationName);
    }

    [Fact]
    public async Task Only_offered_times_can_be_chosen_by_those_who_may_and_the_change_is_audited()
    {
        await using var portal = await Start();
        var host = await portal.Register();
        var settings = portal.Get<OrganizationSettings>();
        Assert.Equal("idle", (await Refused(() => settings.LimitIdleTime(host.Owner(), 20, default))).Details["field"]);
        Assert.Equal("AUTHORIZATION_FAILED", (await Refused(() => settings.LimitIdleTime(host.User.As(host.Organization, Role.Developer), 15, default))).Code.Code);

        await settings.LimitIdleTime(host.Owner(), 480, default);
        await settings.LimitIdleTime(host.Owner(), 480, default);

        Assert.Equal(480, (await settings.Get(host.Owner(), default)).SessionIdleMinutes);
        Assert.Single(await portal.Audit(host.Organization.Id), action => action == "organization.security_changed");
    }
}
