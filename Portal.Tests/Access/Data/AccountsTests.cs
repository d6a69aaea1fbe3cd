using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using static Portal.Tests.Access.AccessFixture;

namespace Portal.Tests.Access.Data;

public sealed class AccountsTests
{
    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Registration_makes_user_organization_membership_mail_and_audit_entry(DatabaseProvider provider)
    {
        await using var portal = await Start(provider);
        var made = await portal.Register(" Jane@Example.com ");
        Assert.Equal("Jane@Example.com", made.User.Email);
        Assert.Equal("Jane's organization", made.Organization.Name);
        Assert.Equal(Plan.Free, made.Organization.Plan);
        var member = Assert.Single(await portal.Get<Organizations>().Of(made.User.Id, default));
        Assert.Equal((made.Organization.Id, Role.Owner), (member.Organization.Id, member.Role));
        Assert.Equal(["user.registered"], await portal.Audit(made.Organization.Id));
        Assert.Equal("Jane@Example.com", Assert.Single(await portal.Mails()).To);
        portal.Logs.AssertNever(Password);
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Address_that_differs_only_in_case_is_taken(DatabaseProvider provider)
    {
        await using var portal = await Start(provider);
        await portal.Register("jane@example.com");
        var problem = await Refused(() => portal.Register("JANE@example.COM"));
        Assert.Equal("VALIDATION_ERROR", problem.Code.Code);
        Assert.Equal("email", problem.Details["field"]);
        Assert.Equal(portal.Get<UserUnits>().Normalize("jane@example.com"), portal.Get<UserUnits>().Normalize(" JANE@example.COM"));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Of_concurrent_registrations_with_one_address_exactly_one_succeeds(DatabaseProvider provider)
    {
        await using var portal = await Start(provider);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            try
            {
                await portal.Register();
                return "made";
            }
            catch (Core.Shared.Problems.ProblemException e)
            {
                return $"{e.Problem.Code.Code} {e.Problem.Details["field"]}";
            }
        }));
        Assert.Equal(1, outcomes.Count(outcome => outcome == "made"));
        Assert.Equal(7, outcomes.Count(outcome => outcome == "VALIDATION_ERROR email"));
        await using var db = portal.Store.ReadAcross();
        Assert.Equal((1, 1), (await db.Users.CountAsync(), await db.Organizations.CountAsync()));
    }

    [Theory]
    [InlineData("no-at-sign", "long enough", "Jane", "Doe", "email")]
    [InlineData("", "long enough", "Jane", "Doe", "email")]
    [InlineData("jane@example.com", "1234567", "Jane", "Doe", "password")]
    [InlineData("jane@example.com", "", "Jane", "Doe", "password")]
    [InlineData("jane@example.com", "long enough", " ", "Doe", "first_name")]
    [InlineData("jane@example.com", "long enough", "Jane", null, "last_name")]
    public async Task Field_at_fault_is_named(string email, string password, string first, string? last, string field)
    {
        await using var portal = await Start();
        var problem = await Refused(() => portal.Accounts.Register(new Registration(email, password, first, last, null), portal.Origin, default));
        Assert.Equal("VALIDATION_ERROR", problem.Code.Code);
        Assert.Equal(field, problem.Details["field"]);
    }

    [Fact]
    public async Task All_faults_of_a_registration_are_told_at_once()
    {
        await using var portal = await Start();
        var problem = await Refused(() => portal.Accounts.Register(new Registration(null, null, null, null, new string('x', 201)), portal.Origin, default));
        Assert.Equal(["email", "password", "first_name", "last_name", "organization_name"], problem.Errors.Select(fault => fault.Field));
    }

    [Fact]
    public async Task Eight_characters_of_any_kind_are_a_password()
    {
        await using var portal = await Start();
        await portal.Accounts.Register(new Registration("jane@example.com", "aaaaaaaa", "Jane", "Doe", "Acme"), portal.Origin, default);
        Assert.Equal("Acme", (await portal.SignIn(password: "aaaaaaaa")).Organization.Name);
    }

    [Fact]
    public async Task Closed_registration_refuses_and_the_plan_of_new_organizations_is_a_setting()
    {
        await using var open = await Start(settings: new() { ["Accounts:DefaultPlan"] = "premium" });
        Assert.Equal(Plan.Premium, (await open.Register()).Organization.Plan);
        await using var closed = await Start(settings: new() { ["Accounts:RegistrationOpen"] = "false" });
        Assert.Equal("AUTHORIZATION_FAILED", (await Refused(() => closed.Register())).Code.Code);
    }

    [Fact]
    public async Task Mailed_link_confirms_the_address_until_it_expires()
    {
        await using var portal = await Start();
        var jane = await portal.Register();
        var token = TokenOf(Assert.Single(await portal.Mails()).Body);
        await portal.Accounts.ConfirmEmail(jane.User.Id, token, default);
        await using (var db = portal.Store.ReadAcross()) Assert.True((await db.Users.SingleAsync()).EmailConfirmed);
        portal.Time.Advance(TimeSpan.FromDays(3));
        Assert.Equal("token", (await Refused(() => portal.Accounts.ConfirmEmail(jane.User.Id, token, default))).Details["field"]);
        portal.Logs.AssertNever(token);
    }

    [Fact]
    public async Task Unconfirmed_address_cannot_sign_in_where_confirmation_is_required()
    {
        await using var portal = await Start(settings: new() { ["Accounts:RequireConfirmedEmail"] = "true" });
        var jane = await portal.Register();
        Assert.Equal("email_not_confirmed", (await Refused(() => portal.SignIn())).Details["reason"]);
        await portal.Accounts.ConfirmEmail(jane.User.Id, TokenOf((await portal.Mails())[0].Body), default);
        Assert.Equal(jane.User.Id, (await portal.SignIn()).User.Id);
    }

    [Fact]
    public async Task Reset_link_sets_a_password_once_ends_sessions_and_lifts_the_lockout()
    {
        await using var portal = await Start();
        var jane = await portal.Register();
        var session = await portal.StartSession();
        Assert.NotNull((await portal.Check(session.AccessToken)).Principal);
        await portal.Accounts.RequestReset("JANE@example.com", default);
        var token = TokenOf((await portal.Mails())[^1].Body);

        await portal.Accounts.ResetPassword(jane.User.Id, token, "another password", portal.Origin, default);
        Assert.Equal(TokenFault.Revoked, (await portal.Check(session.AccessToken)).Fault);
        Assert.Equal("AUTHENTICATION_FAILED", (await Refused(() => portal.SignIn())).Code.Code);
        await portal.SignIn(password: "another password");
        Assert.Equal("token", (await Refused(() => portal.Accounts.ResetPassword(jane.User.Id, token, "a third password", portal.Origin, default))).Details["field"]);
        Assert.Contains("user.password_reset", await portal.Audit(jane.Organization.Id));
        portal.Logs.AssertNever(token);
        portal.Logs.AssertNever("another password");
    }

    [Fact]
    public async Task Reset_link_expires_and_does_not_confirm()
    {
        await using var portal = await Start();
        var jane = await portal.Register();
        await portal.Accounts.RequestReset("jane@example.com", default);
        var token = TokenOf((await portal.Mails())[^1].Body);
        await Refused(() => portal.Accounts.ConfirmEmail(jane.User.Id, token, default));
        portal.Time.Advance(TimeSpan.FromHours(1));
        await Refused(() => portal.Accounts.ResetPassword(jane.User.Id, token, "another password", portal.Origin, default));
        await portal.SignIn();
    }

    [Fact]
    public async Task Reset_for_an_unknown_address_looks_the_same_and_mails_nothing()
    {
        await using var portal = await Start();
        await portal.Accounts.RequestReset("nobody@example.com", default);
        Assert.Empty(await portal.Mails());
    }

    [Fact]
    public async Task Changed_password_needs_the_present_one()
    {
        await using var portal = await Start();
        var jane = await portal.Register();
        var problem = await Refused(() => portal.Accounts.ChangePassword(jane.User.Id, new PasswordChange("not this one", "another password"), portal.Origin, default));
        Assert.Equal("current_password", problem.Details["field"]);
        await portal.Accounts.ChangePassword(jane.User.Id, new PasswordChange(Password, "another password"), portal.Origin, default);
        await portal.SignIn(password: "another password");
    }

    [Fact]
    public async Task User_opens_only_organizations_of_their_own()
    {
        await using var portal = await Start();
        var jane = await portal.Register();
        var other = await portal.Register("bob@example.com");
        var organizations = portal.Get<Organizations>();
        var actor = portal.Origin.ActorFor(jane.User, jane.Organization.Id);
        var second = await organizations.Create(actor, "Second", default);
        Assert.Equal(second.Id, (await portal.SignIn()).Organization.Id);
        await organizations.Open(jane.User.Id, jane.Organization.Id, default);
        Assert.Equal(jane.Organization.Id, (await portal.SignIn()).Organization.Id);
        Assert.Equal("RESOURCE_NOT_FOUND", (await Refused(() => organizations.Open(jane.User.Id, other.Organization.Id, default))).Code.Code);
        Assert.Null(await organizations.RoleIn(jane.User.Id, other.Organization.Id, default));
        Assert.Equal(["organization.created", "user.signed_in"], await portal.Audit(second.Id));
    }

    [Fact]
    public async Task Identitys_user_manager_sees_the_same_accounts_links_and_lockouts()
    {
        await using var portal = await Start();
        var jane = await portal.Register();
        await using var scope = portal.Get<IServiceScopeFactory>().CreateAsyncScope();
        var manager = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        var user = await manager.FindByEmailAsync("JANE@example.com");
        Assert.Equal(jane.User.Id, user!.Id);
        Assert.True(await manager.CheckPasswordAsync(user, Password));
        Assert.True((await manager.ConfirmEmailAsync(user, TokenOf((await portal.Mails())[0].Body))).Succeeded);
        for (var i = 0; i < 10; i++) await manager.AccessFailedAsync(user);
        Assert.Equal("locked_out", (await Refused(() => portal.SignIn())).Details["reason"]);
    }

    private static string TokenOf(string body) => Uri.UnescapeDataString(Regex.Match(body, "token=([^\\s&]+)").Groups[1].Value);
}
