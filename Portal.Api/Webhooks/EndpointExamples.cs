using Portal.Core.Webhooks.Delivery;
using Portal.Core.Webhooks.Endpoints;
using Portal.Core.Webhooks.Replay;

namespace Portal.Api.Webhooks;

/// <summary>The examples of endpoints, deliveries and replays in the API's documents.</summary>
internal static class EndpointExamples
{
    private const string Secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    private const string NewSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Id = "whk_06bv5dk40xq4s0d2k8h1r3n7zr";
    private const string NewId = "whk_06bv5dq8mxq4s0d2k8h1r3n7zy";
    private static readonly DateTimeOffset Moment = new(2024, 3, 20, 10, 30, 0, TimeSpan.Zero);

    public static readonly EndpointInput NewEndpoint = new()
    {
        Url = "https://api.example.com/webhook", Events = ["contact.created", "deal.*"], Filter = "type != \"deal.updated\" || data.value > 1000",
    };

    public static readonly EndpointResource Endpoint = new()
    {
        Id = Id, WebhookId = Id, Name = "api.example.com", Description = null, Url = "https://api.example.com/webhook", Events = ["contact.created", "deal.*"],
        Filter = "type != \"deal.updated\" || data.value > 1000", Headers = new Dictionary<string, string>(StringComparer.Ordinal), RetryPolicy = null, RateLimit = null, OrderingKey = null,
        Active = true, Status = EndpointStatus.Active, StoppedBecause = null, FailureCount = 0, LastTriggered = Moment, LastSequence = 42, Secret = null,
        PublicKey = "whpk_5PqDCo1GwqXuOMPMcWIJnuiVqsAq2YMy/dkvXrn5jUk=", CreatedAt = Moment, UpdatedAt = Moment,
    };

    public static readonly EndpointResource MadeEndpoint = Endpoint with { Id = NewId, WebhookId = NewId, LastTriggered = null, LastSequence = 0, Secret = Secret };

    public static readonly EndpointPatch Change = new() { RetryPolicy = new(new RetryPolicy { MaxRetries = 5, BackoffMs = 2000 }), RateLimit = new(600), Active = new(false) };

    public static readonly EndpointResource ChangedEndpoint = Endpoint with
    {
        RetryPolicy = new RetryPolicy { MaxRetries = 5, BackoffMs = 2000 }, RateLimit = 600, Active = false, Status = EndpointStatus.Paused, StoppedBecause = EndpointStop.Paused,
    };

    public static readonly EndpointHealthResource Health = new()
    {
        WebhookId = Id, Status = EndpointStatus.Active, LastTriggered = Moment, SuccessRate = 0.98, FailureCount = 0, FailingSince = null, StoppedAt = null, Pending = 0, MeanDurationMs = 84.2, RestsUntil = null,
        RecentErrors = [new RecentError(Moment.AddHours(-5), "dlv_06bv5d9t4xq4s0d2k8h1r3n7zq", 503, "The receiver answered 503.")],
    };

    public static readonly ConfigureInput ConfiguredProvider = new()
    {
        Provider = "quoteiq", Url = "https://api.dynamis.ai/webhooks/quoteiq", Events = ["quote.created", "quote.updated"], Secret = "whk_live_123456789",
    };

    public static readonly WebhookConfigured ProviderConfigured = new("whk_06bv5dp3zxq4s0d2k8h1r3n7zx", "active", null, "https://portal.example.com/webhooks/quoteiq/whk_06bv5dp3zxq4s0d2k8h1r3n7zx", null);

    public static readonly ConfigureInput ConfiguredEndpoint = new() { Url = "https://api.example.com/webhook", Events = ["deal.updated"] };

    public static readonly WebhookConfigured EndpointConfigured = new(Id, "active", null, "https://api.example.com/webhook", Secret);

    public static readonly EndpointSecretsResource Secrets = new() { Secret = Secret, Secrets = [new ShownSecret(Secret, Moment, null)] };

    public static readonly SecretRotation Rotation = new() { OverlapHours = 24 };

    public static readonly EndpointSecretsResource RotatedSecrets = new()
    {
        Secret = NewSecret, Secrets = [new ShownSecret(NewSecret, Moment.AddDays(30), null), new ShownSecret(Secret, Moment, Moment.AddDays(31))],
    };

    public static readonly DeliveryResource Delivery = new()
    {
        Id = "dlv_06bv5dm7rxq4s0d2k8h1r3n7zt", WebhookId = Id, EventId = WebhookExamples.Event.Id, EventType = WebhookExamples.Event.Type, Sequence = 42, Status = DeliveryState.Pending,
        Payload = WebhookExamples.Event, AttemptCount = 1, ResponseStatus = 503, ResponseBody = "try later", Error = "The receiver answered 503.",
        NextAttemptAt = Moment.AddSeconds(5), LastAttemptAt = Moment, ReplayId = null, CreatedAt = Moment,
    };

    public static readonly DeliveryResource CancelledDelivery = Delivery with { Status = DeliveryState.Cancelled, NextAttemptAt = null };

    public static readonly DeliveryResource DeliveryWithAttempts = Delivery with
    {
        Attempts =
        [
            new AttemptResource
            {
                Id = "att_06bv5dm8kxq4s0d2k8h1r3n7zv", Number = 1, Succeeded = false, ResponseStatus = 503, Error = "The receiver answered 503.", DurationMs = 84.2, Url = Endpoint.Url,
                RequestHeaders = [new AttemptHeader("webhook-id", WebhookExamples.Event.Id), new AttemptHeader("webhook-timestamp", "1710930600")],
                ResponseHeaders = [new AttemptHeader("Content-Type", "text/plain")], ResponseBody = "try later", ResponseBodyIsCut = false, CreatedAt = Moment,
            },
        ],
    };

    public static readonly EndpointEventResource EndpointEvent = new()
    {
        Id = WebhookExamples.Event.Id, Type = WebhookExamples.Event.Type, Event = WebhookExamples.Event.Type, Timestamp = Moment, Data = WebhookExamples.Event.Data,
        DeliveryId = Delivery.Id, Sequence = 42, Status = DeliveryState.Succeeded, Attempts = 1,
    };

    public static readonly FeedResource Feed = new()
    {
        Events = [new FeedItem { Sequence = 42, DeliveryId = Delivery.Id, Status = DeliveryState.Succeeded, Event = WebhookExamples.Event }], NextAfter = 42, LastSequence = 42, HasMore = false,
    };

    public static readonly ReplayInput NewReplay = new() { Selection = new ReplaySelection { Status = "failed", From = Moment.AddDays(-1) }, RateLimit = 600 };

    public static readonly ReplayResource Replay = new()
    {
        Id = "rpl_06bv5dn2wxq4s0d2k8h1r3n7zw", WebhookId = Id, DryRun = false, Status = ReplayState.Running, Selection = NewReplay.Selection!, RateLimit = 600,
        Total = 120, Queued = 40, Succeeded = 38, Failed = 0, CreatedAt = Moment, EndedAt = null,
    };

    public static readonly ReplayResource BegunReplay = Replay with { Id = "rpl_06bv5dr5txq4s0d2k8h1r3n7zz", Queued = 0, Succeeded = 0 };
}
