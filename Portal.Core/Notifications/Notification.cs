using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Data;

namespace Portal.Core.Notifications;

/// <summary>What a notification is about. Stored by name, so a name stays as it is.</summary>
public enum NotificationKind
{
    /// <summary>A key ends soon. Arguments: its name, its visible form, the end (ISO 8601, UTC). Subject: the key.</summary>
    KeyExpires,

    /// <summary>Somebody else revoked a key. Arguments: its name, its visible form, who. Subject: the key.</summary>
    KeyRevoked,

    /// <summary>Somebody else replaced a key. Arguments: its name, its visible form, who. Subject: the new key.</summary>
    KeyRotated,

    /// <summary>80 % of what the plan allows in a month are used. Arguments: used, allowed, the quota, as <c>ai_tokens</c>; without one it is the calls'.</summary>
    QuotaNearlyUsed,

    /// <summary>All of it is used. Arguments as for <see cref="QuotaNearlyUsed"/>.</summary>
    QuotaUsedUp,

    /// <summary>The reader's role was changed. Arguments: the new role's name, lower case; who.</summary>
    RoleChanged,

    /// <summary>Somebody joined the organization. Arguments: their name; their role's name, lower case. Subject: the user.</summary>
    MemberJoined,

    /// <summary>Every delivery to a webhook endpoint fails. Arguments: its name. Subject: the endpoint.</summary>
    WebhookFailing,

    /// <summary>The portal switched a webhook endpoint off. Arguments: its name. Subject: the endpoint.</summary>
    WebhookDisabled,

    /// <summary>A run of a workflow waits for an approval that the reader may give. Arguments: what is asked. Subject: the task.</summary>
    ApprovalRequested,
}

/// <summary>Something that a member of an organization is told. Their words are the page's: here are only kind and arguments.</summary>
public sealed class Notification : IOrganizationOwned
{
    public required string Id { get; set; }
    public string OrganizationId { get; set; } = "";
    public required string UserId { get; set; }
    public NotificationKind Kind { get; set; }

    /// <summary>What makes it the same notification: a member is told once for each key, however often it is told.</summary>
    public required string Key { get; set; }

    /// <summary>The id of what it is about, as the kind says.</summary>
    public string? SubjectId { get; set; }

    /// <summary>What its words are filled with, as the kind says.</summary>
    public List<string> Arguments { get; set; } = [];
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? ReadAt { get; set; }
}

internal static class NotificationsModel
{
    public static void Configure(ModelBuilder builder) => builder.Entity<Notification>(e =>
    {
        e.ToTable("notifications");
        e.Property(x => x.Kind).HasConversion<string>().HasMaxLength(40);
        e.Property(x => x.Key).HasMaxLength(200);
        e.HasIndex(x => new { x.UserId, x.OrganizationId, x.Key }).IsUnique();
        e.HasIndex(x => x.CreatedAt);
        e.HasOne<User>().WithMany().HasForeignKey(x => x.UserId);
    });
}
