using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Portal.Core.Shared.Data;

namespace Portal.Core.Shared.Cluster;

/// <summary>Signals between nodes by LISTEN and NOTIFY. After a lost connection every subscriber is told to look again.</summary>
internal sealed class PostgresSignals(DatabaseOptions options, ILogger<LocalSignals> logger, TimeProvider time)
    : LocalSignals(logger), IHostedService, IAsyncDisposable
{
    private const string ChannelName = "portal_signals";
    private const int MostAtOnce = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Channel<string> _outgoing = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });
    // Kept over a lost connection.
    private readonly HashSet<string> _sending = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private readonly string _node = Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8));
    private readonly ILogger _logger = logger;
    private Task _running = Task.CompletedTask;
    private bool _disposed;

    public override void Send(string topic, string subject)
    {
        Deliver(topic, subject);
        _outgoing.Writer.TryWrite($"{_node}|{topic}|{subject}");
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running = Task.WhenAll(KeepRunning(Listen), KeepRunning(Notify));
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_stopping.IsCancellationRequested) return;
        await _stopping.CancelAsync();
        await _running;
    }

    // The container disposes it once for each service that it stands for.
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true)) return;
        await StopAsync(CancellationToken.None);
        _stopping.Dispose();
    }

    private async Task KeepRunning(Func<CancellationToken, Task> loop)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await loop(_stopping.Token);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                _logger.LogWarning(e, "Signals between nodes are interrupted; trying again");
                await Task.Delay(Pause, time, _stopping.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }
    }

    private async Task Listen(CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(options.ConnectionString);
        await connection.OpenAsync(cancellation);
        connection.Notification += (_, notification) => Receive(notification.Payload);
        await using (var listen = new NpgsqlCommand($"LISTEN {ChannelName}", connection)) await listen.ExecuteNonQueryAsync(cancellation);
        DeliverMissed();
        while (true) await connection.WaitAsync(cancellation);
    }

    private async Task Notify(CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(options.ConnectionString);
        await connection.OpenAsync(cancellation);
        while (_sending.Count > 0 || await _outgoing.Reader.WaitToReadAsync(cancellation))
        {
            // What was said twice meanwhile is sent once: a run's progress is told thousands of times a second.
            while (_sending.Count < MostAtOnce && _outgoing.Reader.TryRead(out var payload)) _sending.Add(payload);
            await using var notify = new NpgsqlCommand("SELECT pg_notify($1, payload) FROM unnest($2) AS payload", connection);
            notify.Parameters.AddWithValue(ChannelName);
            notify.Parameters.AddWithValue(_sending.ToArray());
            await notify.ExecuteNonQueryAsync(cancellation);
            _sending.Clear();
        }
    }

    private void Receive(string payload)
    {
        var parts = payload.Split('|', 3);
        if (parts.Length == 3 && parts[0] != _node) Deliver(parts[1], parts[2]);
    }
}
