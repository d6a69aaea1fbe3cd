using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Gateway;

/// <summary>The request log of a tenant, for those with the scope <c>usage:read</c>.</summary>
public sealed class RequestLogReader(PortalStore store, RequestLogWriter writer, CallerNames names)
{
    private const string Scope = "usage:read";

    /// <summary>The newest rows that match, or those that are older than a place; newest first.</summary>
    /// <param name="actor">Who asks; their tenant's rows are shown.</param>
    /// <param name="filter">Every part that is given must match.</param>
    /// <param name="before">The last row of an earlier answer; null for the newest.</param>
    /// <param name="most">1 to 200 rows.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public async Task<RequestLogPage> List(Actor actor, RequestLogFilter filter, RequestLogPlace? before, int most, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, Scope);
        filter.Check();
        await using var db = store.Read(actor.Tenant);
        var rows = Matching(db.RequestLogs, filter);
        if (before is { } place) rows = rows.Where(row => row.CreatedAt < place.CreatedAt || (row.CreatedAt == place.CreatedAt && row.Id < place.Id));
        var found = await rows.OrderByDescending(row => row.CreatedAt).ThenByDescending(row => row.Id).Take(Math.Clamp(most, 1, 200) + 1)
            .Select(row => new RequestLogRow(
                row.Id, row.RequestId, row.CallerId, "", row.Method, row.Path, row.Operation, row.Status, row.Latency, row.ErrorCode, row.CreatedAt))
            .ToListAsync(cancellation);
        var hasMore = found.Count > most;
        if (hasMore) found.RemoveAt(found.Count - 1);
        var callers = await names.Of(db, actor.Tenant.OrganizationId, found.Select(row => row.CallerId), cancellation);
        return new RequestLogPage([.. found.Select(row => row with { CallerName = callers[row.CallerId] })], hasMore);
    }

    /// <summary>
    /// One call with all that the log keeps of it; what waits to be written is written first. Who asks as a user finds it in
    /// either mode of the organization, since a link to a call says nothing of its mode.
    /// </summary>
    /// <exception cref="ProblemException">RESOURCE_NOT_FOUND: the tenant's log has no such call, or not any more.</exception>
    public async Task<RequestLogEntry> Get(Actor actor, string requestId, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, Scope);
        await writer.Flush();
        await using var db = store.Read(actor.Tenant);
        var rows = actor.UserId is null ? db.RequestLogs : db.Across<RequestLog>().Where(row => row.OrganizationId == actor.Tenant.OrganizationId);
        var row = Faults.IsStorable(requestId) ? await rows.FirstOrDefaultAsync(row => row.RequestId == requestId, cancellation) : null;
        if (row is null) throw Problem.NotFound("logged request", requestId).AsException();
        var callers = await names.Of(db, actor.Tenant.OrganizationId, [row.CallerId], cancellation);
        return new RequestLogEntry(
            new RequestLogRow(row.Id, row.RequestId, row.CallerId, callers[row.CallerId], row.Method, row.Path, row.Operation, row.Status, row.Latency, row.ErrorCode, row.CreatedAt),
            row.Mode, row.Query, row.Address, row.UserAgent, row.Version,
            row.Exchange is null ? null : JsonSerializer.Deserialize<Exchange>(row.Exchange, PortalJson.Options));
    }

    /// <summary>The calls just after and just before a place, of those that match.</summary>
    public async Task<RequestLogNeighbors> Around(Actor actor, RequestLogFilter filter, RequestLogPlace place, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, Scope);
        filter.Check();
        await using var db = store.Read(actor.Tenant);
        var rows = Matching(db.RequestLogs, filter);
        return new RequestLogNeighbors(
            await rows.Where(row => row.CreatedAt > place.CreatedAt || (row.CreatedAt == place.CreatedAt && row.Id > place.Id))
                .OrderBy(row => row.CreatedAt).ThenBy(row => row.Id).Select(row => row.RequestId).FirstOrDefaultAsync(cancellation),
            await rows.Where(row => row.CreatedAt < place.CreatedAt || (row.CreatedAt == place.CreatedAt && row.Id < place.Id))
                .OrderByDescending(row => row.CreatedAt).ThenByDescending(row => row.Id).Select(row => row.RequestId).FirstOrDefaultAsync(cancellation));
    }

    /// <summary>How many matching calls there were in equal spans of time, by how they ended.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="filter">Its <see cref="RequestLogFilter.From"/> and <see cref="RequestLogFilter.To"/> are required: they bound the histogram.</param>
    /// <param name="step">A span's length in whole seconds, at least one.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>A span for each step, oldest first, those without calls included; at most 1,000.</returns>
    public async Task<IReadOnlyList<StatusSpan>> Histogram(Actor actor, RequestLogFilter filter, TimeSpan step, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, Scope);
        filter.Check();
        if (filter is not { From: { } from, To: { } to }) throw new ArgumentException("A histogram needs both of its ends.", nameof(filter));
        var spans = new Spans(from, to, step);
        await using var db = store.Read(actor.Tenant);
        var seconds = spans.Seconds;
        var counts = await Matching(db.RequestLogs, filter)
            .GroupBy(row => SqlTime.Seconds(row.CreatedAt) / seconds)
            .Select(rows => new
            {
                rows.Key,
                Succeeded = rows.Count(row => row.Status < 400),
                ClientErrors = rows.Count(row => row.Status >= 400 && row.Status < 500 && row.Status != 429),
                Refused = rows.Count(row => row.Status == 429),
                ServerErrors = rows.Count(row => row.Status >= 500),
            })
            .ToDictionaryAsync(row => row.Key, cancellation);
        return spans.Select((key, start) => counts.TryGetValue(key, out var row)
            ? new StatusSpan(start, row.Succeeded, row.ClientErrors, row.Refused, row.ServerErrors)
            : new StatusSpan(start, 0, 0, 0, 0));
    }

    private static IQueryable<RequestLog> Matching(IQueryable<RequestLog> rows, RequestLogFilter filter)
    {
        if (filter.From is { } from) rows = rows.Where(row => row.CreatedAt >= from);
        if (filter.To is { } to) rows = rows.Where(row => row.CreatedAt < to);
        if (filter.CallerId is { } caller) rows = rows.Where(row => row.CallerId == caller);
        if (filter.Method is { } method) rows = rows.Where(row => row.Method == method);
        if (filter.Operation is { } operation) rows = rows.Where(row => row.Operation == operation);
        if (filter.ErrorCode is { } code) rows = rows.Where(row => row.ErrorCode == code);
        if (filter.RequestId is { } id) rows = rows.Where(row => row.RequestId == id);
        if (filter.LatencyAtLeast is { } latency) rows = rows.Where(row => row.Latency >= latency);
        if (filter.Status is { } status)
            rows = status < 10 ? rows.Where(row => row.Status >= status * 100 && row.Status < (status + 1) * 100) : rows.Where(row => row.Status == status);
        if (!string.IsNullOrEmpty(filter.Path))
        {
            var part = SqlText.Fold(filter.Path)!;
            rows = rows.Where(row => SqlText.Fold(row.Path)!.Contains(part));
        }

        return rows;
    }
}

