namespace Portal.Core.Shared.Problems;

/// <summary>A kind of refusal: stable, so that programs can act on it; each has a page at <c>/docs/errors/{code}</c>.</summary>
/// <param name="Code">What programs compare, as <c>VALIDATION_ERROR</c>.</param>
/// <param name="Reference">The short number that support asks for, as <c>VAL_001</c>.</param>
/// <param name="Status">The HTTP status that goes with it unless the case says otherwise.</param>
public sealed record ErrorCode(string Code, string Reference, int Status)
{
    public static readonly ErrorCode Validation = new("VALIDATION_ERROR", "VAL_001", 400);
    public static readonly ErrorCode MissingField = new("VALIDATION_ERROR", "VAL_002", 400);
    public static readonly ErrorCode WrongFormat = new("VALIDATION_ERROR", "VAL_003", 400);
    public static readonly ErrorCode AuthenticationFailed = new("AUTHENTICATION_FAILED", "AUTH_001", 401);
    public static readonly ErrorCode TokenExpired = new("AUTHENTICATION_FAILED", "AUTH_002", 401);
    public static readonly ErrorCode AuthorizationFailed = new("AUTHORIZATION_FAILED", "AUTH_003", 403);
    public static readonly ErrorCode NotFound = new("RESOURCE_NOT_FOUND", "RES_001", 404);
    public static readonly ErrorCode WorkflowNotFound = new("RESOURCE_NOT_FOUND", "WF_001", 404);
    public static readonly ErrorCode TemplateNotFound = new("RESOURCE_NOT_FOUND", "TPL_001", 404);
    public static readonly ErrorCode Conflict = new("CONFLICT", "RES_002", 409);
    public static readonly ErrorCode RateLimitExceeded = new("RATE_LIMIT_EXCEEDED", "SYS_003", 429);
    public static readonly ErrorCode QuotaExceeded = new("QUOTA_EXCEEDED", "SYS_004", 429);
    public static readonly ErrorCode WorkflowExecutionFailed = new("WORKFLOW_EXECUTION_FAILED", "WF_002", 422);
    public static readonly ErrorCode AiServiceUnavailable = new("AI_SERVICE_UNAVAILABLE", "AI_001", 503);
    public static readonly ErrorCode AiQuotaExceeded = new("AI_QUOTA_EXCEEDED", "AI_002", 429);
    public static readonly ErrorCode AiInvalidContext = new("AI_INVALID_CONTEXT", "AI_003", 400);
    public static readonly ErrorCode AiProcessingTimeout = new("AI_PROCESSING_TIMEOUT", "AI_004", 504);
    public static readonly ErrorCode DmsConnectionFailed = new("DMS_CONNECTION_FAILED", "DMS_001", 502);
    public static readonly ErrorCode Internal = new("INTERNAL_ERROR", "SYS_001", 500);
    public static readonly ErrorCode Unavailable = new("SERVICE_UNAVAILABLE", "SYS_002", 503);

    /// <summary>Every kind, for the reference pages and the OpenAPI document.</summary>
    public static IReadOnlyList<ErrorCode> All { get; } =
    [
        Validation, MissingField, WrongFormat, AuthenticationFailed, TokenExpired, AuthorizationFailed, NotFound,
        WorkflowNotFound, TemplateNotFound, Conflict, RateLimitExceeded, QuotaExceeded, WorkflowExecutionFailed,
        AiServiceUnavailable, AiQuotaExceeded, AiInvalidContext, AiProcessingTimeout, DmsConnectionFailed, Internal,
        Unavailable,
    ];
}
