using Microsoft.EntityFrameworkCore;

namespace Portal.Core.Shared.Mail;

/// <summary>A mail to be sent, kept until SMTP took it; without SMTP it stays here and the outbox page shows it.</summary>
public sealed class OutboxMail
{
    /// <summary>How long a mail is kept that was sent or given up.</summary>
    internal static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    public required string Id { get; set; }
    public required string To { get; set; }
    public required string Subject { get; set; }

    /// <summary>The text with its links; the links' tokens make it a secret, so it is never logged.</summary>
    public required string Body { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? SentAt { get; set; }

    /// <summary>When the next try is due; null once sent or given up.</summary>
    public DateTimeOffset? DueAt { get; set; }
    public int Attempts { get; set; }
    public string? LastError { get; set; }
}

internal static class MailModel
{
    public static void Configure(ModelBuilder builder) => builder.Entity<OutboxMail>(e =>
    {
        e.ToTable("mails");
        e.Property(x => x.To).HasMaxLength(320);
        e.Property(x => x.Subject).HasMaxLength(300);
        e.HasIndex(x => x.DueAt);
        e.HasIndex(x => x.CreatedAt);
    });
}
