using Microsoft.EntityFrameworkCore;

namespace Portal.Core.Shared.Mail;

/// <summary>What kind of message waits in the outbox. Stored by name.</summary>
public enum MailKind
{
    Email,

    /// <summary>A text message, for which there is no provider.</summary>
    Sms,
}

/// <summary>A mail to be sent, kept until SMTP took it; without SMTP it stays here and the outbox page shows it.</summary>
public sealed class OutboxMail
{
    /// <summary>How long a mail is kept that was sent or given up.</summary>
    internal static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    public required string Id { get; set; }
    public MailKind Kind { get; set; }

    /// <summary>The receivers, separated by commas.</summary>
    public required string To { get; set; }
    public string? Cc { get; set; }
    public string? Bcc { get; set; }

    /// <summary>Whom answers go to, where that is not the portal's own address.</summary>
    public string? ReplyTo { get; set; }
    public required string Subject { get; set; }

    /// <summary>The text with its links; the links' tokens make it a secret, so it is never logged.</summary>
    public required string Body { get; set; }

    /// <summary>The same as HTML, or in place of the text.</summary>
    public string? Html { get; set; }
    public List<MailAttachment> Attachments { get; set; } = [];
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? SentAt { get; set; }

    /// <summary>When the next try is due; null once sent or given up.</summary>
    public DateTimeOffset? DueAt { get; set; }
    public int Attempts { get; set; }
    public string? LastError { get; set; }
}

/// <summary>A file that goes with a mail.</summary>
public sealed class MailAttachment
{
    public required string MailId { get; set; }

    /// <summary>From 1.</summary>
    public int Number { get; set; }
    public required string FileName { get; set; }
    public required string ContentType { get; set; }
    public int Size { get; set; }
    public required byte[] Data { get; set; }
}

internal static class MailModel
{
    public static void Configure(ModelBuilder builder)
    {
        builder.Entity<OutboxMail>(e =>
        {
            e.ToTable("mails");
            // What was there before there were kinds is mail.
            e.Property(x => x.Kind).HasConversion<string>().HasMaxLength(16).HasDefaultValue(MailKind.Email);
            e.Property(x => x.Subject).HasMaxLength(300);
            e.HasIndex(x => x.DueAt);
            e.HasIndex(x => x.CreatedAt);
            e.HasMany(x => x.Attachments).WithOne().HasForeignKey(x => x.MailId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<MailAttachment>(e =>
        {
            e.ToTable("mail_attachments");
            e.HasKey(x => new { x.MailId, x.Number });
        });
    }
}
