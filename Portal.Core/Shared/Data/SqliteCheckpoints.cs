using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Portal.Core.Shared.Data;

/// <summary>
/// Copies SQLite's write-ahead log into the database beside the writer, on a connection of its own. SQLite would do it
/// within the commit that fills the log, and everybody who writes would wait for the copying and its flush.
/// </summary>
internal sealed class SqliteCheckpoints(string connectionString, ILogger logger) : IAsyncDisposable
{
    private const int UnitsBetween = 500;

    // A passive checkpoint never catches up with a writer that does not pause, and the log would grow for ever: beyond
    // this many pages the writer stops for what little is left, and begins the log anew.
    private const long MostFrames = 4096;

    private readonly Channel<bool> _due = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private Task? _worker;
    private int _units;
    private volatile bool _restart;

    /// <summary>Told by the writer after each commit; returns at once.</summary>
    public void Committed(int units)
    {
        _units += units;
        if (_units < UnitsBetween) return;
        _units = 0;
        _worker ??= Task.Run(Work);
        _due.Writer.TryWrite(true);
    }

    /// <summary>Asked by the writer between two transactions: begins the log anew where it has grown long.</summary>
    public void RestartIfDue(SqliteConnection writer)
    {
        if (!_restart) return;
        _restart = false;
        Checkpoint(writer, "RESTART");
    }

    public async ValueTask DisposeAsync()
    {
        _due.Writer.TryComplete();
        if (_worker is not null) await _worker;
    }

    private async Task Work()
    {
        await using var connection = new SqliteConnection(connectionString);
        await connection.OpenAsync();
        while (await _due.Reader.WaitToReadAsync())
        {
            _due.Reader.TryRead(out _);
            try
            {
                _restart = Checkpoint(connection, "PASSIVE") > MostFrames;
            }
            catch (SqliteException e)
            {
                logger.LogWarning(e, "The write-ahead log could not be copied; the next commits try again");
            }
        }
    }

    /// <returns>How many pages the log holds.</returns>
    private static long Checkpoint(SqliteConnection connection, string mode)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA wal_checkpoint({mode});";
        using var reader = command.ExecuteReader();
        return reader.Read() ? reader.GetInt64(1) : 0;
    }
}
