using Portal.Core.Shared.Json;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Crm;

/// <summary>A contact as the API answers with it and as events carry it.</summary>
public sealed record ContactResource : IResource
{
    internal static ContactResource Of(Contact row) => new()
    {
        Id = row.Id,
        Name = row.Name,
        FirstName = row.FirstName,
        LastName = row.LastName,
        Email = row.Email,
        Phone = row.Phone,
        Company = row.Company,
        Title = row.Title,
        OwnerId = row.OwnerId,
        Tags = row.Tags,
        CreatedAt = row.CreatedAt,
        UpdatedAt = row.UpdatedAt,
    };

    public static string Kind => "contact";
    public static string Plural => "contacts";

    /// <summary><c>con_…</c></summary>
    public required string Id { get; init; }

    /// <summary>First and last name joined.</summary>
    public required string Name { get; init; }
    public required string? FirstName { get; init; }
    public required string? LastName { get; init; }
    public required string? Email { get; init; }
    public required string? Phone { get; init; }
    public required string? Company { get; init; }

    /// <summary>What the person does in the company, as <c>CTO</c>.</summary>
    public required string? Title { get; init; }

    /// <summary>The user who looks after the contact.</summary>
    public required string? OwnerId { get; init; }
    public required IReadOnlyList<string> Tags { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>A new contact. <c>name</c> is split at its last space; or <c>first_name</c> and <c>last_name</c> are given, and joined.</summary>
public sealed record ContactInput
{
    /// <summary>The whole name, at most 200 characters. Required unless first or last name is given.</summary>
    public string? Name { get; init; }
    public string? FirstName { get; init; }
    public string? LastName { get; init; }
    public string? Email { get; init; }

    /// <summary>At most 50 characters, kept as given.</summary>
    public string? Phone { get; init; }
    public string? Company { get; init; }
    public string? Title { get; init; }
    public string? OwnerId { get; init; }

    /// <summary>At most 50 tags of at most 50 characters.</summary>
    public IReadOnlyList<string>? Tags { get; init; }
}

/// <summary>Changes to a contact: fields that are absent stay, null empties a field.</summary>
public sealed record ContactPatch
{
    /// <summary>The whole name; first and last name follow it.</summary>
    public Optional<string?> Name { get; init; }

    /// <summary>The name follows it.</summary>
    public Optional<string?> FirstName { get; init; }

    /// <summary>The name follows it.</summary>
    public Optional<string?> LastName { get; init; }
    public Optional<string?> Email { get; init; }
    public Optional<string?> Phone { get; init; }
    public Optional<string?> Company { get; init; }
    public Optional<string?> Title { get; init; }
    public Optional<string?> OwnerId { get; init; }
    public Optional<IReadOnlyList<string>?> Tags { get; init; }
}

/// <summary>Which contacts are wanted; every part that is given must match.</summary>
public sealed record ContactFilter
{
    /// <summary>The whole address, in any case.</summary>
    public string? Email { get; init; }
    public string? Company { get; init; }
    public string? OwnerId { get; init; }
    public string? Tag { get; init; }

    /// <summary>Part of name, email or company, in any case.</summary>
    public string? Q { get; init; }
    public DateTimeOffset? CreatedAfter { get; init; }
    public DateTimeOffset? CreatedBefore { get; init; }

    internal void Check()
    {
        var faults = new Faults();
        faults.Text("email", Email, 320);
        faults.Text("company", Company);
        faults.Text("owner_id", OwnerId);
        faults.Text("tag", Tag);
        faults.Text("q", Q);
        faults.ThrowIfAny();
    }
}
