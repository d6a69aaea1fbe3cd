using Microsoft.Extensions.Options;

namespace Portal.Core.Access;

/// <summary>The settings <c>Accounts:*</c>: who may have an account, and how long what proves it lasts.</summary>
public sealed class AccountsOptions
{
    /// <summary>The section's name in the configuration.</summary>
    public const string Section = "Accounts";

    /// <summary>Whether anybody may register; default true. When false, accounts come from the set-up and from the operator.</summary>
    public bool RegistrationOpen { get; set; } = true;

    /// <summary>The plan of an organization that somebody registers; default <see cref="Plan.Free"/>.</summary>
    public Plan DefaultPlan { get; set; } = Plan.Free;

    /// <summary>Whether signing in needs a confirmed e-mail address; default false.</summary>
    public bool RequireConfirmedEmail { get; set; }

    /// <summary>How long the link in a confirmation mail works; default 3 days, from 5 minutes to 30 days.</summary>
    public TimeSpan ConfirmationLinkLifetime { get; set; } = TimeSpan.FromDays(3);

    /// <summary>How long the link in a reset mail works; default 1 hour, from 5 minutes to 1 day.</summary>
    public TimeSpan ResetLinkLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long the link in an invitation works; default 7 days, from 1 hour to 30 days.</summary>
    public TimeSpan InvitationLifetime { get; set; } = TimeSpan.FromDays(7);

    /// <summary>
    /// How long a key signs access tokens before the next one takes over; default 90 days, from 1 hour to 3 years. What
    /// it signed stays valid until it expires.
    /// </summary>
    public TimeSpan SigningKeyLifetime { get; set; } = TimeSpan.FromDays(90);
}

internal sealed class AccountsOptionsValidation : IValidateOptions<AccountsOptions>
{
    public ValidateOptionsResult Validate(string? name, AccountsOptions options)
    {
        var faults = new List<string>();
        if (!Enum.IsDefined(options.DefaultPlan)) faults.Add("Accounts:DefaultPlan must be free, premium or enterprise.");
        Range("ConfirmationLinkLifetime", options.ConfirmationLinkLifetime, TimeSpan.FromMinutes(5), TimeSpan.FromDays(30));
        Range("ResetLinkLifetime", options.ResetLinkLifetime, TimeSpan.FromMinutes(5), TimeSpan.FromDays(1));
        Range("InvitationLifetime", options.InvitationLifetime, TimeSpan.FromHours(1), TimeSpan.FromDays(30));
        Range("SigningKeyLifetime", options.SigningKeyLifetime, TimeSpan.FromHours(1), TimeSpan.FromDays(3 * 365));
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Range(string setting, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most) faults.Add($"Accounts:{setting} is {value:c}; it must lie between {least:c} and {most:c}.");
        }
    }
}
