using Microsoft.Extensions.Options;

namespace Portal.Core.Webhooks.Inbound;

/// <summary>The settings <c>Webhooks:Inbound:*</c>: what providers may send to the portal.</summary>
public sealed class InboundOptions
{
    /// <summary>The section's name in the configuration.</summary>
    public const string Section = "Webhooks:Inbound";

    /// <summary>Most bytes of a message's body that the server takes at all.</summary>
    internal const int MostBody = 1024 * 1024;

    /// <summary>Most bytes of a message's body; default and most 1,048,576.</summary>
    public int LargestBody { get; set; } = MostBody;

    /// <summary>Days that messages are kept; default 30.</summary>
    public int RetentionDays { get; set; } = 30;

    /// <summary>Most requests a minute with a signature that does not hold, from one network address, before others of it are refused unseen; default 60.</summary>
    public int RejectionsPerMinute { get; set; } = 60;
}

internal sealed class InboundOptionsValidation : IValidateOptions<InboundOptions>
{
    public ValidateOptionsResult Validate(string? name, InboundOptions options)
    {
        var faults = new List<string>();
        if (options.LargestBody is < 1024 or > InboundOptions.MostBody) faults.Add($"Webhooks:Inbound:LargestBody is {options.LargestBody}; it must lie between 1024 and {InboundOptions.MostBody} bytes.");
        if (options.RetentionDays is < 1 or > 3650) faults.Add($"Webhooks:Inbound:RetentionDays is {options.RetentionDays}; it must lie between 1 and 3650.");
        if (options.RejectionsPerMinute < 1) faults.Add($"Webhooks:Inbound:RejectionsPerMinute is {options.RejectionsPerMinute}; it must be at least 1.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
