using System.ComponentModel.DataAnnotations;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Crm;

/// <summary>An activity as the API answers with it and as events carry it.</summary>
public sealed record ActivityResource : IResource
{
    internal static ActivityResource Of(Activity row) => new()
    {
        Id = row.Id,
        Type = row.Type,
        Subject = row.Subject,
        Description = row.Description,
        ContactId = row.ContactId,
        DealId = row.DealId,
        OwnerId = row.OwnerId,
        DueAt = row.DueAt,
        Completed = row.CompletedAt != null,
        CompletedAt = row.CompletedAt,
        CreatedAt = row.CreatedAt,
        UpdatedAt = row.UpdatedAt,
    };

    public static string Kind => "activity";
    public static string Plural => "activities";

    /// <summary><c>act_…</c></summary>
    public required string Id { get; init; }

    /// <summary><c>call</c>, <c>email</c>, <c>meeting</c>, <c>task</c> or <c>note</c>.</summary>
    public required string Type { get; init; }
    public required string Subject { get; init; }
    public required string? Description { get; init; }
    public required string? ContactId { get; init; }
    public required string? DealId { get; init; }

    /// <summary>The user who does it.</summary>
    public required string? OwnerId { get; init; }
    public required DateTimeOffset? DueAt { get; init; }

    /// <summary>Whether <see cref="CompletedAt"/> is set.</summary>
    public required bool Completed { get; init; }
    public required DateTimeOffset? CompletedAt { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>A new activity.</summary>
public sealed record ActivityInput
{
    /// <summary><c>call</c>, <c>email</c>, <c>meeting</c>, <c>task</c> or <c>note</c>.</summary>
    [Required]
    public string? Type { get; init; }

    /// <summary>At most 200 characters.</summary>
    [Required]
    public string? Subject { get; init; }

    /// <summary>At most 10,000 characters.</summary>
    public string? Description { get; init; }

    /// <summary>A contact of the same organization and mode.</summary>
    public string? ContactId { get; init; }

    /// <summary>A deal of the same organization and mode.</summary>
    public string? DealId { get; init; }
    public string? OwnerId { get; init; }
    public DateTimeOffset? DueAt { get; init; }
    public DateTimeOffset? CompletedAt { get; init; }
}

/// <summary>Changes to an activity: fields that are absent stay, null empties a field.</summary>
public sealed record ActivityPatch
{
    public Optional<string?> Type { get; init; }
    public Optional<string?> Subject { get; init; }
    public Optional<string?> Description { get; init; }
    public Optional<string?> ContactId { get; init; }
    public Optional<string?> DealId { get; init; }
    public Optional<string?> OwnerId { get; init; }
    public Optional<DateTimeOffset?> DueAt { get; init; }

    /// <summary>Null makes the activity open again.</summary>
    public Optional<DateTimeOffset?> CompletedAt { get; init; }
}

/// <summary>Which activities are wanted; every part that is given must match.</summary>
public sealed record ActivityFilter
{
    public string? Type { get; init; }
    public string? ContactId { get; init; }
    public string? DealId { get; init; }
    public string? OwnerId { get; init; }
    public bool? Completed { get; init; }
    public DateTimeOffset? DueAfter { get; init; }
    public DateTimeOffset? DueBefore { get; init; }

    internal void Check()
    {
        var faults = new Faults();
        faults.OneOf("type", Type, ActivityService.Types);
        faults.Text("contact_id", ContactId);
        faults.Text("deal_id", DealId);
        faults.Text("owner_id", OwnerId);
        faults.ThrowIfAny();
    }
}
