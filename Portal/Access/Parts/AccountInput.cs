namespace Portal.Access.Parts;

/// <summary>What the forms for a new account send.</summary>
public sealed class AccountInput
{
    public string? Code { get; set; }
    public string? Email { get; set; }
    public string? Password { get; set; }
    public string? FirstName { get; set; }
    public string? LastName { get; set; }
    public string? OrganizationName { get; set; }
}
