using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Portal.Core.Shared.Data;

/// <summary>
/// Collects rows of a hot path and writes them in batches, so that the path itself waits for nothing. Rows wait a short
/// while at most; a crash loses those that wait, so it is for records about work, never for the work.
/// </summary>
public sealed class BatchWriter<T> : IAsyncDisposable
{
    private readonly Channel<T> _rows;
    private readonly Func<IReadOnlyList<T>, CancellationToken, Task> _write;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TimeSpan _pause;
    private readonly int _largest;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Task _worker;

    /// <param name="write">Writes one batch; a batch that fails is dropped and logged.</param>
    /// <param name="pause">How long rows are collected before they are written.</param>
    /// <param name="largest">Most rows of one batch; four times as many may wait.</param>
    public BatchWriter(Func<IReadOnlyList<T>, CancellationToken, Task> write, TimeSpan pause, int largest, TimeProvider time, ILogger logger)
    {
        _write = write;
        _pause = pause;
        _largest = largest;
        _time = time;
        _logger = logger;
        _rows = Channel.CreateBounded<T>(new BoundedChannelOptions(largest * 4) { SingleReader = false });
        _worker = Task.Run(Work);
    }

    /// <summary>Hands a row over.</summary>
    /// <returns>False when so many wait that this one was not taken.</returns>
    public bool TryAdd(T row) => _rows.Writer.TryWrite(row);

    /// <summary>Writes all that waits.</summary>
    public async Task Flush()
    {
        await _writing.WaitAsync();
        try
        {
            var batch = new List<T>();
            while (Take(batch))
            {
                await Write(batch);
                batch.Clear();
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested) return;
        _rows.Writer.TryComplete();
        await _stopping.CancelAsync();
        await _worker;
        await Flush();
        _writing.Dispose();
        _stopping.Dispose();
    }

    private bool Take(List<T> batch)
    {
        while (batch.Count < _largest && _rows.Reader.TryRead(out var row)) batch.Add(row);
        return batch.Count > 0;
    }

    private async Task Work()
    {
        try
        {
            while (await _rows.Reader.WaitToReadAsync(_stopping.Token))
            {
                await Task.Delay(_pause, _time, _stopping.Token);
                await Flush();
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // What is left is flushed by DisposeAsync.
        }
    }

    private async Task Write(List<T> batch)
    {
        try
        {
            await _write(batch, CancellationToken.None);
        }
        catch (Exception e)
        {
            _logger.LogError(e, "{Count} rows of {Kind} could not be written", batch.Count, typeof(T).Name);
        }
    }
}
