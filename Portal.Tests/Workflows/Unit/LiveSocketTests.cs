using System.Net.WebSockets;
using Microsoft.Extensions.Logging.Abstractions;
using Portal.Api.Live;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Problems;
using Portal.Tests.Infrastructure;

namespace Portal.Tests.Workflows.Unit;

/// <summary>A socket and a reader who takes their time.</summary>
public sealed class LiveSocketTests
{
    [Fact]
    public async Task Slow_reader_gets_the_latest_state_and_nothing_waits_in_between()
    {
        using var socket = new SlowSocket();
        var signals = new LocalSignals(NullLogger<LocalSignals>.Instance);
        var feed = new Counter();
        var live = new LiveSocket(socket, new ManualTime(), _ => Task.FromResult<DateTimeOffset?>(null));
        var following = live.Follow(feed, signals, null, CancellationToken.None, CancellationToken.None);
        await WaitFor.Condition(() => socket.IsSending, "the first message is on its way");
        for (var i = 0; i < 10_000; i++)
        {
            feed.Value++;
            signals.Send(feed.Topic, "");
        }

        // One message was on its way, and one more tells all that came meanwhile.
        socket.Release();
        await WaitFor.Condition(() => socket.Sent.Count == 2 && !socket.IsSending, "the reader has the latest");
        Assert.Equal(["0", "10000"], socket.Sent);
        feed.End = "completed";
        signals.Send(feed.Topic, "");
        await following;
        Assert.Equal((WebSocketCloseStatus.NormalClosure, "completed"), (socket.CloseStatus, socket.CloseStatusDescription));
    }

    [Fact]
    public async Task Credential_is_looked_at_however_much_there_is_to_tell()
    {
        using var socket = new SlowSocket();
        socket.Release();
        var (signals, feed, time, checks) = (new LocalSignals(NullLogger<LocalSignals>.Instance), new Counter(), new ManualTime(), 0);
        var live = new LiveSocket(socket, time, _ => Interlocked.Increment(ref checks) == 1 ? Task.FromResult<DateTimeOffset?>(null) : throw Problem.NotFound("key", "1").AsException());
        var following = live.Follow(feed, signals, null, CancellationToken.None, CancellationToken.None);
        while (!following.IsCompleted && feed.Value < 20)
        {
            await WaitFor.Condition(() => following.IsCompleted || socket.Sent.Count == feed.Value + 1, "the reader has the latest");
            time.Advance(TimeSpan.FromSeconds(5));
            feed.Value++;
            signals.Send(feed.Topic, "");
        }

        await following;
        Assert.Equal((2, LiveSocket.Unauthorized), (checks, socket.CloseStatus));
        // Two looks of 15 seconds, at a change each 5.
        Assert.InRange(feed.Value, 6, 8);
    }

    private sealed class Counter : ILiveFeed
    {
        private int _told = -1;

        public int Value { get; set; }

        public string? End { get; set; }

        public string Topic => SignalTopics.WorkflowProgress;

        public bool Concerns(string subject) => true;

        public async Task<string?> Send(LiveSocket socket, CancellationToken cancellation)
        {
            if (_told == Value) return End;
            _told = Value;
            await socket.Send(_told, cancellation);
            return null;
        }
    }

    private sealed class SlowSocket : WebSocket
    {
        private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly List<string> _sent = [];
        private WebSocketCloseStatus? _status;
        private string? _reason;

        public volatile bool IsSending;

        public IReadOnlyList<string> Sent
        {
            get
            {
                lock (_sent) return [.. _sent];
            }
        }

        public override WebSocketCloseStatus? CloseStatus => _status;

        public override string? CloseStatusDescription => _reason;

        public override WebSocketState State => _status is null ? WebSocketState.Open : WebSocketState.CloseSent;

        public override string? SubProtocol => null;

        public void Release() => _gate.TrySetResult();

        public override async ValueTask SendAsync(ReadOnlyMemory<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
        {
            IsSending = true;
            var text = System.Text.Encoding.UTF8.GetString(buffer.Span);
            await _gate.Task.WaitAsync(cancellationToken);
            lock (_sent) _sent.Add(text);
            IsSending = false;
        }

        public override async ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            await _closed.Task.WaitAsync(cancellationToken);
            return new ValueWebSocketReceiveResult(0, WebSocketMessageType.Close, true);
        }

        public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
        {
            (_status, _reason) = (closeStatus, statusDescription);
            _closed.TrySetResult();
            return Task.CompletedTask;
        }

        public override void Abort() => _closed.TrySetResult();

        public override void Dispose()
        {
        }

        public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
