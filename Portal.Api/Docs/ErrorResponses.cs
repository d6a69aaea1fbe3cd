using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Portal.Api.Gateway;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Problems;

namespace Portal.Api.Docs;

/// <summary>The refusals: one response for each status, all showing the one shared <c>Error</c>, with real examples.</summary>
internal static class ErrorResponses
{
    private const string TraceId = "req_06bv5cwjmxq4s0d2k8h1r3n7zf";
    private static readonly DateTimeOffset Moment = new(2024, 3, 20, 10, 30, 0, TimeSpan.Zero);

    private static readonly (int Status, string Name, string Description, string[] Headers)[] All =
    [
        (400, "BadRequest", "The request cannot be taken; `details` names the field, and `details.errors` all of them where there are several.", []),
        (401, "Unauthorized", "The credential is missing, unknown, revoked or expired.", ["WWW-Authenticate"]),
        (403, "Forbidden", "The credential is good but may not do this; `details` names the scope, role, plan, organization or address that was missing.", []),
        (404, "NotFound", "There is nothing with this id, or it belongs to somebody else.", []),
        (409, "Conflict", "The request conflicts with what stands, or its `Idempotency-Key` was used for another request.", []),
        (413, "ContentTooLarge", "The body is larger than 1 MiB.", []),
        (415, "UnsupportedMediaType", "The body is not `application/json`.", []),
        (422, "Unprocessable", "The request was understood, but carrying it out failed.", []),
        (429, "TooManyRequests", "A rate limit or the monthly quota is used up; nothing was counted. `details` names the limit and when the call would succeed.", ["Retry-After", "X-RateLimit-Retry-After"]),
        (500, "InternalError", "Something went wrong on our side; `trace_id` leads us to it.", []),
        (502, "BadGateway", "A system that the portal called failed.", []),
        (503, "Unavailable", "The service is not available now.", []),
        (504, "GatewayTimeout", "A system that the portal called did not answer in time.", []),
    ];

    private static readonly (string Name, Problem Problem)[] Examples =
    [
        ("missing_field", Problem.Field(ErrorCode.MissingField, "name", "name is required.")),
        ("wrong_format", Problem.Field(ErrorCode.WrongFormat, "email", "Invalid email format")),
        ("several_fields", Problem.Field(ErrorCode.MissingField, "name", "name is required.") with
        {
            Errors = [new FieldFault("name", "name is required."), new FieldFault("email", "Invalid email format")],
        }),
        ("unknown_version", ApiVersions.Unknown("2022-01-01")),
        ("unknown_key", new Problem(ErrorCode.AuthenticationFailed, "The API key is not known.") { Details = Problem.Pairs(("reason", "unknown")) }),
        ("expired_key", new Problem(ErrorCode.TokenExpired, "The API key has expired.")
        {
            Details = Problem.Pairs(("reason", "expired"), ("expired_at", Moment.AddDays(-1)), ("key", "key_06bv5cwjmxq4s0d2k8h1r3n7zf")),
        }),
        ("missing_scope", new Problem(ErrorCode.AuthorizationFailed, "The credential lacks the scope 'contacts:write'.")
        {
            Details = Problem.Pairs(("scope", "contacts:write"), ("any_of", new[] { "contacts:write", "contacts:create" })),
        }),
        ("not_found", Problem.NotFound("contact", "con_06bv5cwjmxq4s0d2k8h1r3n7zf")),
        ("idempotency_key_reused", Problem.Conflict("This idempotency key was used for another request.", ("idempotency_key", "order-4711"))),
        ("body_too_large", RequestBody.TooLarge()),
        ("wrong_content_type", Problem.Field(ErrorCode.WrongFormat, "Content-Type", "The body must be sent as application/json.") with { Status = 415 }),
        ("execution_failed", new Problem(ErrorCode.WorkflowExecutionFailed, "The workflow failed at its first step.")),
        ("rate_limit", new Problem(ErrorCode.RateLimitExceeded, "The limit 'key' of 1000 calls a minute is used up.")
        {
            Details = Problem.Pairs(("limit", "key"), ("requests_per_minute", 1000), ("retry_after", 12), ("would_succeed_at", Moment.AddSeconds(12))),
        }),
        ("monthly_quota", new Problem(ErrorCode.QuotaExceeded, "The free plan's 100 calls of this month are used up.")
        {
            Details = Problem.Pairs(("limit", "monthly_calls"), ("plan", "free"), ("quota", 100), ("would_succeed_at", Moment.AddDays(12))),
        }),
        ("ai_quota", new Problem(ErrorCode.AiQuotaExceeded, "The free plan's 50 AI calls of this month are used up.")
        {
            Details = Problem.Pairs(("limit", "ai_api_calls"), ("plan", "free"), ("quota", 50), ("used", 50), ("reset_date", Moment.AddDays(12)), ("retry_after", 1_036_800)),
        }),
        ("internal", new Problem(ErrorCode.Internal, "Something went wrong on our side. The trace id leads us to it.")),
        ("dms_failed", new Problem(ErrorCode.DmsConnectionFailed, "The dealer management system refused the connection.")),
        ("unavailable", new Problem(ErrorCode.Unavailable, "The portal is starting.")),
        ("ai_unavailable", new Problem(ErrorCode.AiServiceUnavailable, "The AI provider cannot be reached.") { Details = Problem.Pairs(("provider", "openai"), ("retry_after", 30)) }),
        ("ai_timeout", new Problem(ErrorCode.AiProcessingTimeout, "The model did not answer in time.")),
    ];

