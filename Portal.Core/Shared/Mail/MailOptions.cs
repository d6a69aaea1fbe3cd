using System.Net.Mail;
using Microsoft.Extensions.Options;

namespace Portal.Core.Shared.Mail;

/// <summary>The settings <c>Mail:*</c>: how mails leave the portal. Without a host they stay in the outbox, where its page shows them.</summary>
public sealed class MailOptions
{
    /// <summary>The section's name in the configuration.</summary>
    public const string Section = "Mail";

    /// <summary>Name or address of the SMTP server; default none. Mails that were queued without one are not sent later.</summary>
    public string? SmtpHost { get; set; }

    /// <summary>Its port; default 587.</summary>
    public int SmtpPort { get; set; } = 587;

    /// <summary>User name for the server; default none, which sends without authentication.</summary>
    public string? SmtpUser { get; set; }

    /// <summary>Password for the server; goes with <see cref="SmtpUser"/>.</summary>
    public string? SmtpPassword { get; set; }

    /// <summary>The sender, as <c>portal@example.com</c> or <c>Portal &lt;portal@example.com&gt;</c>; required with <see cref="SmtpHost"/>.</summary>
    public string? From { get; set; }

    /// <summary>Whether the connection is encrypted by STARTTLS before anything is sent; default true. Off only for a server on the same machine.</summary>
    public bool UseTls { get; set; } = true;

    internal bool CanSend => !string.IsNullOrWhiteSpace(SmtpHost);
}

internal sealed class MailOptionsValidation : IValidateOptions<MailOptions>
{
    public ValidateOptionsResult Validate(string? name, MailOptions options)
    {
        var faults = new List<string>();
        if (options.SmtpPort is < 1 or > 65535) faults.Add($"Mail:SmtpPort is {options.SmtpPort}; it must lie between 1 and 65535.");
        if (options.CanSend && string.IsNullOrWhiteSpace(options.From)) faults.Add("Mail:From is missing; Mail:SmtpHost needs it.");
        if (!string.IsNullOrWhiteSpace(options.From) && !MailAddress.TryCreate(options.From, out _)) faults.Add("Mail:From is not an e-mail address.");
        if (!string.IsNullOrEmpty(options.SmtpUser) && string.IsNullOrEmpty(options.SmtpPassword)) faults.Add("Mail:SmtpPassword is missing; Mail:SmtpUser needs it.");
        if (string.IsNullOrEmpty(options.SmtpUser) && !string.IsNullOrEmpty(options.SmtpPassword)) faults.Add("Mail:SmtpUser is missing; Mail:SmtpPassword needs it.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
