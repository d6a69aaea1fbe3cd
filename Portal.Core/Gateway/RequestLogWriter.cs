using System.Text.Json;
using Microsoft.Extensions.Logging;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Json;

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

    /// <summary>Whether rows keep headers and bodies, secrets masked; default true.</summary>
    public bool Bodies { get; set; } = true;

    /// <summary>Most bytes that a row keeps of each body; default 16,384.</summary>
    public int LargestBody { get; set; } = 16 * 1024;

    /// <summary>
    /// Fields of JSON bodies and query parameters that are masked beside those that the portal knows (passwords, keys,
    /// tokens, card numbers and their like); compared in any case.
    /// </summary>
    public List<string> MaskedFields { get; set; } = [];

    /// <summary>Days that rows are kept; default 30.</summary>
    public int RetentionDays { get; set; } = 30;

    public IEnumerable<string> Faults()
    {
        if (SuccessesPerSecond < 0) yield return "RequestLog:SuccessesPerSecond must not be negative.";
        if (FailuresPerSecond < 0) yield return "RequestLog:FailuresPerSecond must not be negative.";
        if (LargestBody is < 0 or > 1024 * 1024) yield return "RequestLog:LargestBody must be from 0 to 1048576 bytes.";
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
            "user_agent", "version", "created_at", "query", "exchange",
        ]);

    private readonly BatchWriter<Entry> _batches;
    private readonly SecretMask _mask;
    private readonly RequestLogOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private long _second;
    private int _successes;
    private int _failures;
    private long _leftOut;

    public RequestLogWriter(PortalStore store, IClusterSignals signals, RequestLogOptions options, TimeProvider time, ILogger<RequestLogWriter> logger)
    {
        _options = options;
        _time = time;
        _mask = new SecretMask(options.MaskedFields);
        _batches = new BatchWriter<Entry>(
            (rows, cancellation) => store.WriteAcross(async (db, token) =>
            {
                await Statement.Insert(db, rows, entry => Values(db, entry), token);
                var organizations = rows.Select(entry => entry.Row.OrganizationId).Distinct(StringComparer.Ordinal).ToArray();
                db.AfterCommit(() => Array.ForEach(organizations, id => signals.Send(SignalTopics.RequestLog, id)));
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

    /// <summary>
    /// Whether headers and bodies of a call that begins now are worth keeping at hand: whether it will probably get a row.
    /// </summary>
    public bool WantsExchange => _options.Bodies && (Volatile.Read(ref _successes) < _options.SuccessesPerSecond || _time.GetUtcNow().ToUnixTimeSeconds() != Volatile.Read(ref _second));

    /// <summary>Most bytes of a body that are kept.</summary>
    public int LargestBody => _options.LargestBody;

    /// <summary>Hands a row over; what it keeps of the exchange is masked before it is written.</summary>
    internal void Add(RequestLog row, CapturedExchange? exchange = null)
    {
        if (!_batches.TryAdd(new Entry(row, exchange))) Interlocked.Increment(ref _leftOut);
    }

    public Task Flush() => _batches.Flush();

    public ValueTask DisposeAsync() => _batches.DisposeAsync();

    private object?[] Values(PortalDbContext db, Entry entry)
    {
        var row = entry.Row;
        return
        [
            row.OrganizationId, row.Mode == ApiMode.Test ? "test" : "live", row.RequestId, row.CallerId, row.Method, row.Path, row.Operation,
            row.Status, row.Latency, row.ErrorCode, row.Address, row.UserAgent, row.Version, db.Stored(row.CreatedAt),
            _mask.Query(row.Query), entry.Exchange is { } exchange ? JsonSerializer.Serialize(exchange.Masked(_mask), PortalJson.Options) : null,
        ];
    }

    private readonly record struct Entry(RequestLog Row, CapturedExchange? Exchange);
}
