using System.Numerics;

namespace Portal.Core.Gateway;

/// <summary>
/// Counts of calls by how long they took, in buckets that each reach twice as far as the one before: from a quarter of a
/// millisecond to four seconds, and one for all that took longer. Percentiles read from it are right to within a bucket.
/// </summary>
internal static class LatencyHistogram
{
    /// <summary>How many buckets there are.</summary>
    public const int Buckets = 16;

    /// <summary>Where the first bucket ends, in microseconds.</summary>
    private const long First = 250;

    /// <summary>The columns of <see cref="UsageMinute"/> in their order.</summary>
    public static IReadOnlyList<string> Columns { get; } = [.. Enumerable.Range(0, Buckets).Select(bucket => $"latency{bucket:00}")];

    /// <summary>The bucket that a latency in microseconds falls into.</summary>
    public static int BucketOf(long latency) =>
        latency <= First ? 0 : Math.Min(Buckets - 1, BitOperations.Log2((ulong)((latency - 1) / First)) + 1);

    /// <summary>The latency that a share of the calls stayed within, in microseconds; between a bucket's ends taken as evenly spread.</summary>
    /// <param name="counts">Calls in each bucket.</param>
    /// <param name="share">From 0 to 1, as 0.95.</param>
    /// <param name="most">The greatest latency there was: where the last calls' bucket ends.</param>
    /// <returns>Null where there were no calls.</returns>
    public static long? Percentile(IReadOnlyList<long> counts, double share, long most)
    {
        var total = counts.Sum();
        if (total == 0) return null;
        var rank = share * total;
        long before = 0;
        for (var bucket = 0; bucket < Buckets; bucket++)
        {
            if (counts[bucket] == 0) continue;
            if (before + counts[bucket] >= rank)
            {
                var from = bucket == 0 ? 0 : First << (bucket - 1);
                var to = Math.Max(from, Math.Min(most, bucket == Buckets - 1 ? most : First << bucket));
                return from + (long)((to - from) * Math.Clamp((rank - before) / counts[bucket], 0, 1));
            }

            before += counts[bucket];
        }

        return most;
    }
}
