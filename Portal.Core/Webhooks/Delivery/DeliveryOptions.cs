using Microsoft.Extensions.Options;

namespace Portal.Core.Webhooks.Delivery;

/// <summary>The settings <c>Webhooks:Delivery:*</c>: how webhooks are delivered.</summary>
public sealed class DeliveryOptions
{
    /// <summary>The section's name in the configuration.</summary>
    public const string Section = "Webhooks:Delivery";

    /// <summary>Requests at once on this node to endpoints that answer soon; default 200.</summary>
    public int Concurrency { get; set; } = 200;

    /// <summary>Requests at once on this node that take longer than two seconds; default 100. They do not count against <see cref="Concurrency"/>.</summary>
    public int SlowConcurrency { get; set; } = 100;

    /// <summary>Requests at once to one endpoint; default 10.</summary>
    public int EndpointConcurrency { get; set; } = 10;

    /// <summary>Seconds that a receiver has for its whole answer; default 15.</summary>
    public int TimeoutSeconds { get; set; } = 15;

    /// <summary>Failures in a row after which an endpoint rests, first 30 seconds, then longer; default 5.</summary>
    public int CircuitFailures { get; set; } = 5;

    /// <summary>Days of nothing but failures after which an endpoint is disabled; default 5. Its owners are warned twice before.</summary>
    public int DisableAfterDays { get; set; } = 5;

    /// <summary>Days that events, deliveries and their attempts are kept, delivered or not; default 30.</summary>
    public int RetentionDays { get; set; } = 30;

    /// <summary>Seconds after which another node takes over the endpoints of one that died; default 30.</summary>
    public int LeaseSeconds { get; set; } = 30;

    internal TimeSpan Timeout => TimeSpan.FromSeconds(TimeoutSeconds);
    internal TimeSpan Lease => TimeSpan.FromSeconds(LeaseSeconds);
}

internal sealed class DeliveryOptionsValidation : IValidateOptions<DeliveryOptions>
{
    public ValidateOptionsResult Validate(string? name, DeliveryOptions options)
    {
        var faults = new List<string>();
        Between(nameof(options.Concurrency), options.Concurrency, 1, 10_000);
        Between(nameof(options.SlowConcurrency), options.SlowConcurrency, 1, 10_000);
        Between(nameof(options.EndpointConcurrency), options.EndpointConcurrency, 1, 1000);
        Between(nameof(options.TimeoutSeconds), options.TimeoutSeconds, 1, 120);
        Between(nameof(options.CircuitFailures), options.CircuitFailures, 1, 1000);
        Between(nameof(options.DisableAfterDays), options.DisableAfterDays, 1, 365);
        Between(nameof(options.RetentionDays), options.RetentionDays, 1, 3650);
        Between(nameof(options.LeaseSeconds), options.LeaseSeconds, 5, 600);
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Between(string setting, int value, int least, int most)
        {
            if (value < least || value > most) faults.Add($"{DeliveryOptions.Section}:{setting} is {value}; it must lie between {least} and {most}.");
        }
    }
}
