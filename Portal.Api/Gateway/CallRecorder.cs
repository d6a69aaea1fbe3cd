using Microsoft.AspNetCore.Http;
using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Limits;
using Portal.Core.Shared.Problems;

namespace Portal.Api.Gateway;

/// <summary>Counts and logs a call once it is answered.</summary>
internal sealed class CallRecorder(RequestLogWriter log, KeyUseRecorder uses, TimeProvider time)
{
    private const int LongestText = 500;

    public void Record(ApiCall call)
    {
        if (call.Use?.Usage is not { } usage) return;
        var status = call.Http.Response.StatusCode;
        var latency = (long)time.GetElapsedTime(call.Started).TotalMicroseconds;
        var now = time.GetUtcNow();
        usage.Count(now.ToUnixTimeSeconds() / 60, status, latency, call.Charged);
        if (call.IsLetIn && call.Caller.Kind == CallerKind.ApiKey) NoteUse(call, now);
        if (!log.Admits(status)) return;
        var request = call.Http.Request;
        log.Add(new RequestLog
        {
            OrganizationId = call.Tenant.OrganizationId,
            Mode = call.Tenant.Mode,
            RequestId = call.RequestId,
            CallerId = call.Caller.Id,
            Method = request.Method,
            Path = Clip(request.Path.Value) ?? "",
            Operation = call.Policy.Operation.Id,
            Status = status,
            Latency = latency,
            ErrorCode = call.ErrorCode,
            Address = call.Address?.ToString(),
            UserAgent = Clip(request.Headers.UserAgent.ToString()),
            Version = call.Version.Date,
            Query = Clip(request.QueryString.HasValue ? request.QueryString.Value![1..] : null),
            CreatedAt = now,
        }, Complete(call, now));
    }

    /// <summary>Room for what the log will show of a call; null where it will not.</summary>
    public CapturedExchange? NewExchange() => log.WantsExchange ? new CapturedExchange(log.LargestBody) : null;

    private CapturedExchange? Complete(ApiCall call, DateTimeOffset now)
    {
        if (call.Exchange is not { } exchange) return null;
        Copy(call.Http.Request.Headers, exchange.RequestHeaders);
        Copy(call.Http.Response.Headers, exchange.ResponseHeaders);
        if (call.Http.Request.ContentLength is { } length) exchange.RequestBody.Announce(length);
        exchange.Limits = [.. LimitsOf(call, now).OrderBy(limit => limit.Remaining)];
        return exchange;
    }

    private IEnumerable<AppliedLimit> LimitsOf(ApiCall call, DateTimeOffset now)
    {
        var milliseconds = time.GetMilliseconds();
        foreach (var window in call.Use!.Windows)
            yield return new AppliedLimit(window.Name, window.Limit, window.Remaining(milliseconds), ReferenceEquals(window, call.Limits.Refusing));
        if (call.Use.Limits.Of(call.Caller.Plan).MonthlyCalls is { } quota && call.Caller.Quota is { } counter)
            yield return new AppliedLimit("monthly_calls", quota, Math.Max(0, quota - counter.Used(now)), call.ErrorCode == ErrorCode.QuotaExceeded.Code);
    }

    private static void Copy(IHeaderDictionary headers, List<ExchangeHeader> target)
    {
        foreach (var (name, values) in headers) target.Add(new ExchangeHeader(name, values.ToString()));
    }

    // Once a second is as fine as anybody reads it.
    private void NoteUse(ApiCall call, DateTimeOffset now)
    {
        var second = now.ToUnixTimeSeconds();
        if (call.Caller.NotedUse == second) return;
        call.Caller.NotedUse = second;
        uses.Touch(call.Caller.Id, call.Address, now);
    }

    // Both databases take what a client may send: no null character, no lone surrogate, a bounded length.
    private static string? Clip(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        var clipped = text.Length > LongestText ? text[..LongestText] : text;
        return string.Create(clipped.Length, clipped, static (target, source) =>
        {
            for (var i = 0; i < target.Length; i++) target[i] = source[i] == '\0' || char.IsSurrogate(source[i]) ? '\uFFFD' : source[i];
        });
    }
}
