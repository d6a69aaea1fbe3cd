using Microsoft.Extensions.Logging;
using Portal.Core.Shared.Data;

namespace Portal.Core.Gateway;

/// <summary>The settings <c>RequestLog:*</c>.</summary>
public sealed class RequestLogOptions
{
    /// <summary>
    /// Most successful calls a second, of all callers, that get a row of their own; default 500. Beyond it successes are
    /// left out and only counted: usage stays complete, and failures always get their row while <see cref="FailuresPerSecond"/> lasts.
    /// </summary>
    public int SuccessesPerSecond { get; set; } = 500;

    /// <summary>Most failed calls a second that get a row; default 500.</summary>
    public int FailuresPerSecond { get; set; } = 500;

    /// <summary>Days that rows are kept; default 30.</summary>
    public int RetentionDays { get; set; } = 30;

    public IEnumerable<string> Faults()
    {
        if (SuccessesPerSecond < 0) yield return "RequestLog:SuccessesPerSecond must not be negative.";
        if (FailuresPerSecond < 0) yield return "RequestLog:FailuresPerSecond must not be negative.";
        if (RetentionDays < 1) yield return "RequestLog:RetentionDays must be at least 1.";
    }
}

/// <summary>Writes the request log in batches, with a ceiling a second that keeps a flood of calls from becoming one of rows.</summary>
public sealed class RequestLogWriter : IAsyncDisposable
{
    private static readonly BulkStatement Statement = new(
        "request_logs",
        [
            "organization_id", "mode", "request_id", "caller_id", "method", "path", "operation", "status", "latency", "error_code", "address",
            "user_agent", "version", "created_at",
        ]);

    private readonly BatchWriter<RequestLog> _batches;
    private readonly RequestLogOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private long _second;
    private int _successes;
    private int _failures;
    private long _leftOut;

    public RequestLogWriter(PortalStore store, RequestLogOptions options, TimeProvider time, ILogger<RequestLogWriter> logger)
    {
        _options = options;
        _time = time;
        _batches = new BatchWriter<RequestLog>(
            (rows, cancellation) => store.WriteAcross(async (db, token) =>
            {
                await Statement.Insert(db, rows, row => Values(db, row), token);
                return true;
            }, cancellation),
            TimeSpan.FromMilliseconds(50), 500, time, logger);
    }

    /// <summary>How many calls got no row since the start.</summary>
    public long LeftOut => Interlocked.Read(ref _leftOut);

    /// <summary>
    /// Whether a call with this status gets a row now. Asked first, so that a call that gets none costs nothing more.
    /// </summary>
    public bool Admits(int status)
    {
        var second = _time.GetUtcNow().ToUnixTimeSeconds();
        lock (_gate)
        {
            if (second != _second) (_second, _successes, _failures) = (second, 0, 0);
            var admitted = status < 400 ? _successes++ < _options.SuccessesPerSecond : _failures++ < _options.FailuresPerSecond;
            if (!admitted) _leftOut++;
            return admitted;
        }
    }

    public void Add(RequestLog row)
    {
        if (!_batches.TryAdd(row)) Interlocked.Increment(ref _leftOut);
    }

    public Task Flush() => _batches.Flush();

    public ValueTask DisposeAsync() => _batches.DisposeAsync();

    private static object?[] Values(PortalDbContext db, RequestLog row) =>
    [
        row.OrganizationId, row.Mode == ApiMode.Test ? "test" : "live", row.RequestId, row.CallerId, row.Method, row.Path, row.Operation,
        row.Status, row.Latency, row.ErrorCode, row.Address, row.UserAgent, row.Version, db.Stored(row.CreatedAt),
    ];
}
