using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Core.Shared.Data;

namespace Portal.Core.Access;

/// <summary>
/// Remembers when and from where keys were last used, and writes it to their rows every second. A crash loses the last
/// second; what could not be written is kept for the next time.
/// </summary>
public sealed class KeyUseRecorder(PortalStore store, TimeProvider time, ILogger<KeyUseRecorder> logger) : IHostedService, IAsyncDisposable
{
    // Three parameters a row; both databases take far more than 300 in a statement.
    private const int RowsPerStatement = 100;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, LastUse> _uses = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _flushing = new(1, 1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _stop = new();
    private Task _worker = Task.CompletedTask;
    private Task? _stopped;

    /// <summary>Notes a call that a key let in. Costs no more than a look-up; an earlier moment than the last changes nothing.</summary>
    /// <param name="keyId">The key's id.</param>
    /// <param name="address">Where the call came from; null where that is unknown.</param>
    /// <param name="moment">When it came.</param>
    public void Touch(string keyId, IPAddress? address, DateTimeOffset moment)
    {
        while (!_uses.GetOrAdd(keyId, static _ => new LastUse()).TryTouch(address, moment))
        {
            // The entry was dropped as idle in this very moment; the next round makes a new one.
        }
    }

    /// <summary>Writes what has been noted so far.</summary>
    public async Task Flush(CancellationToken cancellation)
    {
        await _flushing.WaitAsync(cancellation);
        try
        {
            var taken = Take();
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

    // By id, so that two nodes lock rows in the same order.
    private List<Use> Take()
    {
        var taken = new List<Use>();
        foreach (var (keyId, use) in _uses)
        {
            if (use.Take() is { } last) taken.Add(new Use(keyId, last.Address, last.Moment));
            else _uses.TryRemove(new(keyId, use));
        }

        taken.Sort((left, right) => string.CompareOrdinal(left.KeyId, right.KeyId));
        return taken;
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
            logger.LogError(e, "The last use of keys could not be written; it is kept for the next try");
        }
    }

    private async Task Write(List<Use> taken, CancellationToken cancellation)
    {
        try
        {
            await store.WriteAcross(async (db, token) =>
            {
                foreach (var rows in taken.Chunk(RowsPerStatement)) await Update(db, rows, token);
                return true;
            }, cancellation);
        }
        catch (Exception)
        {
            foreach (var use in taken) Touch(use.KeyId, use.Address, use.Moment);
            throw;
        }
    }

    private static async Task Update(PortalDbContext db, Use[] rows, CancellationToken cancellation)
    {
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
        var values = new StringBuilder();
        for (var i = 0; i < rows.Length; i++)
        {
            values.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "" : ", ")}(@k{i}, @m{i}, @a{i})");
            Add(command, $"@k{i}", rows[i].KeyId);
            Add(command, $"@m{i}", db.Stored(rows[i].Moment));
            Add(command, $"@a{i}", rows[i].Address?.ToString());
        }

        command.CommandText =
            $"""
             WITH used (id, moment, address) AS (VALUES {values})
             UPDATE api_keys SET last_used_at = used.moment, last_used_address = used.address FROM used
             WHERE api_keys.id = used.id AND (api_keys.last_used_at IS NULL OR api_keys.last_used_at < used.moment)
             """;
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static void Add(DbCommand command, string name, object? value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value ?? DBNull.Value;
        command.Parameters.Add(parameter);
    }

    private sealed record Use(string KeyId, IPAddress? Address, DateTimeOffset Moment);

    private sealed class LastUse
    {
        private readonly Lock _gate = new();
        private DateTimeOffset _moment;
        private IPAddress? _address;
        private bool _noted;
        private bool _dropped;

        public bool TryTouch(IPAddress? address, DateTimeOffset moment)
        {
            lock (_gate)
            {
                if (_dropped) return false;
                // The same moment again is a write that failed.
                if (moment < _moment || (moment == _moment && _noted)) return true;
                (_moment, _address, _noted) = (moment, address, true);
                return true;
            }
        }

        /// <summary>What was noted since the last time; without any the entry is dropped.</summary>
        public (DateTimeOffset Moment, IPAddress? Address)? Take()
        {
            lock (_gate)
            {
                _dropped = !_noted;
                if (_dropped) return null;
                _noted = false;
                return (_moment, _address);
            }
        }
    }
}
