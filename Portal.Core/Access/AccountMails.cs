using Portal.Core.Shared;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Mail;

namespace Portal.Core.Access;

/// <summary>The mails about accounts, and the pages that their links lead to.</summary>
public sealed class AccountMails(Mailer mailer, PublicAddress address)
{
    /// <summary>The page that confirms an e-mail address; its query holds <c>user</c> and <c>token</c>.</summary>
    public const string ConfirmPath = "/confirm-email";

    /// <summary>The page that takes a new password; its query holds <c>user</c> and <c>token</c>.</summary>
    public const string ResetPath = "/reset-password";

    /// <summary>The page that mails a link for a new password.</summary>
    public const string ForgotPath = "/forgot-password";

    internal void Confirm(PortalDbContext db, User user, string token) => mailer.Queue(db, user.Email!, "Confirm your e-mail address", $"""
        Hello {user.FirstName},

        please confirm that this is your e-mail address:

        {Link(ConfirmPath, user, token)}

        If you have not registered, you can ignore this mail.
        """);

    internal void Reset(PortalDbContext db, User user, string token) => mailer.Queue(db, user.Email!, "Choose a new password", $"""
        Hello {user.FirstName},

        somebody, probably you, asked for a new password. Choose it here:

        {Link(ResetPath, user, token)}

        If it was not you, you can ignore this mail; your password stays as it is.
        """);

    internal void PasswordChanged(PortalDbContext db, User user) => mailer.Queue(db, user.Email!, "Your password was changed", $"""
        Hello {user.FirstName},

        the password of your account was changed, and you were signed out everywhere else. If it was not you, choose a new one at once:

        {address.Of(ForgotPath)}
        """);

    private string Link(string path, User user, string token) =>
        address.Of($"{path}?user={Uri.EscapeDataString(user.Id)}&token={Uri.EscapeDataString(token)}");
}
