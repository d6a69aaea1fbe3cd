using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Portal.Api.Gateway;
using Portal.Core.Shared.Ids;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Problems;

namespace Portal.Api.Workflows;

/// <summary>
/// Answers at addresses that anybody may call and that stand outside of the API: a trace id, the API's shape of errors.
/// </summary>
internal sealed class OpenAnswers(IdGenerator ids, TimeProvider time, ILogger<OpenAnswers> logger)
{
    /// <summary>Most bytes of a body.</summary>
    public const int LargestBody = 1024 * 1024;

    public async Task Run(HttpContext http, Func<Task> work)
    {
        var requestId = ids.New("req");
        var headers = http.Response.Headers;
        headers["X-Request-Id"] = requestId;
        headers.XContentTypeOptions = "nosniff";
        // Whatever a workflow answers, it shares its origin with the portal: a browser shows it without scripts, in an
        // origin of its own.
        headers.ContentSecurityPolicy = "sandbox; default-src 'none'; frame-ancestors 'none'";
        headers.CacheControl = "no-store";
        try
        {
            await work();
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            var problem = Failures.Explain(e);
            if (problem.HttpStatus >= 500) logger.LogError(e, "Request {RequestId} to {Path} failed", requestId, http.Request.Path);
            if (problem.Details.GetValueOrDefault("retry_after") is long seconds) headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            if (problem.Details.GetValueOrDefault("allowed") is string[] methods) headers.Allow = string.Join(", ", methods);
            await ErrorAnswer.Write(http, problem, requestId, time.GetUtcNow());
        }
    }

    public static Task Json<T>(HttpContext http, int status, T body) => Send(http, status, "application/json; charset=utf-8", JsonSerializer.SerializeToUtf8Bytes(body, PortalJson.Options));

    public static async Task Send(HttpContext http, int status, string contentType, ReadOnlyMemory<byte> body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    /// <exception cref="ProblemException">The body is larger than <see cref="LargestBody"/>.</exception>
    public static async ValueTask<ReadOnlyMemory<byte>> Read(HttpContext http)
    {
        var length = http.Request.ContentLength;
        if (length > LargestBody) throw TooLarge();
        if (length == 0) return default;
        if (length is { } known)
        {
            var whole = new byte[known];
            await http.Request.Body.ReadExactlyAsync(whole, http.RequestAborted);
            return whole;
        }

        var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        while (await http.Request.Body.ReadAsync(chunk, http.RequestAborted) is var read and > 0)
        {
            if (buffer.Length + read > LargestBody) throw TooLarge();
            buffer.Write(chunk, 0, read);
        }

        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }

    private static ProblemException TooLarge() =>
        (Problem.Field(ErrorCode.Validation, "body", $"The body is larger than {LargestBody} bytes.") with { Status = StatusCodes.Status413PayloadTooLarge }).AsException();
}