/// <summary>Which rows of the request log are wanted; every part that is given must match.</summary>
public sealed record RequestLogFilter
{
    /// <summary>From this moment on.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Before this moment.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>An HTTP status, or a class of them by its first digit: 2, 3, 4 or 5.</summary>
    public int? Status { get; init; }
    public string? Method { get; init; }

    /// <summary>The operation's id.</summary>
    public string? Operation { get; init; }

    /// <summary>The API key's or user's id.</summary>
    public string? CallerId { get; init; }

    /// <summary>Part of the path, in any case.</summary>
    public string? Path { get; init; }
    public string? ErrorCode { get; init; }
    public string? RequestId { get; init; }

    /// <summary>In microseconds.</summary>
    public long? LatencyAtLeast { get; init; }

    internal void Check()
    {
        var faults = new Faults();
        faults.Text("method", Method);
        faults.Text("operation", Operation);
        faults.Text("caller_id", CallerId);
        faults.Text("path", Path, 500);
        faults.Text("error_code", ErrorCode);
        faults.Text("request_id", RequestId);
        faults.ThrowIfAny();
    }
}

/// <summary>A place in the log: just after this row.</summary>
public readonly record struct RequestLogPlace(DateTimeOffset CreatedAt, long Id);

/// <summary>The ids of a call's neighbours; null where there is none.</summary>
public sealed record RequestLogNeighbors(string? Newer, string? Older);

/// <summary>A part of the log.</summary>
/// <param name="HasMore">Whether older rows match too.</param>
public sealed record RequestLogPage(IReadOnlyList<RequestLogRow> Rows, bool HasMore);

/// <summary>A call in the log's list.</summary>
/// <param name="Latency">In microseconds.</param>
public sealed record RequestLogRow(
    long Id, string RequestId, string CallerId, string CallerName, string Method, string Path, string Operation, int Status, long Latency, string? ErrorCode,
    DateTimeOffset CreatedAt)
{
    /// <summary>Where the rows after this one begin.</summary>
    public RequestLogPlace Place => new(CreatedAt, Id);
}

/// <summary>A call with all that is kept of it.</summary>
/// <param name="Exchange">Headers, bodies and limits; null where they were not kept.</param>
public sealed record RequestLogEntry(RequestLogRow Row, ApiMode Mode, string? Query, string? Address, string? UserAgent, string Version, Exchange? Exchange);

/// <summary>Calls in a span of time by how they ended.</summary>
/// <param name="ClientErrors">400 to 499 other than 429.</param>
/// <param name="Refused">429.</param>
public sealed record StatusSpan(DateTimeOffset Start, long Succeeded, long ClientErrors, long Refused, long ServerErrors)
{
    public long Total => Succeeded + ClientErrors + Refused + ServerErrors;
}