    /// <summary>Describes those that are used among the document's components.</summary>
    public static void Describe(OpenApiDocument document, SchemaCatalog schemas, IReadOnlySet<int> used)
    {
        document.Components!.Responses = new Dictionary<string, IOpenApiResponse>(StringComparer.Ordinal);
        document.Components.Schemas!["ProblemDetails"] = ProblemDetails();
        foreach (var (status, name, description, headers) in All.Where(error => used.Contains(error.Status)))
        {
            var examples = Examples.Where(example => example.Problem.HttpStatus == status).ToArray();
            document.Components.Responses[name] = new OpenApiResponse
            {
                Description = description,
                Headers = ResponseHeaders.Of(document, headers),
                Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                {
                    ["application/json"] = Media(schemas.Of(typeof(ErrorBody)), examples, problem =>
                        ErrorAnswer.AsError(problem, TraceId, Moment, Documentation(problem))),
                    [ErrorAnswer.ProblemJson] = Media(new OpenApiSchemaReference("ProblemDetails", document), examples, problem =>
                        ErrorAnswer.AsProblemDetails(problem, TraceId, Documentation(problem), "/api/v1/contacts")),
                },
            };
        }
    }

    /// <summary>The response of a status.</summary>
    public static IOpenApiResponse Of(OpenApiDocument document, int status) =>
        new OpenApiResponseReference(All.First(error => error.Status == status).Name, document);

    private static OpenApiMediaType Media(IOpenApiSchema schema, (string Name, Problem Problem)[] examples, Func<Problem, object> shown) => new()
    {
        Schema = schema,
        Examples = examples.ToDictionary(
            example => example.Name,
            IOpenApiExample (example) => new OpenApiExample
            {
                Summary = example.Problem.Message,
                Value = JsonSerializer.SerializeToNode(shown(example.Problem), PortalJson.Options),
            },
            StringComparer.Ordinal),
    };

    private static string Documentation(Problem problem) => "https://portal.acme.test/docs/errors/" + problem.Code.Code;

    private static OpenApiSchema ProblemDetails() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "The same refusal as RFC 9457 writes it, where `Accept` asks for it. The members of `details` stand beside these.",
        Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
        {
            ["type"] = Text("The page that explains the code.", "uri"),
            ["title"] = Text("A sentence for a person."),
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32", Description = "The HTTP status." },
            ["instance"] = Text("The path that was called."),
            ["code"] = Text("What programs compare, as `VALIDATION_ERROR`."),
            ["reference"] = Text("The short number, as `VAL_001`."),
            ["trace_id"] = Text("The request's id, as in `X-Request-Id`."),
        },
        Required = new HashSet<string>(StringComparer.Ordinal) { "type", "title", "status", "instance", "code", "reference", "trace_id" },
        AdditionalProperties = new OpenApiSchema(),
    };

    private static OpenApiSchema Text(string description, string? format = null) =>
        new() { Type = JsonSchemaType.String, Format = format, Description = description };
}
