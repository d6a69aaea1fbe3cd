using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Problems;

namespace Portal.Api.Gateway;

/// <summary>Writes refusals: the contract's error, or <c>application/problem+json</c> (RFC 9457) where Accept asks for it.</summary>
internal static class ErrorAnswer
{
    public const string ProblemJson = "application/problem+json";

    public static async Task Write(HttpContext http, Problem problem, string traceId, DateTimeOffset now)
    {
        var response = http.Response;
        response.StatusCode = problem.HttpStatus;
        // Who is no caller of the API, as a webhook's provider, has no token to be asked for.
        if (http.Features.Get<ApiCall>() is not null && (problem.Code == ErrorCode.AuthenticationFailed || problem.Code == ErrorCode.TokenExpired)) response.Headers.WWWAuthenticate = "Bearer";
        WriteRetryAfter(http, problem);
        var documentation = $"{http.Request.Scheme}://{http.Request.Host}{http.Request.PathBase}/docs/errors/{problem.Code.Code}";
        var asProblem = http.Request.Headers.Accept.ToString().Contains(ProblemJson, StringComparison.OrdinalIgnoreCase);
        response.ContentType = asProblem ? ProblemJson : "application/json; charset=utf-8";
        var bytes = asProblem
            ? JsonSerializer.SerializeToUtf8Bytes(AsProblemDetails(problem, traceId, documentation, http.Request.Path), PortalJson.Options)
            : JsonSerializer.SerializeToUtf8Bytes(AsError(problem, traceId, now, documentation), PortalJson.Options);
        response.ContentLength = bytes.Length;
        http.Features.Get<ApiCall>()?.Exchange?.ResponseBody.Append(bytes);
        if (!HttpMethods.IsHead(http.Request.Method)) await response.Body.WriteAsync(bytes, http.RequestAborted);
    }

    // The limits at the door have written it already; a handler's refusal says it in its details.
    private static void WriteRetryAfter(HttpContext http, Problem problem)
    {
        var headers = http.Response.Headers;
        if (headers.RetryAfter.Count > 0 || !problem.Details.TryGetValue("retry_after", out var after) || after is not long seconds) return;
        headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        if (problem.HttpStatus == StatusCodes.Status429TooManyRequests) headers["X-RateLimit-Retry-After"] = headers.RetryAfter;
    }

    internal static ErrorBody AsError(Problem problem, string traceId, DateTimeOffset now, string documentation) => new(
        false,
        new ErrorDetail(problem.Code.Code, problem.Code.Reference, problem.Message, Details(problem), traceId, now),
        documentation);

    private static Dictionary<string, object?> Details(Problem problem)
    {
        var details = new Dictionary<string, object?>(problem.Details, StringComparer.Ordinal);
        if (problem.Errors.Count > 1) details["errors"] = problem.Errors;
        return details;
    }

    internal static Dictionary<string, object?> AsProblemDetails(Problem problem, string traceId, string documentation, PathString path)
    {
        var members = new Dictionary<string, object?>(Details(problem), StringComparer.Ordinal)
        {
            ["type"] = documentation,
            ["title"] = problem.Message,
            ["status"] = problem.HttpStatus,
            ["instance"] = path.Value,
            ["code"] = problem.Code.Code,
            ["reference"] = problem.Code.Reference,
            ["trace_id"] = traceId,
        };
        return members;
    }
}

/// <summary>The body of every refusal.</summary>
/// <param name="Success">Always false.</param>
/// <param name="DocumentationUrl">The page that explains the code.</param>
public sealed record ErrorBody(bool Success, ErrorDetail Error, string DocumentationUrl);

/// <summary>What was refused and why.</summary>
/// <param name="Code">What programs compare, as <c>VALIDATION_ERROR</c>.</param>
/// <param name="Reference">The short number, as <c>VAL_001</c>.</param>
/// <param name="Message">A sentence for a person.</param>
/// <param name="Details">What a program needs to put it right; its members depend on the code.</param>
/// <param name="TraceId">The request's id, as in <c>X-Request-Id</c>.</param>
/// <param name="Timestamp">When it was refused.</param>
public sealed record ErrorDetail(string Code, string Reference, string Message, IReadOnlyDictionary<string, object?> Details, string TraceId, DateTimeOffset Timestamp);
