using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Tests.Access.Data;

namespace Portal.Tests.Access.Api;

/// <summary>Signing in through the API to accounts with two-factor sign-in.</summary>
public sealed class TwoFactorApiTests : IAsyncLifetime
{
    private readonly AuthHost _host = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Login_says_that_a_code_is_wanted_and_takes_it_once()
    {
        var (_, app, recovery) = await Prepared();
        var asked = await Login(null);
        Assert.Equal((401, "AUTHENTICATION_FAILED", "totp_code"), (asked.Status, asked.Code, asked.Field));
        Assert.Equal("totp_required", Reason(asked));
        Assert.Equal("totp_invalid", Reason(await Login("123456")));

        var code = app();
        var done = await Login(code);
        Assert.Equal(200, done.Status);
        Assert.Equal("totp_invalid", Reason(await Login(code)));
        Assert.Equal(200, (await _host.Fetch("/api/auth/me", done.Data.GetProperty("access_token").GetString())).Status);
        Assert.Equal(200, (await Login(recovery[0])).Status);
        Assert.Equal("totp_invalid", Reason(await Login(recovery[0])));
    }

    [Fact]
    public async Task Organization_that_requires_it_refuses_tokens_without_it_wherever_they_began()
    {
        var (owner, app, _) = await Prepared();
        await _host.Register("guest@example.com");
        await _host.Get<Invitations>().Create(owner, "guest@example.com", Role.Developer, default);
        var guest = (await _host.Get<SignIns>().Check("guest@example.com", AuthHost.Password, null, new Origin(null), default)).User;
        await using (var db = _host.Get<PortalStore>().ReadAcross())
        {
            var mail = db.Mails.OrderBy(mail => mail.Id).Last().Body;
            var token = mail[mail.IndexOf("inv_", StringComparison.Ordinal)..].Split('\n')[0].Trim();
            await _host.Get<Joining>().Accept(guest.Id, token, new Origin(null), default);
        }

        var own = (await _host.Get<Organizations>().Of(guest.Id, default)).First(member => member.Role == Role.Owner).Organization.Id;
        await _host.Get<Organizations>().Open(guest.Id, own, default);
        var (access, _) = await _host.Login("guest@example.com");
        var there = ("X-Organization-ID", owner.Tenant.OrganizationId);
        Assert.Equal(200, (await _host.Fetch("/api/auth/me", access, there)).Status);

        await _host.Get<OrganizationSettings>().RequireTwoFactor(owner, true, hasTwoFactor: true, default);

        var refused = await _host.Fetch("/api/auth/me", access, there);
        Assert.Equal((403, "two_factor_required"), (refused.Status, Reason(refused)));
        Assert.Equal(200, (await _host.Fetch("/api/auth/me", access)).Status);
        var strong = await Login(app());
        Assert.Equal(200, (await _host.Fetch("/api/auth/me", strong.Data.GetProperty("access_token").GetString(), there)).Status);
    }

    private static string? Reason(AuthAnswer answer) => answer.Error.GetProperty("details").GetProperty("reason").GetString();

    private Task<AuthAnswer> Login(string? code) => _host.Post("/api/auth/login", new { email = "jane@example.com", password = AuthHost.Password, totp_code = code });

    private async Task<(Actor Owner, Func<string> App, IReadOnlyList<string> Recovery)> Prepared()
    {
        var jane = await _host.Get<Accounts>().Register(new Registration("jane@example.com", AuthHost.Password, "Jane", "Doe", "Acme"), new Origin(null), default);
        var (app, recovery) = await PeopleFixture.SetUpTwoFactor(_host.Get<TwoFactor>(), _host.Time, jane.Owner());
        return (jane.Owner(), app, recovery);
    }
}
