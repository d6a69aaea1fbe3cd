using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Core.Shared.Data;

namespace Portal.Core.Gateway;

/// <summary>
/// Counts calls in memory and adds the counts to the database every moment. Complete: nothing is sampled, and what could
/// not be written is kept for the next time. A crash loses the calls since the last write.
/// </summary>
public sealed class UsageMeter(PortalStore store, TimeProvider time, ILogger<UsageMeter> logger) : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private static readonly BulkStatement Statement = new(
        "usage_minutes",
        [
            "organization_id", "mode", "caller_id", "operation", "minute", "calls", "client_errors", "refused", "server_errors", "latency_sum",
            "latency_max", "charged", .. LatencyHistogram.Columns,
        ],
        $"""
        ON CONFLICT (organization_id, mode, caller_id, operation, minute) DO UPDATE SET
          calls = usage_minutes.calls + excluded.calls,
          client_errors = usage_minutes.client_errors + excluded.client_errors,
          refused = usage_minutes.refused + excluded.refused,
          server_errors = usage_minutes.server_errors + excluded.server_errors,
          latency_sum = usage_minutes.latency_sum + excluded.latency_sum,
          latency_max = CASE WHEN excluded.latency_max > usage_minutes.latency_max THEN excluded.latency_max ELSE usage_minutes.latency_max END,
          charged = usage_minutes.charged + excluded.charged,
          {string.Join(", ", LatencyHistogram.Columns.Select(column => $"{column} = usage_minutes.{column} + excluded.{column}"))}
        """);

    private readonly ConcurrentDictionary<(Tenant Tenant, string CallerId, string Operation), UsageCell> _cells = new();
    private readonly SemaphoreSlim _flushing = new(1, 1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _stop = new();
    private Task _worker = Task.CompletedTask;
    private Task? _stopped;

    /// <summary>The cell that counts a caller's use of an operation; callers keep it, so that counting finds it without a look-up.</summary>
    public UsageCell Cell(Tenant tenant, string callerId, string operation) =>
        _cells.GetOrAdd((tenant, callerId, operation), static _ => new UsageCell());

    /// <summary>Writes what has been counted so far.</summary>
    public async Task Flush(CancellationToken cancellation)
    {
        await _flushing.WaitAsync(cancellation);
        try
        {
            var taken = new List<Taken>();
            foreach (var ((tenant, callerId, operation), cell) in _cells)
            {
                foreach (var (minute, counts) in cell.Take()) taken.Add(new Taken(cell, tenant, callerId, operation, minute, counts));
            }

            if (taken.Count > 0) await Write(taken, cancellation);
        }
        finally
        {
            _flushing.Release();
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _worker = Task.Run(Work, CancellationToken.None);
        return Task.CompletedTask;
    }

    // A host may be stopped from two sides at once; the second waits for what the first has begun.
    public Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_stop) return _stopped ??= Stop();
    }

    public ValueTask DisposeAsync()
    {
        _stopping.Dispose();
        _flushing.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task Stop()
    {
        await _stopping.CancelAsync();
        await _worker;
        await Flush(CancellationToken.None);
    }

    private async Task Work()
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token)) await FlushOrLog();
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // StopAsync writes what is left.
        }
    }

    private async Task FlushOrLog()
    {
        try
        {
            await Flush(CancellationToken.None);
        }
        catch (Exception e)
        {
            logger.LogError(e, "Usage could not be written; it is kept for the next try");
        }
    }

    private async Task Write(List<Taken> taken, CancellationToken cancellation)
    {
        try
        {
            await store.WriteAcross(async (db, token) =>
            {
                await Statement.Insert(db, taken, row => row.Values(db), token);
                return true;
            }, cancellation);
        }
        catch (Exception)
        {
            foreach (var row in taken) row.Cell.Return(row.Minute, row.Counts);
            throw;
        }
    }

    private sealed record Taken(UsageCell Cell, Tenant Tenant, string CallerId, string Operation, long Minute, UsageCounts Counts)
    {
        public object?[] Values(PortalDbContext db) =>
        [
            Tenant.OrganizationId, Tenant.Mode == ApiMode.Test ? "test" : "live", CallerId, Operation,
            db.Stored(DateTimeOffset.FromUnixTimeSeconds(Minute * 60)), Counts.Calls, Counts.ClientErrors, Counts.Refused, Counts.ServerErrors,
            Counts.LatencySum, Counts.LatencyMax, Counts.Charged, .. Counts.Latencies!,
        ];
    }
}
