using FsCheck;
using FsCheck.Fluent;

namespace Portal.Tests.Gateway.Unit;

/// <summary>A limit and a sequence of arrivals: each waits (or the clock steps back) and then sends some requests at once.</summary>
internal sealed record ArrivalPattern(int Limit, int Burst, int WindowMilliseconds, IReadOnlyList<(int Gap, int Requests)> Arrivals)
{
    public TimeSpan Window => TimeSpan.FromMilliseconds(WindowMilliseconds);

    /// <summary>The arrivals, one by one, as the clock shows them: it may stand still or step back.</summary>
    public IEnumerable<long> Times(long start)
    {
        var now = start;
        foreach (var (gap, requests) in Arrivals)
        {
            now += gap;
            for (var i = 0; i < requests; i++)
                yield return now;
        }
    }

    public override string ToString()
        => $"limit {Limit}, burst {Burst}, window {WindowMilliseconds} ms: {string.Join(' ', Arrivals.Select(a => $"+{a.Gap}x{a.Requests}"))}";
}

internal static class ArrivalPatterns
{
    /// <summary>A start that lies on no multiple of anything.</summary>
    public const long Start = 1_000_003;

    /// <summary>Bursts, gaps of every size, edges of sub-buckets and windows, and a clock that stands still or steps back.</summary>
    public static Arbitrary<ArrivalPattern> Random(params int[] windows)
        => (from window in Gen.Elements(windows)
            from limit in Gen.Choose(1, 20)
            from burst in Gen.OneOf(Gen.Constant(0), Gen.Choose(1, 30))
            from arrivals in Gen.ListOf(Gen.Zip(Gap(window), Requests(limit + burst)), 60)
            select new ArrivalPattern(limit, burst, window, arrivals.Select(pair => (pair.Item1, pair.Item2)).ToList()))
            .ToArbitrary();

    public static void Holds(Arbitrary<ArrivalPattern> patterns, Action<ArrivalPattern> check, int tests = 300)
        => Check.One(Config.QuickThrowOnFailure.WithMaxTest(tests), Prop.ForAll(patterns, check));

    private static Gen<int> Gap(int window)
    {
        var bucket = window / 60;
        return Gen.Frequency(
            (6, Gen.Constant(0)),
            (4, Gen.Choose(1, 3)),
            (6, Gen.Choose(1, bucket * 4)),
            (6, Gen.Choose(1, window / 3)),
            (3, Gen.Choose(bucket - 1, bucket + 1)),
            (3, Gen.Choose(window - 1, window + bucket + 1)),
            (1, Gen.Choose(1, window * 5)),
            (1, Gen.Choose(-window, 0)));
    }

    private static Gen<int> Requests(int most)
        => Gen.Frequency((5, Gen.Constant(1)), (3, Gen.Choose(1, 4)), (2, Gen.Choose(1, most + 3)));
}
