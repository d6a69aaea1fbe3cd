using System.Text.Encodings.Web;
using System.Text.Json;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Problems;

namespace Portal.Docs;

/// <summary>What the reference says about an error code.</summary>
/// <param name="Code">The code, as <c>VALIDATION_ERROR</c>.</param>
/// <param name="Meaning">Key of the text that says what it means and when it happens.</param>
/// <param name="Remedy">Key of the text that says what to do.</param>
/// <param name="Retry">Key of the text that says whether the same call may succeed later.</param>
/// <param name="Example">An answer that has it, as a service makes it.</param>
internal sealed record ErrorGuide(string Code, string Meaning, string Remedy, string Retry, Problem Example)
{
    private const string Never = "Retry.Never";
    private const string Later = "Retry.Later";
    private static readonly DateTimeOffset Moment = new(2024, 1, 15, 10, 30, 0, TimeSpan.Zero);
    // Shown as text, which Blazor encodes.
    private static readonly JsonSerializerOptions Indented = new(PortalJson.Options) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Every code with its guide, in the order of <see cref="ErrorCode.All"/>.</summary>
    internal static IReadOnlyList<ErrorGuide> All { get; } =
    [
        new("VALIDATION_ERROR", "Validation.Meaning", "Validation.Remedy", Never, Problem.Field(ErrorCode.WrongFormat, "email", "Invalid email format")),
        new("AUTHENTICATION_FAILED", "Authentication.Meaning", "Authentication.Remedy", Never,
            new(ErrorCode.AuthenticationFailed, "The API key is revoked.") { Details = Problem.Pairs(("reason", "revoked")) }),
        new("AUTHORIZATION_FAILED", "Authorization.Meaning", "Authorization.Remedy", Never,
            new(ErrorCode.AuthorizationFailed, "The credential lacks the scope 'contacts:write'.") { Details = Problem.Pairs(("scope", "contacts:write")) }),
        new("RESOURCE_NOT_FOUND", "NotFound.Meaning", "NotFound.Remedy", Never, Problem.NotFound("contact", "con_01hm7yqg5k0000000000000000")),
        new("CONFLICT", "Conflict.Meaning", "Conflict.Remedy", Never,
            Problem.Conflict("The idempotency key was used for another request.", ("header", "Idempotency-Key"))),
        new("RATE_LIMIT_EXCEEDED", "RateLimit.Meaning", "RateLimit.Remedy", Later,
            new(ErrorCode.RateLimitExceeded, "The limit 'key' of 100 calls a minute is used up.")
            {
                Details = Problem.Pairs(("limit", "key"), ("requests_per_minute", 100), ("retry_after", 12), ("would_succeed_at", Moment.AddSeconds(12))),
            }),
        new("QUOTA_EXCEEDED", "Quota.Meaning", "Quota.Remedy", Later,
            new(ErrorCode.QuotaExceeded, "The free plan's 100 calls of this month are used up.")
            {
                Details = Problem.Pairs(("limit", "monthly_calls"), ("plan", "free"), ("quota", 100), ("would_succeed_at", new DateTimeOffset(2024, 2, 1, 0, 0, 0, TimeSpan.Zero))),
            }),
        new("WORKFLOW_EXECUTION_FAILED", "Workflow.Meaning", "Workflow.Remedy", "Retry.Depends", new(ErrorCode.WorkflowExecutionFailed, "The workflow stopped with an error.")),
        new("AI_SERVICE_UNAVAILABLE", "AiUnavailable.Meaning", "AiUnavailable.Remedy", Later, new(ErrorCode.AiServiceUnavailable, "The AI service does not answer.")),
        new("AI_QUOTA_EXCEEDED", "AiQuota.Meaning", "AiQuota.Remedy", Later, new(ErrorCode.AiQuotaExceeded, "The AI quota is used up.")),
        new("AI_INVALID_CONTEXT", "AiContext.Meaning", "AiContext.Remedy", Never, new(ErrorCode.AiInvalidContext, "The context cannot be used.")),
        new("AI_PROCESSING_TIMEOUT", "AiTimeout.Meaning", "AiTimeout.Remedy", Later, new(ErrorCode.AiProcessingTimeout, "The AI service took too long.")),
        new("DMS_CONNECTION_FAILED", "Dms.Meaning", "Dms.Remedy", Later, new(ErrorCode.DmsConnectionFailed, "The document system cannot be reached.")),
        new("INTERNAL_ERROR", "Internal.Meaning", "Internal.Remedy", "Retry.Depends", new(ErrorCode.Internal, "Something failed on our side.")),
        new("SERVICE_UNAVAILABLE", "Unavailable.Meaning", "Unavailable.Remedy", Later, new(ErrorCode.Unavailable, "The service is not available at the moment.")),
    ];

    /// <summary>The guide of a code, in any case; null for none of ours.</summary>
    internal static ErrorGuide? Find(string code) => All.FirstOrDefault(guide => string.Equals(guide.Code, code, StringComparison.OrdinalIgnoreCase));

    /// <summary>The kinds of refusal that share the code.</summary>
    internal IEnumerable<ErrorCode> Kinds => ErrorCode.All.Where(kind => kind.Code == Code);

    /// <summary>The HTTP status that goes with the code.</summary>
    internal int Status => Example.HttpStatus;

    /// <summary>The example as the API answers, indented JSON.</summary>
    internal string ExampleJson(string documentation) => JsonSerializer.Serialize(
        new
        {
            Success = false,
            Error = new
            {
                Example.Code.Code,
                Example.Code.Reference,
                Example.Message,
                Example.Details,
                TraceId = "req_01hm7yqg5k0000000000000000",
                Timestamp = Moment,
            },
            DocumentationUrl = documentation,
        },
        Indented);
}
