using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using Portal.Core.Shared.Ids;
using Portal.Core.Shared.Problems;

namespace Portal.Api.Gateway;

/// <summary>
/// The API's front: takes each call through the steps that architecture.md names, in their order, and runs the endpoint
/// itself, so that an API call passes nothing that is meant for pages.
/// </summary>
internal sealed class GatewayMiddleware(
    RequestDelegate next, Authenticator authenticator, Admission admission, Idempotency idempotency, VersionPins pins, CallRecorder recorder,
    IdGenerator ids, TimeProvider time, ILogger<GatewayMiddleware> logger)
{
    private const string RequestIdHeader = "X-Request-Id";

    public Task InvokeAsync(HttpContext http)
    {
        var endpoint = http.GetEndpoint();
        if (endpoint?.Metadata.GetMetadata<EndpointPolicy>() is { } policy) return Call(http, endpoint.RequestDelegate!, policy);
        return http.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) ? NoOperation(http, endpoint) : next(http);
    }

    private async Task Call(HttpContext http, RequestDelegate handler, EndpointPolicy policy)
    {
        var call = new ApiCall(http, policy, ids.New("req"), time.GetTimestamp()) { Exchange = recorder.NewExchange() };
        http.Features.Set(call);
        http.Response.Headers[RequestIdHeader] = call.RequestId;
        try
        {
            if (await Enter(call) is { } refusal) await Refuse(call, refusal);
            else await Handle(call, handler);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client went away; there is nobody to answer.
            http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (Exception e)
        {
            await Fail(call, e);
        }
        finally
        {
            call.Idempotency?.End();
            recorder.Record(call);
        }
    }

    private async ValueTask<Problem?> Enter(ApiCall call)
    {
        var http = call.Http;
        if (!ApiVersions.TryRead(http, out var version))
        {
            await authenticator.Authenticate(call);
            admission.Describe(call);
            return ApiVersions.Unknown(http.Request.Headers[ApiVersions.HeaderName].ToString());
        }

        var refusal = await authenticator.Authenticate(call);
        call.Version = version ?? PinnedVersion(call);
        WriteVersion(call);
        refusal ??= AddressRefusal(call);
        if (refusal is not null)
        {
            admission.Describe(call);
            return refusal;
        }

        call.IsLetIn = true;
        refusal = admission.Admit(call) ?? ScopeRefusal(call) ?? admission.FeatureRefusal(call) ?? SizeRefusal(call) ?? CharsetRefusal(call);
        if (refusal is null) pins.Note(call.Caller, call.Version);
        return refusal;
    }

    private async Task Handle(ApiCall call, RequestDelegate handler)
    {
        if (call.Exchange is { } exchange && call.Policy is { RequestType: not null, BodyNeverLogged: false }) call.Http.Request.Body = new CapturingStream(call.Http.Request.Body, exchange.RequestBody);
        if (!call.Version.IsCurrent) await VersionChanges.RewriteRequest(call.Http, call.Policy.RequestType, call.Version);
        if (await idempotency.Begin(call) is { } stored)
        {
            await stored.ExecuteAsync(call.Http);
            return;
        }

        await handler(call.Http);
        if (call.Idempotency is not null) await idempotency.Finish(call);
    }

    private static ApiVersion PinnedVersion(ApiCall call) =>
        call.Policy.Surface == ApiSurface.Enveloped && ApiVersions.Find(call.Caller.PinnedVersion) is { } pinned ? pinned : ApiVersions.Current;

    private static void WriteVersion(ApiCall call)
    {
        var headers = call.Http.Response.Headers;
        headers[ApiVersions.HeaderName] = call.Version.Date;
        if ((call.Policy.Deprecation ?? call.Version.Deprecation) is not { } deprecation) return;
        headers["Deprecation"] = $"@{deprecation.Since.ToUnixTimeSeconds()}";
        headers["Sunset"] = deprecation.Sunset.ToString("R");
        headers.Link = $"<{deprecation.Link}>; rel=\"deprecation\"; type=\"text/html\"";
    }

    /// <summary>Why the caller may not call from where it does; null where it may.</summary>
    internal static Problem? AddressRefusal(ApiCall call)
    {
        var allowed = call.Caller.AllowedAddresses;
        if (allowed.IsEmpty || (call.Address is { } address && allowed.Contains(address))) return null;
        return new Problem(ErrorCode.AuthorizationFailed, "The API key may not be used from this network address.")
        {
            Details = Problem.Pairs(("address", call.Address?.ToString()), ("key", call.Caller.Id)),
        };
    }

    /// <summary>Which scope the caller lacks; null where it lacks none.</summary>
    internal static Problem? ScopeRefusal(ApiCall call)
    {
        var scopes = call.Policy.Scopes;
        if (scopes.Length == 0) return null;
        foreach (var scope in scopes)
        {
            if (call.Caller.MayDo(scope)) return null;
        }

        var details = new List<(string, object?)> { ("scope", scopes[0]), ("any_of", scopes) };
        if (call.Caller.Role is { } role) details.Add(("role", Portal.Core.Access.Scopes.NameOf(role)));
        return new Problem(ErrorCode.AuthorizationFailed, $"The credential lacks the scope '{scopes[0]}'.") { Details = Problem.Pairs([.. details]) };
    }

    // JSON is UTF-8 (RFC 8259, section 8.1); the framework's reader fails on a charset that it does not know.
    private static Problem? CharsetRefusal(ApiCall call)
    {
        if (call.Policy.RequestType is null || call.Http.Request.ContentType is not { } type || !type.Contains("charset", StringComparison.OrdinalIgnoreCase)) return null;
        if (!MediaTypeHeaderValue.TryParse(type, out var parsed) || !parsed.Charset.HasValue) return null;
        var charset = HeaderUtilities.RemoveQuotes(parsed.Charset);
        return charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || charset.Equals("us-ascii", StringComparison.OrdinalIgnoreCase)
            ? null
            : Problem.Field(ErrorCode.WrongFormat, "Content-Type", "The body must be sent in UTF-8.") with { Status = StatusCodes.Status415UnsupportedMediaType };
    }

    private static Problem? SizeRefusal(ApiCall call) => call.Http.Request.ContentLength > RequestBody.Most ? RequestBody.TooLarge() : null;

    private async Task Refuse(ApiCall call, Problem problem)
    {
        call.ErrorCode = problem.Code.Code;
        await ErrorAnswer.Write(call.Http, problem, call.RequestId, time.GetUtcNow());
    }

    private async Task Fail(ApiCall call, Exception e)
    {
        var problem = Failures.Explain(e);
        // A refusal with such a status is about a system that the portal called, and says all that there is to say.
        if (problem.HttpStatus >= 500 && e is not ProblemException) logger.LogError(e, "Call {RequestId} of {Operation} failed", call.RequestId, call.Policy.Operation.Id);
        if (call.Http.Response.HasStarted)
        {
            // Half an answer must not look like a whole one.
            call.Http.Abort();
            return;
        }

        call.Http.Response.Headers.Remove("Location");
        await Refuse(call, problem);
    }

    // No operation at this path, or none that takes this method or content: the same shape of error, without a caller.
    private async Task NoOperation(HttpContext http, Endpoint? endpoint)
    {
        var requestId = ids.New("req");
        http.Response.Headers[RequestIdHeader] = requestId;
        // Routing stands in an endpoint of its own for a wrong method or content type, which says so and no more.
        if (endpoint?.RequestDelegate is { } standIn) await standIn(http);
        await ErrorAnswer.Write(http, Failures.NoOperation(http), requestId, time.GetUtcNow());
    }
}
