using System.Text.RegularExpressions;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Tests.Infrastructure;

namespace Portal.Tests.Access.Data;

/// <summary>Shorthand for tests about the people of an organization.</summary>
internal static partial class PeopleFixture
{
    /// <summary>A user as a member of an organization, with the permissions of a role.</summary>
    public static Actor As(this User user, Organization organization, Role role) => new(new Tenant(organization.Id, ApiMode.Live), "user", user.Id, user.FullName)
    {
        UserId = user.Id,
        Address = "203.0.113.7",
        GrantedScopes = Scopes.Expand(Scopes.Of(role)),
    };

    public static Actor Owner(this Registered registered) => registered.User.As(registered.Organization, Role.Owner);

    /// <summary>The token of the link in the newest mail to somebody.</summary>
    public static async Task<string> TokenFor(this AccessFixture portal, string email)
    {
        var mail = (await portal.Mails()).Last(mail => string.Equals(mail.To, email, StringComparison.OrdinalIgnoreCase));
        return Uri.UnescapeDataString(Token().Match(mail.Body).Groups[1].Value);
    }

    /// <summary>Somebody with an account who accepted an invitation into a role.</summary>
    public static async Task<Actor> Joined(this AccessFixture portal, Registered host, string email, Role role)
    {
        await portal.Get<Invitations>().Create(host.Owner(), email, role, default);
        var joined = await portal.Get<Joining>().Register(await portal.TokenFor(email), "New", email.Split('@')[0], AccessFixture.Password, portal.Origin, default);
        return joined.User.As(host.Organization, role);
    }

    /// <summary>Sets an authenticator app up, and lets a step pass so that its first code is not about any more.</summary>
    /// <returns>The app, which makes codes of the moment, and the recovery codes.</returns>
    public static Task<(Func<string> App, IReadOnlyList<string> Recovery)> SetUpTwoFactor(this AccessFixture portal, Actor actor) =>
        SetUpTwoFactor(portal.Get<TwoFactor>(), portal.Time, actor);

    /// <summary>The same, anywhere.</summary>
    public static async Task<(Func<string> App, IReadOnlyList<string> Recovery)> SetUpTwoFactor(TwoFactor service, ManualTime time, Actor actor)
    {
        await service.Begin(actor, default);
        var set = (await service.SetUp(actor.UserId!, default))!;
        var secret = Decode(set.Secret.Replace(" ", "", StringComparison.Ordinal));
        string App() => Totp.Code(secret, Totp.StepAt(time.GetUtcNow()));
        var recovery = await service.Confirm(actor, "ses_none", App(), default);
        time.Advance(TimeSpan.FromSeconds(Totp.SecondsPerStep));
        return (App, recovery);
    }

    internal static byte[] Decode(string base32)
    {
        var bits = string.Concat(base32.Select(letter => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(letter, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(at => Convert.ToByte(bits.Substring(at * 8, 8), 2))];
    }

    [GeneratedRegex(@"token=([^\s&]+)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Token();
}
