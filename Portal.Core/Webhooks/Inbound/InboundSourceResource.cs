using System.ComponentModel.DataAnnotations;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Webhooks.Inbound;

/// <summary>A source of inbound webhooks as the API answers with it.</summary>
public sealed record InboundSourceResource : IResource
{
    public static string Kind => "inbound_source";
    public static string Plural => "inbound_sources";

    /// <summary><c>whk_…</c></summary>
    public required string Id { get; init; }

    /// <summary><c>quoteiq</c>, <c>stripe</c>, <c>github</c>, <c>slack</c>, <c>twilio</c>, <c>standard-webhooks</c> or <c>hmac</c>.</summary>
    public required string Provider { get; init; }
    public required string Name { get; init; }

    /// <summary>Where the provider sends, as it was given.</summary>
    public required string? Url { get; init; }

    /// <summary>The address that is this source's alone.</summary>
    public required string ReceiveUrl { get; init; }

    /// <summary>The provider's event types that are taken; empty takes all.</summary>
    public required IReadOnlyList<string> Events { get; init; }

    /// <summary>The secret's last four characters; empty where it is too short to show any.</summary>
    public required string SecretLastFour { get; init; }

    /// <summary>The secret, where the portal has just made it; null ever after.</summary>
    public required string? Secret { get; init; }

    /// <summary>Until when the secret before this one verifies as well; null where there is none.</summary>
    public required DateTimeOffset? PreviousSecretUntil { get; init; }

    /// <summary>How requests are signed; of the provider <c>hmac</c> alone.</summary>
    public required HmacSettings? Hmac { get; init; }
    public required bool Active { get; init; }

    /// <summary><c>active</c> or <c>disabled</c>.</summary>
    public required string Status { get; init; }

    /// <summary>When a message was taken last, to the second.</summary>
    public required DateTimeOffset? LastTriggered { get; init; }
    public required long ProcessedCount { get; init; }
    public required long FailedCount { get; init; }

    /// <summary>Processed ones among those that are done with, 0 to 1; null before the first.</summary>
    public required double? SuccessRate { get; init; }

    /// <summary>Requests whose signature did not hold.</summary>
    public required long RejectedCount { get; init; }
    public required DateTimeOffset? LastRejectedAt { get; init; }

    /// <summary>Why the last of them was refused.</summary>
    public required string? LastRejection { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>A new source.</summary>
public sealed record InboundSourceInput
{
    /// <summary><c>quoteiq</c>, <c>stripe</c>, <c>github</c>, <c>slack</c>, <c>twilio</c>, <c>standard-webhooks</c> or <c>hmac</c>.</summary>
    [Required]
    public string? Provider { get; init; }

    /// <summary>At most 100 characters; the provider's name when absent.</summary>
    public string? Name { get; init; }

    /// <summary>Where the provider sends, where that differs from <c>receive_url</c>: some signatures cover it.</summary>
    public string? Url { get; init; }

    /// <summary>The provider's event types to take, at most 50; all when absent.</summary>
    public IReadOnlyList<string?>? Events { get; init; }

    /// <summary>What the provider signs with, 8 to 500 characters. When absent the portal makes one, unless the provider does.</summary>
    public string? Secret { get; init; }

    /// <summary>How requests are signed; required for the provider <c>hmac</c>, and for it alone.</summary>
    public HmacSettings? Hmac { get; init; }
}

/// <summary>Changes to a source: fields that are absent stay.</summary>
public sealed record InboundSourcePatch
{
    public Optional<string?> Name { get; init; }
    public Optional<string?> Url { get; init; }
    public Optional<IReadOnlyList<string?>?> Events { get; init; }
    public Optional<bool?> Active { get; init; }
    public Optional<HmacSettings?> Hmac { get; init; }
}

/// <summary>Another secret for a source.</summary>
public sealed record InboundSecretInput
{
    /// <summary>8 to 500 characters. When absent the portal makes one, unless the provider does.</summary>
    public string? Secret { get; init; }

    /// <summary>Seconds that the old secret goes on verifying, 0 to 2,592,000; 86,400 when absent.</summary>
    public int? OverlapSeconds { get; init; }
}

/// <summary>Which sources are wanted; every part that is given must match.</summary>
public sealed record InboundSourceFilter
{
    public string? Provider { get; init; }
    public bool? Active { get; init; }

    internal void Check()
    {
        var faults = new Faults();
        faults.OneOf("provider", Provider, Providers.InboundProviders.Names);
        faults.ThrowIfAny();
    }
}

/// <summary>A source that has been set up, in the words of <c>webhooks/configure</c>.</summary>
/// <param name="WebhookId"><c>whk_…</c></param>
/// <param name="Status"><c>active</c> or <c>disabled</c>.</param>
/// <param name="LastTriggered">When a message was taken last; null before the first.</param>
/// <param name="Url">The address that is this source's alone.</param>
/// <param name="Secret">The secret, where the portal has just made it; null otherwise.</param>
public sealed record InboundConfigured(string WebhookId, string Status, DateTimeOffset? LastTriggered, string Url, string? Secret);

/// <summary>How a source is doing, in the words of <c>webhooks/{id}/status</c>.</summary>
/// <param name="WebhookId"><c>whk_…</c></param>
/// <param name="Status"><c>active</c> or <c>disabled</c>.</param>
/// <param name="LastTriggered">When a message was taken last; null before the first.</param>
/// <param name="SuccessRate">Processed messages among those that are done with, 0 to 1; null before the first.</param>
/// <param name="RecentErrors">The newest first, at most ten.</param>
public sealed record InboundSourceStatus(string WebhookId, string Status, DateTimeOffset? LastTriggered, double? SuccessRate, IReadOnlyList<InboundError> RecentErrors);

/// <summary>Something that went wrong with a source.</summary>
/// <param name="At">When.</param>
/// <param name="Error">A sentence for a person.</param>
/// <param name="MessageId">The message that could not be processed; null where a signature did not hold.</param>
public sealed record InboundError(DateTimeOffset At, string Error, string? MessageId);
