using Portal.Core.Gateway;

namespace Portal.Tests.Gateway.Unit;

public sealed class LatencyHistogramTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(250, 0)]
    [InlineData(251, 1)]
    [InlineData(500, 1)]
    [InlineData(501, 2)]
    [InlineData(1000, 2)]
    [InlineData(4_096_000, 14)]
    [InlineData(4_096_001, 15)]
    [InlineData(long.MaxValue, 15)]
    public void Latency_falls_into_the_first_bucket_that_reaches_it(long latency, int bucket) => Assert.Equal(bucket, LatencyHistogram.BucketOf(latency));

    [Fact]
    public void Percentiles_are_within_a_bucket_of_the_true_ones()
    {
        var random = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            var latencies = Enumerable.Range(0, random.Next(1, 500)).Select(_ => (long)(100 * Math.Exp(random.NextDouble() * 12))).Order().ToArray();
            var counts = new long[LatencyHistogram.Buckets];
            foreach (var latency in latencies) counts[LatencyHistogram.BucketOf(latency)]++;
            foreach (var share in new[] { 0.5, 0.95, 0.99 })
            {
                var real = latencies[(int)Math.Ceiling(share * latencies.Length) - 1];
                var read = LatencyHistogram.Percentile(counts, share, latencies[^1])!.Value;
                Assert.Equal(LatencyHistogram.BucketOf(real), LatencyHistogram.BucketOf(Math.Max(1, read)), 1.0);
                Assert.InRange(read, 0, latencies[^1]);
            }
        }
    }

    [Fact]
    public void Nothing_called_has_no_percentile() => Assert.Null(LatencyHistogram.Percentile(new long[LatencyHistogram.Buckets], 0.5, 0));
}
