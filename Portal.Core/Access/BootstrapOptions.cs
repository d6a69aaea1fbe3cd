using Microsoft.Extensions.Options;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Access;

/// <summary>
/// The settings <c>Bootstrap:*</c>: an administrator, an organization and a key for a portal that starts unattended. They
/// are applied at every start; what exists is kept.
/// </summary>
public sealed class BootstrapOptions
{
    /// <summary>The section's name in the configuration.</summary>
    public const string Section = "Bootstrap";

    /// <summary>E-mail address of the administrator; goes with <see cref="AdminPassword"/>. Default none.</summary>
    public string? AdminEmail { get; set; }

    /// <summary>Their password, at least 8 characters; ignored once the account exists. Default none.</summary>
    public string? AdminPassword { get; set; }

    /// <summary>Name of the organization; ignored once it exists. Default <c>Administration</c>.</summary>
    public string? OrganizationName { get; set; }

    /// <summary>Plan of the organization; default enterprise. Where it is given, it is set again at every start.</summary>
    public Plan? Plan { get; set; }

    /// <summary>
    /// A whole API key that the operator chose, in the contract's format; it gets every scope, and its prefix says
    /// whether it sees live or test data. One that was revoked in the portal stays revoked. Default none.
    /// </summary>
    public string? ApiKey { get; set; }

    /// <summary>Calls a minute of that key; default none, which leaves it to the plan. Where it is given, it is set again at every start.</summary>
    public int? ApiKeyRateLimit { get; set; }

    internal bool HasAdmin => !string.IsNullOrWhiteSpace(AdminEmail);
    internal bool HasKey => !string.IsNullOrWhiteSpace(ApiKey);
}

internal sealed class BootstrapOptionsValidation : IValidateOptions<BootstrapOptions>
{
    // The messages name settings and never repeat values: a password or key may stand in the wrong one.
    public ValidateOptionsResult Validate(string? name, BootstrapOptions options)
    {
        var faults = new List<string>();
        var password = !string.IsNullOrEmpty(options.AdminPassword);
        if (options.HasAdmin && !password) faults.Add("Bootstrap:AdminPassword is missing; Bootstrap:AdminEmail needs it.");
        if (!options.HasAdmin && password) faults.Add("Bootstrap:AdminEmail is missing; Bootstrap:AdminPassword needs it.");
        if (options.HasAdmin && IsWrong(check => check.Email("email", options.AdminEmail!.Trim())))
            faults.Add("Bootstrap:AdminEmail is not an e-mail address.");
        if (password && IsWrong(check => Passwords.Check(check, "password", options.AdminPassword)))
            faults.Add($"Bootstrap:AdminPassword must have {Passwords.Shortest} to {Passwords.Longest} characters.");
        if (IsWrong(check => check.Text("name", options.OrganizationName))) faults.Add("Bootstrap:OrganizationName is longer than 200 characters.");
        if (options.Plan is { } plan && !Enum.IsDefined(plan)) faults.Add("Bootstrap:Plan must be free, premium or enterprise.");
        if (options.HasKey && !ApiKeyFormat.TryParse(options.ApiKey!.Trim(), out _))
            faults.Add("Bootstrap:ApiKey is not a key: dyn_live_ or dyn_test_, 43 characters of 0-9A-Za-z, _ and the checksum's 6 characters.");
        if (options.ApiKeyRateLimit is < 1) faults.Add("Bootstrap:ApiKeyRateLimit must be at least 1.");
        if (options.ApiKeyRateLimit is not null && !options.HasKey) faults.Add("Bootstrap:ApiKey is missing; Bootstrap:ApiKeyRateLimit needs it.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static bool IsWrong(Action<Faults> check)
    {
        var faults = new Faults();
        check(faults);
        return faults.Any;
    }
}
