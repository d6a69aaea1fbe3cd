using Portal.Core.Shared.Limits;
using Xunit;
using static Portal.Tests.Gateway.Unit.ArrivalPatterns;

namespace Portal.Tests.Gateway.Unit;

public sealed class SlidingWindowPropertyTests
{
    private static readonly int[] Windows = [60, 600, 6_000, 60_000];

    [Fact]
    public void No_window_ever_holds_more_than_limit_and_burst()
        => Holds(Random(Windows), pattern =>
        {
            var admitted = Run(pattern, Create(pattern)).Where(entry => entry.Admitted).Select(entry => entry.Time).ToList();
            foreach (var start in admitted)
            {
                var inWindow = admitted.Count(time => time >= start && time <= start + pattern.WindowMilliseconds);
                Assert.True(inWindow <= pattern.Limit + pattern.Burst, $"{inWindow} from {start}");
            }
        });

    [Fact]
    public void A_refusal_always_has_the_whole_limit_counted_in_a_window_and_a_sixtieth()
        => Holds(Random(Windows), pattern =>
        {
            var log = Run(pattern, Create(pattern));
            foreach (var (refusedAt, _) in log.Where(entry => !entry.Admitted))
            {
                var span = pattern.WindowMilliseconds + (pattern.WindowMilliseconds / 60);
                var counted = log.Count(entry => entry.Admitted && entry.Time <= refusedAt && entry.Time > refusedAt - span);
                Assert.True(counted >= pattern.Limit, $"{counted} before {refusedAt}");
            }
        });

    [Fact]
    public void Decisions_are_those_of_a_model_that_walks_millisecond_by_millisecond()
        => Holds(Random(60, 600), pattern =>
        {
            var model = new MillisecondModel(pattern, Start);
            foreach (var (time, admitted) in Run(pattern, Create(pattern)))
                Assert.Equal(model.TryConsume(time), admitted);
        });

    [Fact]
    public void The_long_run_rate_is_the_limit_for_any_pattern()
        => Holds(Random(60, 600), pattern =>
        {
            var window = Create(pattern);
            var now = Start;
            long admitted = 0;
            const int Repeats = 20;
            for (var repeat = 0; repeat < Repeats; repeat++)
            {
                foreach (var (gap, requests) in pattern.Arrivals)
                {
                    now += Math.Abs(gap);
                    for (var i = 0; i < requests; i++)
                        admitted += window.TryConsume(now) ? 1 : 0;
                }
            }

            AssertLongRun(pattern, admitted, now - Start);
        });

    [Fact]
    public void The_long_run_rate_is_the_limit_for_a_client_that_alternates_between_pauses_and_floods()
        => Holds(Random(600), pattern =>
        {
            // Pauses as long as repay the whole burst, then everything that is admitted, for as long.
            var window = Create(pattern);
            var pause = Math.Abs(pattern.Arrivals[0].Gap) + 1;
            long admitted = 0;
            for (long now = 0; now < pattern.WindowMilliseconds * 100L; now++)
            {
                if (now / pause % 2 == 0)
                    continue;
                while (window.TryConsume(Start + now))
                    admitted++;
            }

            AssertLongRun(pattern, admitted, pattern.WindowMilliseconds * 100L);
        }, tests: 60);

    [Fact]
    public void NextSuccess_succeeds_at_that_millisecond_and_not_one_before()
        => Holds(Random(Windows), pattern =>
        {
            var window = Create(pattern);
            var late = 0L;
            foreach (var time in pattern.Times(Start))
            {
                var now = time + late;
                if (window.TryConsume(now))
                    continue;
                var next = window.NextSuccess(now);
                Assert.False(window.WouldAdmit(next - 1));
                Assert.Equal(next, window.NextSuccess(next - 1));
                Assert.True(window.WouldAdmit(next));
                Assert.Equal(next, window.NextSuccess(next));
                late += Math.Max(0, next - now);
            }
        });

    [Fact]
    public void Refused_requests_and_questions_change_nothing()
        => Holds(Random(Windows), pattern =>
        {
            var asked = Create(pattern);
            var quiet = Create(pattern);
            var end = Start;
            foreach (var time in pattern.Times(Start))
            {
                end = Math.Max(end, time);
                if (!asked.TryConsume(time))
                    continue;
                Assert.True(quiet.TryConsume(time));
                asked.WouldAdmit(time);
                asked.NextSuccess(time);
            }

            for (var step = 0; step < 130; step++)
            {
                end += Math.Max(1, pattern.WindowMilliseconds / 60);
                Assert.Equal(quiet.Remaining(end), asked.Remaining(end));
                Assert.Equal(quiet.ResetAt(end), asked.ResetAt(end));
                Assert.Equal(quiet.IsIdle(end), asked.IsIdle(end));
                Assert.Equal(quiet.TryConsume(end), asked.TryConsume(end));
            }
        });

    [Fact]
    public void At_the_reset_the_whole_limit_is_back_and_a_millisecond_before_it_is_not()
        => Holds(Random(Windows), pattern =>
        {
            var window = Create(pattern);
            Run(pattern, window);
            var end = pattern.Times(Start).Max();
            var reset = window.ResetAt(end);
            if (window.Remaining(end) == pattern.Limit)
            {
                Assert.Equal(end, reset);
                return;
            }

            Assert.NotEqual(pattern.Limit, window.Remaining(reset - 1));
            Assert.Equal(pattern.Limit, window.Remaining(reset));
        });

    private static SlidingWindow Create(ArrivalPattern pattern) => new(pattern.Limit, pattern.Burst, pattern.Window, Start);

    /// <summary>Sends every request; the log has the time that the window goes by, the latest one seen.</summary>
    private static List<(long Time, bool Admitted)> Run(ArrivalPattern pattern, SlidingWindow window)
    {
        var log = new List<(long, bool)>();
        var latest = Start;
        foreach (var time in pattern.Times(Start))
        {
            latest = Math.Max(latest, time);
            log.Add((latest, window.TryConsume(time)));
        }

        return log;
    }

    // The limit times the time, what may still be counted at the end, and one burst that is never paid back.
    private static void AssertLongRun(ArrivalPattern pattern, long admitted, long elapsed)
    {
        var most = ((double)pattern.Limit * elapsed / pattern.WindowMilliseconds) + ((pattern.Limit + (2 * pattern.Burst)) * 61 / 60d);
        Assert.True(admitted <= most, $"{admitted} admitted in {elapsed} ms, at most {most}");
    }

    /// <summary>The rule as it is written down, without ring and sums: a log of admissions, and a debt that every millisecond repays.</summary>
    private sealed class MillisecondModel(ArrivalPattern pattern, long start)
    {
        private readonly List<long> _leaveAt = [];
        private readonly long _bucket = pattern.WindowMilliseconds / 60;
        private long _elapsed;
        private long _debt;

        public bool TryConsume(long time)
        {
            for (; _elapsed < time - start; _elapsed++)
                _debt = Math.Max(0, _debt - Math.Max(0, pattern.Limit - Counted()));

            var unit = _bucket * 61;
            var counted = Counted();
            if (counted >= pattern.Limit + pattern.Burst)
                return false;
            if (counted >= pattern.Limit)
            {
                if (_debt + unit > pattern.Burst * unit)
                    return false;
                _debt += unit;
            }

            _leaveAt.Add(((_elapsed / _bucket) + 61) * _bucket);
            return true;
        }

        private int Counted()
        {
            _leaveAt.RemoveAll(leave => leave <= _elapsed);
            return _leaveAt.Count;
        }
    }
}
