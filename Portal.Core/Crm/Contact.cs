using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;

namespace Portal.Core.Crm;

/// <summary>A person that an organization deals with.</summary>
public sealed class Contact : IResourceRow
{
    public required string Id { get; set; }
    public string OrganizationId { get; set; } = "";
    public ApiMode Mode { get; set; }

    /// <summary>First and last name joined; all three are stored, since clients give and ask for either.</summary>
    public required string Name { get; set; }
    public string? FirstName { get; set; }
    public string? LastName { get; set; }
    public string? Email
    {
        get;
        set => (field, EmailKey) = (value, SqlText.Fold(value));
    }

    /// <summary>The address as it is looked for: in small letters.</summary>
    public string? EmailKey { get; private set; }
    public string? Phone { get; set; }
    public string? Company { get; set; }
    public string? Title { get; set; }
    public string? OwnerId { get; set; }
    public List<string> Tags { get; set; } = [];
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
}
