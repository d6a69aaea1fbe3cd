using Portal.Core.Webhooks.Endpoints;

namespace Portal.Webhooks;

/// <summary>Attempts of an endpoint in equal spans of time, the oldest first.</summary>
/// <param name="Times">When each begins.</param>
/// <param name="Succeeded">One number for each.</param>
/// <param name="Failed">One number for each.</param>
public sealed record AttemptBuckets(IReadOnlyList<DateTimeOffset> Times, IReadOnlyList<long> Succeeded, IReadOnlyList<long> Failed)
{
    /// <summary>Sums hours up.</summary>
    /// <param name="hours">Those with attempts.</param>
    /// <param name="from">Where the first span begins.</param>
    /// <param name="to">Where the last one ends.</param>
    /// <param name="step">How long each is; at least an hour.</param>
    internal static AttemptBuckets Of(IEnumerable<EndpointHour> hours, DateTimeOffset from, DateTimeOffset to, TimeSpan step)
    {
        var count = Math.Max(1, (int)Math.Ceiling((to - from) / step));
        var (succeeded, failed) = (new long[count], new long[count]);
        foreach (var hour in hours)
        {
            // An hour that begins before a chosen span reaches into it.
            if (hour.Hour < from - TimeSpan.FromHours(1) || hour.Hour >= to) continue;
            var index = Math.Max(0, (int)((hour.Hour - from) / step));
            succeeded[index] += hour.Succeeded;
            failed[index] += hour.Failed;
        }

        return new AttemptBuckets([.. Enumerable.Range(0, count).Select(index => from + index * step)], succeeded, failed);
    }
}
