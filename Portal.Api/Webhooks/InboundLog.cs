using Microsoft.AspNetCore.Http;
using Portal.Api.Gateway;
using Portal.Core.Gateway;
using Portal.Core.Shared.Problems;
using Portal.Core.Webhooks.Inbound;

namespace Portal.Api.Webhooks;

/// <summary>Shows a source's requests in its organization's request log, signatures masked. Requests that are nobody's have no place in it.</summary>
internal sealed class InboundLog(RequestLogWriter log, TimeProvider time)
{
    private const string Operation = "webhooks_receive";
    private const int LongestText = 500;

    public void Add(HttpContext http, InboundOutcome outcome, InboundRequest request, string requestId, long started)
    {
        if (outcome.Source is not { } source || !log.Admits(http.Response.StatusCode)) return;
        log.Add(new RequestLog
        {
            OrganizationId = source.Tenant.OrganizationId,
            Mode = source.Tenant.Mode,
            RequestId = requestId,
            CallerId = source.Id,
            Method = http.Request.Method,
            Path = Clip(http.Request.Path.Value) ?? "",
            Operation = Operation,
            Status = http.Response.StatusCode,
            Latency = (long)time.GetElapsedTime(started).TotalMicroseconds,
            ErrorCode = outcome.Refusal?.Code.Code,
            Address = http.Connection.RemoteIpAddress?.ToString(),
            UserAgent = Clip(http.Request.Headers.UserAgent.ToString()),
            Version = ApiVersions.Current.Date,
            Query = Clip(http.Request.QueryString.HasValue ? http.Request.QueryString.Value![1..] : null),
            CreatedAt = time.GetUtcNow(),
        }, Exchange(http, source, request));
    }

    private CapturedExchange? Exchange(HttpContext http, InboundCandidate source, InboundRequest request)
    {
        if (!log.WantsExchange) return null;
        var exchange = new CapturedExchange(log.LargestBody);
        var signature = source.Provider.SignatureHeader(source.Hmac);
        foreach (var (name, value) in request.Headers)
            exchange.RequestHeaders.Add(new ExchangeHeader(name, name.Equals(signature, StringComparison.OrdinalIgnoreCase) ? SecretMask.Mask : value));
        exchange.RequestBody.Append(request.Body);
        foreach (var (name, values) in http.Response.Headers) exchange.ResponseHeaders.Add(new ExchangeHeader(name, values.ToString()));
        return exchange;
    }

    // Both databases take what anybody may send: no null character, no lone surrogate, a bounded length.
    private static string? Clip(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        var clipped = Portal.Core.Shared.TextCut.To(text, LongestText);
        return Faults.IsStorable(clipped) ? clipped : null;
    }
}
