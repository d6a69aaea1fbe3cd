using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Gateway;
using Portal.Core.Shared.Problems;

namespace Portal.Api.Gateway;

/// <summary>Says in the API's words what went wrong when a handler, or the binding before it, threw.</summary>
internal static partial class Failures
{
    public static Problem Explain(Exception e) => e switch
    {
        ProblemException refused => refused.Problem,
        BadHttpRequestException bad => Explain(bad),
        JsonException json => Explain(json),
        DbUpdateException { Entries: [{ Entity: IdempotencyRecord }, ..] } =>
            Problem.Conflict("Another request with this idempotency key was carried out at the same time."),
        _ => new Problem(ErrorCode.Internal, "Something went wrong on our side. The trace id leads us to it."),
    };

    /// <summary>Why no operation answers, from the status that routing left.</summary>
    public static Problem NoOperation(HttpContext http)
    {
        if (http.Response.StatusCode == StatusCodes.Status415UnsupportedMediaType) return UnsupportedMediaType();
        var wrongMethod = http.Response.StatusCode == StatusCodes.Status405MethodNotAllowed;
        return new Problem(ErrorCode.NotFound, wrongMethod ? "This path does not take this method." : "There is no operation at this path.")
        {
            Status = wrongMethod ? StatusCodes.Status405MethodNotAllowed : null,
            Details = Problem.Pairs(("path", http.Request.Path.Value), ("method", http.Request.Method)),
        };
    }

    private static Problem UnsupportedMediaType() =>
        Problem.Field(ErrorCode.WrongFormat, "Content-Type", "The body must be sent as application/json.") with { Status = StatusCodes.Status415UnsupportedMediaType };

    private static Problem Explain(BadHttpRequestException e)
    {
        if (e.InnerException is JsonException json) return Explain(json);
        return e.StatusCode switch
        {
            StatusCodes.Status413PayloadTooLarge => RequestBody.TooLarge(),
            StatusCodes.Status415UnsupportedMediaType => UnsupportedMediaType(),
            _ when ParameterName().Match(e.Message) is { Success: true } match => Parameter(match.Groups["name"].Value, e.Message),
            _ => Problem.Field(ErrorCode.WrongFormat, "request", "The request cannot be read."),
        };
    }

    private static Problem Parameter(string name, string message)
    {
        // The framework says what could not be bound in words alone.
        var field = JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
        if (message.StartsWith("Required", StringComparison.Ordinal) || message.StartsWith("Implicit body", StringComparison.Ordinal))
            return Problem.Field(ErrorCode.MissingField, message.Contains("body", StringComparison.Ordinal) ? "body" : field, "It is required.");
        return Problem.Field(ErrorCode.WrongFormat, field, $"{field} has the wrong type.");
    }

    private static Problem Explain(JsonException e)
    {
        var path = e.Path is { Length: > 0 } and not "$" ? e.Path.StartsWith("$.", StringComparison.Ordinal) ? e.Path[2..] : e.Path.TrimStart('$') : "body";
        // The framework names the fields that are missing in words alone.
        if (MissingField().Match(e.Message) is { Success: true } missing)
            return Problem.Field(ErrorCode.MissingField, path == "body" ? missing.Groups["name"].Value : $"{path}.{missing.Groups["name"].Value}", $"{missing.Groups["name"].Value} is required.");
        var broken = e.InnerException?.GetType().Name == "JsonReaderException" || path == "body" && e.BytePositionInLine is not null && e.Path is null;
        return broken
            ? Problem.Field(ErrorCode.WrongFormat, path, $"The body is not valid JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}.")
            : Problem.Field(ErrorCode.WrongFormat, path, path == "body" ? "The body must be a JSON object." : $"{path} has the wrong type or format.");
    }

    [GeneratedRegex("missing required properties including: '(?<name>[^']+)'", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex MissingField();

    [GeneratedRegex("(?:parameter|body inferred for parameter) \"(?:[^\"]* )?(?<name>[^\" ]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex ParameterName();
}
