using Portal.Core.Webhooks.Inbound;

namespace Portal.Api.Webhooks;

/// <summary>The examples of inbound webhooks in the API's documents.</summary>
internal static class InboundExamples
{
    private const string NewSourceId = "whk_06bv5dm3cxq4s0d2k8h1r3n7zv";
    private const string SourceId = "whk_06bv59nz4xq4s0d2k8h1r3n7zy";
    private static readonly DateTimeOffset Moment = new(2024, 3, 20, 10, 30, 0, TimeSpan.Zero);

    public static readonly InboundSourceInput NewSource = new()
    {
        Provider = "quoteiq", Url = "https://portal.example.com/webhooks/quoteiq", Events = ["quote.created", "quote.updated"], Secret = "whk_live_123456789",
    };

    public static readonly InboundSourceInput NewHmacSource = new()
    {
        Provider = "hmac", Name = "Shop", Secret = "a-secret-of-the-shop",
        Hmac = new HmacSettings { SignatureHeader = "X-Shop-Signature", Prefix = "sha256=", TimestampHeader = "X-Shop-Timestamp", EventIdHeader = "X-Shop-Event-Id" },
    };

    public static readonly InboundSourceResource Source = new()
    {
        Id = NewSourceId,
        Provider = "quoteiq",
        Name = "QuoteIQ",
        Url = "https://portal.example.com/webhooks/quoteiq",
        ReceiveUrl = $"https://portal.example.com/webhooks/quoteiq/{NewSourceId}",
        Events = ["quote.created", "quote.updated"],
        SecretLastFour = "6789",
        Secret = null,
        PreviousSecretUntil = null,
        Hmac = null,
        Active = true,
        Status = "active",
        LastTriggered = null,
        ProcessedCount = 0,
        FailedCount = 0,
        SuccessRate = null,
        RejectedCount = 0,
        LastRejectedAt = null,
        LastRejection = null,
        CreatedAt = Moment,
        UpdatedAt = Moment,
    };

    public static readonly InboundSourceResource HmacSource = Source with
    {
        Id = "whk_06bv5dmwhxq4s0d2k8h1r3n7zw", Provider = "hmac", Name = "Shop", Url = null, ReceiveUrl = "https://portal.example.com/webhooks/hmac/whk_06bv5dmwhxq4s0d2k8h1r3n7zw",
        Events = [], SecretLastFour = "shop", Hmac = NewHmacSource.Hmac,
    };

    public static readonly InboundSourceResource UsedSource = Source with
    {
        Id = SourceId, ReceiveUrl = $"https://portal.example.com/webhooks/quoteiq/{SourceId}", LastTriggered = Moment.AddHours(2), ProcessedCount = 49, FailedCount = 1, SuccessRate = 0.98,
    };

    public static readonly InboundSourcePatch SourceChange = new() { Active = new(false) };

    public static readonly InboundSourceResource ChangedSource = UsedSource with { Active = false, Status = "disabled", UpdatedAt = Moment.AddDays(1) };

    public static readonly InboundSecretInput NewSecret = new() { OverlapSeconds = 3600 };

    public static readonly InboundSourceResource RotatedSource = UsedSource with
    {
        Secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD5wQ2mG0lMqA=", SecretLastFour = "MqA=", PreviousSecretUntil = Moment.AddHours(1), UpdatedAt = Moment,
    };

    public static readonly InboundMessageResource Message = new()
    {
        Id = "inb_06bv5dq8mxq4s0d2k8h1r3n7zx",
        SourceId = SourceId,
        Provider = "quoteiq",
        EventId = "sha256:5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5",
        Type = "quote.created",
        Status = InboundStatus.Processed,
        Attempts = 1,
        NextAttemptAt = null,
        Error = null,
        BodyBytes = 128,
        Headers = null,
        Body = null,
        CreatedAt = Moment,
        ProcessedAt = Moment.AddMilliseconds(12),
    };

    public static readonly InboundMessageResource WholeMessage = Message with
    {
        Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Content-Type"] = "application/json", ["X-QuoteIQ-Signature"] = "••••••" },
        Body = """{"event":"quote.created","quote_id":"Q-1007","amount":2400,"customer_name":"Charles Babbage","customer_email":"charles@analytical.example"}""",
    };

    public static readonly InboundMessageResource RetriedMessage = Message with { Status = InboundStatus.Received, Attempts = 0, NextAttemptAt = Moment.AddHours(1), ProcessedAt = null };
}
