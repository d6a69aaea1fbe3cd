using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Problems;

namespace Portal.Api.Live;

/// <summary>
/// A socket that follows something. It keeps no queue: signals only say that there is something, and what it is is read
/// when the last message has been taken. So a slow reader gets the latest state, and costs nothing meanwhile.
/// </summary>
/// <param name="check">Looks at the credential again: until when it holds at most, or the refusal as an exception.</param>
internal sealed class LiveSocket(WebSocket socket, TimeProvider time, Func<CancellationToken, Task<DateTimeOffset?>> check)
{
    /// <summary>The credential holds no more.</summary>
    public const WebSocketCloseStatus Unauthorized = (WebSocketCloseStatus)4401;

    private static readonly TimeSpan Recheck = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestSend = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestClose = TimeSpan.FromSeconds(5);
    private static readonly string[] CredentialTopics = [SignalTopics.ApiKey, SignalTopics.Session, SignalTopics.Organization];
    private bool _recheck;

    public async Task Send<T>(T message, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(LongestSend);
        await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message, PortalJson.Options).AsMemory(), WebSocketMessageType.Text, endOfMessage: true, limit.Token);
    }

    /// <summary>Sends what the feed has until it ends, the reader goes or the credential holds no more.</summary>
    /// <param name="until">When the credential ends at most.</param>
    /// <param name="stopping">Set when the portal stops, which does not wait for readers.</param>
    public async Task Follow(ILiveFeed feed, IClusterSignals signals, DateTimeOffset? until, CancellationToken stopping, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        var subscriptions = Subscribe(feed, signals, wake.Writer);
        var reading = Read(wake.Writer, stop.Token);
        using var end = stopping.Register(() => wake.Writer.TryWrite(true));
        var next = NextCheck(until);
        try
        {
            while (!reading.IsCompleted)
            {
                var ended = await feed.Send(this, stop.Token);
                if (ended is not null || stopping.IsCancellationRequested)
                {
                    await Close(ended is null ? WebSocketCloseStatus.EndpointUnavailable : WebSocketCloseStatus.NormalClosure, ended ?? "stopping", reading);
                    return;
                }

                await Signal(wake.Reader, next, stop.Token);
                if (Interlocked.Exchange(ref _recheck, false) || time.GetUtcNow() >= next) next = NextCheck(await check(stop.Token));
            }
        }
        catch (ProblemException e)
        {
            await Close(Unauthorized, e.Problem.Code.Code, reading);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // The reader went away, or is too slow to take even one message.
            socket.Abort();
        }
        catch
        {
            // The log tells what; the reader may come again.
            await Close(WebSocketCloseStatus.InternalServerError, "failed", reading);
            throw;
        }
        finally
        {
            foreach (var subscription in subscriptions) subscription.Dispose();
            await stop.CancelAsync();
            await reading;
        }
    }

    private List<IDisposable> Subscribe(ILiveFeed feed, IClusterSignals signals, ChannelWriter<bool> wake)
    {
        var all = CredentialTopics.Select(topic => signals.Subscribe(topic, _ =>
        {
            Volatile.Write(ref _recheck, true);
            wake.TryWrite(true);
        })).ToList();
        all.Add(signals.Subscribe(feed.Topic, subject =>
        {
            if (subject.Length == 0 || feed.Concerns(subject)) wake.TryWrite(true);
        }));
        return all;
    }

    // However much there is to tell: a busy feed's reader is looked at as often as another's.
    private DateTimeOffset NextCheck(DateTimeOffset? until) => time.GetUtcNow() + Recheck is var regular && until < regular ? until.Value : regular;

    // Comes back without a signal when the credential is looked at: then the feed is too, since a signal may be lost.
    private async Task Signal(ChannelReader<bool> wake, DateTimeOffset next, CancellationToken cancellation)
    {
        var pause = next - time.GetUtcNow();
        try
        {
            await wake.WaitToReadAsync(cancellation).AsTask().WaitAsync(pause > TimeSpan.Zero ? pause : TimeSpan.Zero, time, cancellation);
            wake.TryRead(out _);
        }
        catch (TimeoutException)
        {
            return;
        }
    }

    // Nothing that the reader says is of interest but that it goes.
    private async Task Read(ChannelWriter<bool> wake, CancellationToken cancellation)
    {
        var buffer = new byte[256];
        try
        {
            while (socket.State is WebSocketState.Open or WebSocketState.CloseSent)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(), cancellation);
                if (received.MessageType != WebSocketMessageType.Close) continue;
                if (socket.State == WebSocketState.CloseReceived) await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
                return;
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // Gone without a word, or we are the ones who end it.
            return;
        }
        finally
        {
            wake.TryWrite(true);
        }
    }

    // The reader answers before the connection ends: whoever hung up first would take the reason from them.
    private async Task Close(WebSocketCloseStatus status, string reason, Task reading)
    {
        if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived)) return;
        using var limit = new CancellationTokenSource(LongestClose);
        try
        {
            await socket.CloseOutputAsync(status, reason, limit.Token);
            await reading.WaitAsync(limit.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            socket.Abort();
        }
    }
}
