using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using static Portal.Tests.Access.AccessFixture;

namespace Portal.Tests.Access.Data;

public sealed class TwoFactorTests
{
    public static TheoryData<DatabaseProvider> Databases => [DatabaseProvider.Sqlite, DatabaseProvider.Postgres];

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Sign_in_asks_for_a_code_that_is_good_once(DatabaseProvider provider)
    {
        await using var portal = await Start(provider);
        var jane = await portal.Register();
        var (app, _) = await portal.SetUpTwoFactor(jane.Owner());

        var required = await Refused(() => portal.SignIn());
        Assert.Equal(("AUTHENTICATION_FAILED", "totp_required", "totp_code"), (required.Code.Code, required.Details["reason"], required.Details["field"]));
        var code = app();
        var signedIn = await With(portal, code);
        Assert.True(signedIn.TwoFactor);
        Assert.Equal("totp_invalid", (await Refused(() => With(portal, code))).Details["reason"]);
        portal.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.True((await With(portal, app())).TwoFactor);
        Assert.Equal("totp_invalid", (await Refused(() => With(portal, "000000"))).Details["reason"]);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Recovery_code_signs_in_once_and_is_told_by_mail(DatabaseProvider provider)
    {
        await using var portal = await Start(provider);
        var jane = await portal.Register();
        var (_, recovery) = await portal.SetUpTwoFactor(jane.Owner());
        Assert.Equal(10, recovery.Distinct(StringComparer.Ordinal).Count());

        Assert.True((await With(portal, recovery[0].ToUpperInvariant())).TwoFactor);

        Assert.Equal(9, (await portal.Get<TwoFactor>().Status(jane.User.Id, default)).CodesLeft);
        Assert.Equal("totp_invalid", (await Refused(() => With(portal, recovery[0]))).Details["reason"]);
        Assert.True((await With(portal, recovery[1].Replace("-", " ", StringComparison.Ordinal))).TwoFactor);
        Assert.Contains((await portal.Mails()), mail => mail.Body.Contains("recovery code was used", StringComparison.Ordinal));
        Assert.Contains("user.recovery_code_used", await portal.Audit(jane.Organization.Id));
        await using var db = portal.Store.ReadAcross();
        Assert.DoesNotContain(recovery[2], string.Join(' ', (await db.RecoveryCodes.ToListAsync()).Select(code => Convert.ToHexString(code.Hash))), StringComparison.Ordinal);
        Assert.DoesNotContain("otpauth", (await db.Users.SingleAsync()).TotpSecret!, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Wrong_codes_lock_the_account_although_the_password_is_right(DatabaseProvider provider)
    {
        await using var portal = await Start(provider);
        var jane = await portal.Register();
        var (app, _) = await portal.SetUpTwoFactor(jane.Owner());
        for (var i = 0; i < 9; i++) Assert.Equal("totp_invalid", (await Refused(() => With(portal, "000000"))).Details["reason"]);
        Assert.Equal("locked_out", (await Refused(() => With(portal, "000000"))).Details["reason"]);
        Assert.Equal("locked_out", (await Refused(() => With(portal, app()))).Details["reason"]);
        portal.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.True((await With(portal, app())).TwoFactor);
    }

    [Fact]
    public async Task Second_step_waits_for_ten_minutes_and_ends_with_the_password()
    {
        await using var portal = await Start();
        var jane = await portal.Register();
        var (app, _) = await portal.SetUpTwoFactor(jane.Owner());
        var signIns = portal.Get<SignIns>();
        var token = (await signIns.Start(new SignInInput("jane@example.com", Password), portal.Origin, default)).CodeToken!;
        portal.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("step_expired", (await Refused(() => signIns.Finish(token, app(), null, portal.Origin, default))).Details["reason"]);

        token = (await signIns.Start(new SignInInput("jane@example.com", Password), portal.Origin, default)).CodeToken!;
        await portal.Accounts.ChangePassword(jane.User.Id, new PasswordChange(Password, "another password"), portal.Origin, default);
        Assert.Equal("step_expired", (await Refused(() => signIns.Finish(token, app(), null, portal.Origin, default))).Details["reason"]);
        Assert.Equal("step_expired", (await Refused(() => signIns.Finish("nonsense", app(), null, portal.Origin, default))).Details["reason"]);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task New_codes_and_switching_off_need_the_password(DatabaseProvider provider)
    {
        await using var portal = await Start(provider);
        var jane = await portal.Register();
        var service = portal.Get<TwoFactor>();
        var (_, old) = await portal.SetUpTwoFactor(jane.Owner());
        Assert.Equal("CONFLICT", (await Refused(() => service.Begin(jane.Owner(), default))).Code.Code);
        Assert.Equal("current_password", (await Refused(() => service.RenewCodes(jane.Owner(), "wrong", default))).Details["field"]);
        var renewed = await service.RenewCodes(jane.Owner(), Password, default);
        Assert.Equal("totp_invalid", (await Refused(() => With(portal, old[0]))).Details["reason"]);
        await With(portal, renewed[0]);

        Assert.Equal("current_password", (await Refused(() => service.TurnOff(jane.Owner(), null, default))).Details["field"]);
        await service.TurnOff(jane.Owner(), Password, default);
        Assert.False((await portal.SignIn()).TwoFactor);
        Assert.Equal("CONFLICT", (await Refused(() => service.TurnOff(jane.Owner(), Password, default))).Code.Code);
        await service.Begin(jane.Owner(), default);
        Assert.Equal("code", (await Refused(() => service.Confirm(jane.Owner(), "ses_1", "123", default))).Details["field"]);
        Assert.False((await portal.SignIn()).TwoFactor);
    }

    private static Task<SignedIn> With(AccessFixture portal, string code) =>
        portal.Get<SignIns>().Check("jane@example.com", Password, code, portal.Origin, default);
}
