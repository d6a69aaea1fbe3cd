using System.ComponentModel.DataAnnotations;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Crm;

/// <summary>A deal as the API answers with it and as events carry it.</summary>
public sealed record DealResource : IResource
{
    internal static DealResource Of(Deal row) => new()
    {
        Id = row.Id,
        Title = row.Title,
        // Two decimals in the answer, whichever database it comes from.
        Value = decimal.Round(row.Value, 2) + 0.00m,
        Currency = row.Currency,
        StageId = row.StageId,
        Stage = DealStages.NameOf(row.StageId),
        Status = row.Status,
        OwnerId = row.OwnerId,
        ContactId = row.ContactId,
        ExpectedCloseDate = row.ExpectedCloseDate,
        Notes = row.Notes,
        CreatedAt = row.CreatedAt,
        UpdatedAt = row.UpdatedAt,
    };

    public static string Kind => "deal";
    public static string Plural => "deals";

    /// <summary><c>deal_…</c></summary>
    public required string Id { get; init; }
    public required string Title { get; init; }

    /// <summary>In <see cref="Currency"/>, two decimals.</summary>
    public required decimal Value { get; init; }

    /// <summary>ISO 4217, three capital letters.</summary>
    public required string Currency { get; init; }

    /// <summary>The stage's number in the pipeline, from 1.</summary>
    public required int StageId { get; init; }

    /// <summary>The stage's name.</summary>
    public required string Stage { get; init; }

    /// <summary><c>open</c>, <c>won</c> or <c>lost</c>: it follows the stage.</summary>
    public required string Status { get; init; }

    /// <summary>The user who works on the deal.</summary>
    public required string? OwnerId { get; init; }
    public required string? ContactId { get; init; }
    public required DateOnly? ExpectedCloseDate { get; init; }
    public required string? Notes { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>A new deal.</summary>
public sealed record DealInput
{
    /// <summary>At most 200 characters.</summary>
    [Required]
    public string? Title { get; init; }

    /// <summary>At most two decimals, not negative; 0 when absent.</summary>
    public decimal? Value { get; init; }

    /// <summary>ISO 4217, three capital letters; USD when absent.</summary>
    public string? Currency { get; init; }

    /// <summary>The stage's number in the pipeline. When absent it is the first stage of the status.</summary>
    public int? StageId { get; init; }

    /// <summary><c>open</c>, <c>won</c> or <c>lost</c>; it must agree with the stage where both are given.</summary>
    public string? Status { get; init; }
    public string? OwnerId { get; init; }

    /// <summary>A contact of the same organization and mode.</summary>
    public string? ContactId { get; init; }
    public DateOnly? ExpectedCloseDate { get; init; }

    /// <summary>At most 10,000 characters.</summary>
    public string? Notes { get; init; }
}

/// <summary>Changes to a deal: fields that are absent stay, null empties a field.</summary>
public sealed record DealPatch
{
    public Optional<string?> Title { get; init; }
    public Optional<decimal?> Value { get; init; }
    public Optional<string?> Currency { get; init; }

    /// <summary>The status follows it.</summary>
    public Optional<int?> StageId { get; init; }

    /// <summary>A status that the deal has not yet moves it to the first stage of that status.</summary>
    public Optional<string?> Status { get; init; }
    public Optional<string?> OwnerId { get; init; }
    public Optional<string?> ContactId { get; init; }
    public Optional<DateOnly?> ExpectedCloseDate { get; init; }
    public Optional<string?> Notes { get; init; }
}

/// <summary>Which deals are wanted; every part that is given must match.</summary>
public sealed record DealFilter
{
    public string? Status { get; init; }
    public int? StageId { get; init; }
    public string? OwnerId { get; init; }
    public string? ContactId { get; init; }

    /// <summary>The least value, in whatever currency the deal has.</summary>
    public decimal? ValueMin { get; init; }

    /// <summary>The greatest value, in whatever currency the deal has.</summary>
    public decimal? ValueMax { get; init; }

    /// <summary>Part of the title or the notes, in any case.</summary>
    public string? Q { get; init; }
    public DateTimeOffset? CreatedAfter { get; init; }
    public DateTimeOffset? CreatedBefore { get; init; }

    internal void Check()
    {
        var faults = new Faults();
        faults.OneOf("status", Status, DealStages.Statuses);
        faults.Text("owner_id", OwnerId);
        faults.Text("contact_id", ContactId);
        faults.Amount("value_min", ValueMin, negative: true);
        faults.Amount("value_max", ValueMax, negative: true);
        faults.Text("q", Q);
        faults.ThrowIfAny();
    }
}
