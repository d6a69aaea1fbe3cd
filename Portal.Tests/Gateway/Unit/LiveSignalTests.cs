using Portal.Core.Shared.Cluster;
using Portal.Gateway;
using Portal.Tests.Infrastructure;

namespace Portal.Tests.Gateway.Unit;

public sealed class LiveSignalTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly LiveSignal _live;
    private readonly OneSubscriber _signals = new();
    private int _refreshes;
    private TaskCompletionSource? _slow;

    public LiveSignalTests() => _live = new LiveSignal(_signals, "log", () => "org_1", _time, () =>
    {
        _refreshes++;
        return _slow?.Task ?? Task.CompletedTask;
    });

    [Fact]
    public void Burst_of_signals_refreshes_once()
    {
        for (var signal = 0; signal < 50; signal++) _signals.Send("log", "org_1");

        _time.Advance(LiveSignal.Burst);

        Assert.Equal(1, _refreshes);
    }

    [Fact]
    public void Signals_of_others_are_not_heard_and_missed_ones_are()
    {
        _signals.Send("log", "org_2");
        _time.Advance(LiveSignal.Burst);
        Assert.Equal(0, _refreshes);

        _signals.Send("log", "");
        _time.Advance(LiveSignal.Burst);
        Assert.Equal(1, _refreshes);
    }

    [Fact]
    public void Without_signals_the_page_is_refreshed_every_few_seconds()
    {
        _time.Advance(LiveSignal.Anyway + LiveSignal.Burst);

        Assert.Equal(1, _refreshes);
    }

    [Fact]
    public void Signal_during_a_refresh_is_not_lost_and_a_slow_refresh_pauses_longer()
    {
        _slow = new TaskCompletionSource();
        _signals.Send("log", "org_1");
        _time.Advance(LiveSignal.Burst);
        _signals.Send("log", "org_1");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, _refreshes);
        _slow.SetResult();
        _slow = null;

        _time.Advance(TimeSpan.FromSeconds(3.9));
        Assert.Equal(1, _refreshes);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal(2, _refreshes);
    }

    [Fact]
    public void Nothing_is_refreshed_after_the_page_has_gone()
    {
        _signals.Send("log", "org_1");
        _live.Dispose();

        _time.Advance(LiveSignal.Anyway * 2);

        Assert.Equal(0, _refreshes);
        Assert.Null(_signals.Handler);
    }

    public void Dispose() => _live.Dispose();

    private sealed class OneSubscriber : IClusterSignals, IDisposable
    {
        public Action<string>? Handler { get; private set; }

        public void Send(string topic, string subject) => Handler?.Invoke(subject);

        public IDisposable Subscribe(string topic, Action<string> handler)
        {
            Handler = handler;
            return this;
        }

        public void Dispose() => Handler = null;
    }
}
