using Microsoft.Extensions.Localization;
using Portal.Core.Webhooks.Delivery;
using Portal.Core.Webhooks.Endpoints;
using Portal.Core.Webhooks.Replay;
using Portal.Shared.Parts;

namespace Portal.Webhooks;

/// <summary>States and spans of time in the reader's words.</summary>
internal static class EndpointWords
{
    internal static (string Key, StatusTone Tone) Of(EndpointStatus status) => status switch
    {
        EndpointStatus.Active => ("Status.Active", StatusTone.Success),
        EndpointStatus.Failing => ("Status.Failing", StatusTone.Warning),
        EndpointStatus.Paused => ("Status.Paused", StatusTone.Neutral),
        _ => ("Status.Disabled", StatusTone.Danger),
    };

    internal static (string Key, StatusTone Tone) Of(DeliveryState state) => state switch
    {
        DeliveryState.Pending => ("Delivery.Pending", StatusTone.Info),
        DeliveryState.Succeeded => ("Delivery.Succeeded", StatusTone.Success),
        DeliveryState.Failed => ("Delivery.Failed", StatusTone.Danger),
        _ => ("Delivery.Cancelled", StatusTone.Neutral),
    };

    internal static (string Key, StatusTone Tone) Of(ReplayState state) => state switch
    {
        ReplayState.Running => ("Replay.Running", StatusTone.Info),
        ReplayState.Paused => ("Replay.Paused", StatusTone.Warning),
        ReplayState.Completed => ("Replay.Completed", StatusTone.Success),
        _ => ("Replay.Cancelled", StatusTone.Neutral),
    };

    /// <summary>A span of time, short: <c>5 min</c>.</summary>
    internal static string Span(TimeSpan span, IStringLocalizer<EndpointTexts> t) => span switch
    {
        { TotalSeconds: < 1 } => t["Span.Milliseconds", span.TotalMilliseconds],
        { TotalMinutes: < 1 } => t["Span.Seconds", Rounded(span.TotalSeconds)],
        { TotalHours: < 1 } => t["Span.Minutes", Rounded(span.TotalMinutes)],
        { TotalDays: < 2 } => t["Span.Hours", Rounded(span.TotalHours)],
        _ => t["Span.Days", Rounded(span.TotalDays)],
    };

    private static double Rounded(double value) => Math.Round(value, value < 10 ? 1 : 0);
}
