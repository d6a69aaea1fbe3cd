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

    /// <summary>The page that confirms a new e-mail address; its query holds <c>user</c>, <c>email</c> and <c>token</c>.</summary>
    public const string ConfirmChangePath = "/confirm-email-change";

    internal void Invite(PortalDbContext db, Organization organization, Invitation invitation, string token) => mailer.Queue(
        db, invitation.Email, $"{invitation.InvitedByName} invites you to {organization.Name}", $"""
        Hello,

        {invitation.InvitedByName} invites you to work in {organization.Name} as {Scopes.NameOf(invitation.Role)}. Join here, with your account or a new one:

        {address.Of($"{Joining.Path}?token={Uri.EscapeDataString(token)}")}

        The link works until {invitation.ExpiresAt:yyyy-MM-dd HH:mm} UTC. If you expect no invitation, you can ignore this mail.
        """);

    internal void ConfirmChange(PortalDbContext db, User user, string email, string token) => mailer.Queue(db, email, "Confirm your new e-mail address", $"""
        Hello {user.FirstName},

        please confirm that this is your new e-mail address. You sign in with it from then on:

        {Link(ConfirmChangePath, user, token)}&email={Uri.EscapeDataString(email)}

        If you did not ask for this, you can ignore this mail; nothing changes.
        """);

    internal void ChangeRequested(PortalDbContext db, User user, string email) => mailer.Queue(db, user.Email!, "Your e-mail address is about to change", $"""
        Hello {user.FirstName},

        somebody who knows your password, probably you, wants to change the e-mail address of your account to {email}. It changes once the link in a mail to that address is opened.

        If it was not you, choose a new password at once; the link is good no more then:

        {address.Of(ForgotPath)}
        """);

    internal void EmailChanged(PortalDbContext db, User user, string before) => mailer.Queue(db, before, "Your e-mail address was changed", $"""
        Hello {user.FirstName},

        the e-mail address of your account is {user.Email} now; this address is not used any more. If it was not you, tell an administrator of your organization.
        """);

    internal void SecurityChanged(PortalDbContext db, User user, string what) => mailer.Queue(db, user.Email!, "The security of your account changed", $"""
        Hello {user.FirstName},

        {what}

        If it was not you, choose a new password at once and look at your account's sessions:

        {address.Of(ForgotPath)}
        """);

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

        the password of your account was changed. If it was not you, choose a new one at once:

        {address.Of(ForgotPath)}
        """);

    private string Link(string path, User user, string token) =>
        address.Of($"{path}?user={Uri.EscapeDataString(user.Id)}&token={Uri.EscapeDataString(token)}");
}
