using Portal.Core.Access;
using Portal.Core.Shared.Data;
using static Portal.Tests.Access.AccessFixture;

namespace Portal.Tests.Access.Data;

public sealed class SignInTests
{
    [Fact]
    public async Task Wrong_password_and_unknown_address_are_refused_alike()
    {
        await using var portal = await Start();
        await portal.Register();
        var wrong = await Refused(() => portal.SignIn(password: "wrong password"));
        var unknown = await Refused(() => portal.SignIn("nobody@example.com"));
        Assert.Equal("AUTHENTICATION_FAILED", wrong.Code.Code);
        Assert.Equal((wrong.Code, wrong.Message), (unknown.Code, unknown.Message));
        portal.Logs.AssertNever("wrong password");
    }

    [Fact]
    public async Task Missing_fields_are_named()
    {
        await using var portal = await Start();
        var problem = await Refused(() => portal.Get<SignIns>().Check(null, null, null, portal.Origin, default));
        Assert.Equal(["email", "password"], problem.Errors.Select(fault => fault.Field));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Ten_wrong_passwords_lock_the_account_for_five_minutes(DatabaseProvider provider)
    {
        await using var portal = await Start(provider);
        var jane = await portal.Register();
        for (var i = 0; i < 9; i++) await Refused(() => portal.SignIn(password: "wrong password"));
        await portal.SignIn();
        for (var i = 0; i < 9; i++) Assert.False((await Refused(() => portal.SignIn(password: "wrong password"))).Details.ContainsKey("reason"));
        Assert.Equal("locked_out", (await Refused(() => portal.SignIn(password: "wrong password"))).Details["reason"]);
        Assert.Equal("locked_out", (await Refused(() => portal.SignIn())).Details["reason"]);
        portal.Time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        Assert.Equal("locked_out", (await Refused(() => portal.SignIn())).Details["reason"]);
        portal.Time.Advance(TimeSpan.FromSeconds(1));
        await portal.SignIn();
        Assert.Contains("user.locked_out", await portal.Audit(jane.Organization.Id));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Guesses_side_by_side_are_all_counted(DatabaseProvider provider)
    {
        await using var portal = await Start(provider);
        await portal.Register();
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Refused(() => portal.SignIn(password: "wrong password"))));
        Assert.Equal("locked_out", (await Refused(() => portal.SignIn())).Details["reason"]);
    }
}
