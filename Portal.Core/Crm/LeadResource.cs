using System.ComponentModel.DataAnnotations;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Crm;

/// <summary>A lead as the API answers with it and as events carry it.</summary>
public sealed record LeadResource : IResource
{
    /// <summary>What a lead is until somebody says otherwise.</summary>
    internal const string New = "new";

    internal const string FromIntegration = "new_lead";

    internal static readonly string[] Statuses = [New, FromIntegration, "contacted", "qualified", "unqualified", "converted", "lost"];

    internal static LeadResource Of(Lead row) => new()
    {
        Id = row.Id,
        Title = row.Title,
        ContactId = row.ContactId,
        OwnerId = row.OwnerId,
        OrganizationId = row.OrganizationId,
        Status = row.Status,
        Source = row.Source,
        Score = row.Score,
        ScoreFactors = row.ScoreFactors,
        ScoreConfidence = row.ScoreConfidence,
        Notes = row.Notes,
        QuoteId = row.QuoteId,
        // Two decimals in the answer, whichever database it comes from.
        Amount = row.Amount is { } amount ? decimal.Round(amount, 2) + 0.00m : null,
        Currency = row.Currency,
        CreatedAt = row.CreatedAt,
        UpdatedAt = row.UpdatedAt,
        Contact = row.Contact is { } contact ? new LeadContact(contact.Id, contact.Name, contact.Email, contact.Company) : null,
    };

    public static string Kind => "lead";
    public static string Plural => "leads";

    /// <summary><c>lead_…</c></summary>
    public required string Id { get; init; }
    public required string Title { get; init; }
    public required string? ContactId { get; init; }

    /// <summary>The user who works on the lead.</summary>
    public required string? OwnerId { get; init; }
    public required string OrganizationId { get; init; }

    /// <summary><c>new</c>, <c>new_lead</c> (an integration brought it), <c>contacted</c>, <c>qualified</c>, <c>unqualified</c>, <c>converted</c> or <c>lost</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Where the lead came from, as <c>website</c>, <c>referral</c> or an integration's name.</summary>
    public required string? Source { get; init; }

    /// <summary>0 to 100; null until the lead is scored.</summary>
    public required int? Score { get; init; }

    /// <summary>The points by factor: a JSON object, as text.</summary>
    public required string? ScoreFactors { get; init; }

    /// <summary>How sure the score is, 0 to 1.</summary>
    public required double? ScoreConfidence { get; init; }
    public required string? Notes { get; init; }

    /// <summary>The quote that the lead came with, as the quoting system calls it.</summary>
    public required string? QuoteId { get; init; }

    /// <summary>What the lead may be worth, two decimals.</summary>
    public required decimal? Amount { get; init; }

    /// <summary>ISO 4217, three capital letters; null where it is not known.</summary>
    public required string? Currency { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The contact that <see cref="ContactId"/> names.</summary>
    public required LeadContact? Contact { get; init; }
}

/// <summary>What a lead shows of its contact.</summary>
/// <param name="Id"><c>con_…</c></param>
public sealed record LeadContact(string Id, string Name, string? Email, string? Company);

/// <summary>A new lead.</summary>
public sealed record LeadInput
{
    /// <summary>At most 200 characters.</summary>
    [Required]
    public string? Title { get; init; }

    /// <summary>A contact of the same organization and mode.</summary>
    public string? ContactId { get; init; }
    public string? OwnerId { get; init; }

    /// <summary><c>new</c> when absent.</summary>
    public string? Status { get; init; }

    /// <summary>Where the lead came from, at most 100 characters.</summary>
    public string? Source { get; init; }

    /// <summary>At most 10,000 characters.</summary>
    public string? Notes { get; init; }

    /// <summary>What the lead may be worth: at most two decimals, not negative.</summary>
    public decimal? Amount { get; init; }

    /// <summary>ISO 4217, three capital letters.</summary>
    public string? Currency { get; init; }
}

/// <summary>Changes to a lead: fields that are absent stay, null empties a field.</summary>
public sealed record LeadPatch
{
    public Optional<string?> Title { get; init; }
    public Optional<string?> ContactId { get; init; }
    public Optional<string?> OwnerId { get; init; }
    public Optional<string?> Status { get; init; }
    public Optional<string?> Source { get; init; }
    public Optional<string?> Notes { get; init; }
    public Optional<decimal?> Amount { get; init; }
    public Optional<string?> Currency { get; init; }
}

/// <summary>Which leads are wanted; every part that is given must match.</summary>
public sealed record LeadFilter
{
    public string? Status { get; init; }
    public string? Source { get; init; }
    public string? OwnerId { get; init; }
    public string? ContactId { get; init; }
    public string? QuoteId { get; init; }

    /// <summary>The least score; leads without a score do not match.</summary>
    public int? ScoreMin { get; init; }

    /// <summary>The greatest score; leads without a score do not match.</summary>
    public int? ScoreMax { get; init; }

    /// <summary>Part of the title, the notes or the contact's name, e-mail address or company, in any case.</summary>
    public string? Q { get; init; }
    public DateTimeOffset? CreatedAfter { get; init; }
    public DateTimeOffset? CreatedBefore { get; init; }

    internal void Check()
    {
        var faults = new Faults();
        faults.OneOf("status", Status, LeadResource.Statuses);
        faults.Text("source", Source);
        faults.Text("owner_id", OwnerId);
        faults.Text("contact_id", ContactId);
        faults.Text("quote_id", QuoteId);
        faults.Text("q", Q);
        faults.ThrowIfAny();
    }
}
