using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Paging;
using static Portal.Tests.Access.AccessFixture;

namespace Portal.Tests.Access.Data;

public sealed class InvitationTests
{
    private static readonly DatabaseProvider[] Providers = [DatabaseProvider.Sqlite, DatabaseProvider.Postgres];

    public static TheoryData<DatabaseProvider> Databases => [.. Providers];

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Invited_newcomer_makes_an_account_that_is_confirmed_and_a_member(DatabaseProvider provider)
    {
        await using var portal = await Start(provider);
        var host = await portal.Register("host@example.com", "Meridian");
        var invitation = await portal.Get<Invitations>().Create(host.Owner(), " Guest@Example.com ", Role.Developer, default);
        var token = await portal.TokenFor("guest@example.com");
        var offer = (await portal.Get<Joining>().Find(token, default))!;
        Assert.Equal(("Meridian", "Guest@Example.com", Role.Developer, false), (offer.OrganizationName, offer.Email, offer.Role, offer.HasAccount));
        Assert.Equal(InvitationStatus.Pending, invitation.Status);

        var joined = await portal.Get<Joining>().Register(token, "Guest", "Doe", Password, portal.Origin, default);

        Assert.True(joined.User.EmailConfirmed);
        Assert.Equal((host.Organization.Id, Role.Developer), (joined.Organization.Id, joined.Role));
        Assert.Single(await portal.Get<Organizations>().Of(joined.User.Id, default));
        Assert.Empty((await portal.Get<Invitations>().List(host.Owner(), new PageRequest(), default)).Items);
        Assert.Null(await portal.Get<Joining>().Find(token, default));
        Assert.Equal(["user.registered", "invitation.created", "member.joined"], await portal.Audit(host.Organization.Id));
        await using var db = portal.Store.ReadAcross();
        Assert.DoesNotContain(token, (await db.Across<AuditEntry>().ToListAsync()).Select(entry => entry.Summary));
        portal.Logs.AssertNever(token);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Only_the_invited_user_can_accept_and_only_once(DatabaseProvider provider)
    {
        await using var portal = await Start(provider);
        var host = await portal.Register("host@example.com", "Meridian");
        var guest = await portal.Register("guest@example.com");
        var other = await portal.Register("other@example.com");
        await portal.Get<Invitations>().Create(host.Owner(), "guest@example.com", Role.Viewer, default);
        var token = await portal.TokenFor("guest@example.com");

        var refused = await Refused(() => portal.Get<Joining>().Accept(other.User.Id, token, portal.Origin, default));
        Assert.Equal("wrong_user", refused.Details["reason"]);
        Assert.Contains("guest@example.com", refused.Message, StringComparison.Ordinal);

        var member = await portal.Get<Joining>().Accept(guest.User.Id, token, portal.Origin, default);
        Assert.Equal((host.Organization.Id, Role.Viewer), (member.Organization.Id, member.Role));
        Assert.Equal("token", (await Refused(() => portal.Get<Joining>().Accept(guest.User.Id, token, portal.Origin, default))).Details["field"]);
        Assert.Equal(host.Organization.Id, (await portal.SignIn("guest@example.com")).Organization.Id);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Link_ends_after_a_week_and_sending_again_makes_another(DatabaseProvider provider)
    {
        await using var portal = await Start(provider);
        var host = await portal.Register("host@example.com");
        var invitations = portal.Get<Invitations>();
        var made = await invitations.Create(host.Owner(), "guest@example.com", Role.Viewer, default);
        var first = await portal.TokenFor("guest@example.com");
        Assert.NotNull(await portal.Get<Joining>().Find(first, default));
        portal.Time.Advance(TimeSpan.FromDays(7));

        Assert.Null(await portal.Get<Joining>().Find(first, default));
        Assert.Equal(InvitationStatus.Expired, (await invitations.Get(host.Owner(), made.Id, default)).Status);
        Assert.Equal("CONFLICT", (await Refused(() => invitations.Create(host.Owner(), "GUEST@example.com", Role.Viewer, default))).Code.Code);

        await invitations.Resend(host.Owner(), made.Id, default);
        var second = await portal.TokenFor("guest@example.com");
        Assert.NotEqual(first, second);
        Assert.Null(await portal.Get<Joining>().Find(first, default));
        await invitations.ChangeRole(host.Owner(), made.Id, Role.Admin, default);
        Assert.Equal(Role.Admin, (await portal.Get<Joining>().Find(second, default))!.Role);
        await invitations.Withdraw(host.Owner(), made.Id, default);
        Assert.Null(await portal.Get<Joining>().Find(second, default));
    }

    [Fact]
    public async Task Address_must_be_one_within_the_organizations_domains_and_no_members()
    {
        await using var portal = await Start();
        var host = await portal.Register("host@example.com");
        var invitations = portal.Get<Invitations>();
        await portal.Get<OrganizationSettings>().AllowDomains(host.Owner(), ["@Example.com", "example.org ", "example.org"], default);

        Assert.Equal(["email", "role"], (await Refused(() => invitations.Create(host.Owner(), "nobody", null, default))).Errors.Select(fault => fault.Field));
        Assert.Equal("email", (await Refused(() => invitations.Create(host.Owner(), "host@example.com", Role.Viewer, default))).Details["field"]);
        Assert.Contains("example.com, example.org", (await Refused(() => invitations.Create(host.Owner(), "a@sub.example.com", Role.Viewer, default))).Message, StringComparison.Ordinal);
        await invitations.Create(host.Owner(), "guest@EXAMPLE.org", Role.Viewer, default);
        Assert.Equal("domains", (await Refused(() => portal.Get<OrganizationSettings>().AllowDomains(host.Owner(), ["no domain"], default))).Details["field"]);
    }

    [Fact]
    public async Task Nobody_invites_into_a_role_that_may_do_more_than_they()
    {
        await using var portal = await Start();
        var host = await portal.Register("host@example.com");
        var admin = await portal.Joined(host, "admin@example.com", Role.Admin);
        var developer = await portal.Joined(host, "dev@example.com", Role.Developer);
        var program = new Actor(host.Owner().Tenant, "api_key", "key_1", "Directory") { GrantedScopes = Scopes.Expand(["members:*", "contacts:*"]) };
        var invitations = portal.Get<Invitations>();

        Assert.Equal("owner", (await Refused(() => invitations.Create(admin, "a@example.com", Role.Owner, default))).Details["role"]);
        Assert.Equal("members:write", (await Refused(() => invitations.Create(developer, "a@example.com", Role.Viewer, default))).Details["scope"]);
        Assert.Equal("viewer", (await Refused(() => invitations.Create(program, "a@example.com", Role.Viewer, default))).Details["role"]);
        await invitations.Create(admin, "a@example.com", Role.Admin, default);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task User_without_any_organization_comes_back_by_an_invitation(DatabaseProvider provider)
    {
        await using var portal = await Start(provider);
        var host = await portal.Register("host@example.com");
        var member = await portal.Joined(host, "guest@example.com", Role.Viewer);
        await portal.Get<Members>().Leave(member, default);
        Assert.Equal("no_organization", (await Refused(() => portal.SignIn("guest@example.com"))).Details["reason"]);

        await portal.Get<Invitations>().Create(host.Owner(), "guest@example.com", Role.Developer, default);
        var token = await portal.TokenFor("guest@example.com");
        var step = await portal.Get<SignIns>().Start(new SignInInput("guest@example.com", Password, token), portal.Origin, default);
        Assert.Equal((host.Organization.Id, Role.Developer), (step.SignedIn!.Organization.Id, step.SignedIn.Role));
    }
}
