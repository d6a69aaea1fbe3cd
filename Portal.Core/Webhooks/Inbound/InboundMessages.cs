using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Webhooks.Inbound;

/// <summary>A received message as the API answers with it.</summary>
public sealed record InboundMessageResource : IResource
{
    public static string Kind => "inbound_message";
    public static string Plural => "messages";

    /// <summary><c>inb_…</c></summary>
    public required string Id { get; init; }
    public required string SourceId { get; init; }
    public required string Provider { get; init; }

    /// <summary>The provider's id of the event, or <c>sha256:</c> and the body's hash where it gives none.</summary>
    public required string EventId { get; init; }

    /// <summary>The provider's event type; null where it names none.</summary>
    public required string? Type { get; init; }
    public required InboundStatus Status { get; init; }
    public required int Attempts { get; init; }

    /// <summary>When the next try is due; null once there is none.</summary>
    public required DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>Why the last try failed.</summary>
    public required string? Error { get; init; }
    public required int BodyBytes { get; init; }

    /// <summary>Secrets and signatures masked; null in lists.</summary>
    public required IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>As text; null in lists.</summary>
    public required string? Body { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset? ProcessedAt { get; init; }
}

/// <summary>Which messages are wanted; every part that is given must match.</summary>
public sealed record InboundMessageFilter
{
    /// <summary><c>received</c>, <c>processed</c>, <c>ignored</c> or <c>failed</c>.</summary>
    public string? Status { get; init; }
    public string? Type { get; init; }

    internal InboundStatus? Check()
    {
        var faults = new Faults();
        faults.OneOf("status", Status, [.. Enum.GetValues<InboundStatus>().Select(status => status.ToString().ToLowerInvariant())]);
        faults.Text("type", Type);
        faults.ThrowIfAny();
        return Status is null ? null : Enum.Parse<InboundStatus>(Status, ignoreCase: true);
    }
}

/// <summary>The messages that a tenant's sources received. Every fault is a <see cref="ProblemException"/>.</summary>
public sealed class InboundMessages(PortalStore store, IClusterSignals signals, TimeProvider time)
{
    private static readonly Sorting<Row> Sorting = new Sorting<Row>(InboundMessageResource.Plural, row => row.Message.Id)
        .By("created_at", row => row.Message.CreatedAt);

    /// <summary>The fields that a list can be sorted by.</summary>
    public static IEnumerable<string> SortFields => Sorting.Fields;

    public async Task<Page<InboundMessageResource>> List(Tenant tenant, string sourceId, InboundMessageFilter filter, PageRequest page, CancellationToken cancellation)
    {
        var status = filter.Check();
        await using var db = store.Read(tenant);
        await InboundSources.Find(db, sourceId, cancellation);
        var rows = db.InboundMessages.Where(message => message.SourceId == sourceId);
        if (status is { } wanted) rows = rows.Where(message => message.Status == wanted);
        if (filter.Type is { } type) rows = rows.Where(message => message.Type == type);
        return (await Sorting.Cut(WithoutBodies(rows), page, cancellation)).Select(row => Resource(row.Message, row.BodyBytes));
    }

    public async Task<InboundMessageResource> Get(Tenant tenant, string sourceId, string id, CancellationToken cancellation)
    {
        await using var db = store.Read(tenant);
        var message = await Find(db, sourceId, id, cancellation);
        return Resource(message, message.Body.Length) with
        {
            Headers = JsonSerializer.Deserialize<Dictionary<string, string>>(message.Headers, PortalJson.Options),
            Body = Encoding.UTF8.GetString(message.Body),
        };
    }

    /// <summary>Lets a message that failed or was ignored be processed after all, with all its tries before it.</summary>
    public Task<InboundMessageResource> Retry(Actor actor, string sourceId, string id, CancellationToken cancellation) =>
        store.Write(actor, async (db, token) =>
        {
            var source = await InboundSources.Find(db, sourceId, token);
            var message = await Find(db, sourceId, id, token);
            if (message.Status is not (InboundStatus.Failed or InboundStatus.Ignored))
                throw Problem.Conflict($"The message is {message.Status.ToString().ToLowerInvariant()}; only failed and ignored ones can be tried again.", ("status", message.Status.ToString().ToLowerInvariant())).AsException();
            if (message.Status == InboundStatus.Failed) source.FailedCount--;
            (message.Status, message.Attempts, message.Error, message.ProcessedAt) = (InboundStatus.Received, 0, null, null);
            (message.DueAt, message.LeaseUntil) = (time.GetUtcNow(), null);
            db.AfterCommit(() => signals.Send(SignalTopics.InboundMessage, sourceId));
            return Resource(message, message.Body.Length);
        }, cancellation);

    // A page of bodies could be a hundred megabytes.
    private static IQueryable<Row> WithoutBodies(IQueryable<InboundMessage> messages) => messages.Select(message => new Row
    {
        BodyBytes = message.Body.Length,
        Message = new InboundMessage
        {
            Id = message.Id, SourceId = message.SourceId, Provider = message.Provider, EventId = message.EventId, Type = message.Type, Headers = "", Body = Array.Empty<byte>(),
            Status = message.Status, Attempts = message.Attempts, DueAt = message.DueAt, Error = message.Error, CreatedAt = message.CreatedAt, ProcessedAt = message.ProcessedAt,
        },
    });

    private static async Task<InboundMessage> Find(PortalDbContext db, string sourceId, string id, CancellationToken cancellation) =>
        Faults.IsStorable(id) && Faults.IsStorable(sourceId) && await db.InboundMessages.FirstOrDefaultAsync(row => row.Id == id && row.SourceId == sourceId, cancellation) is { } message
            ? message
            : throw Problem.NotFound("inbound message", id).AsException();

    private static InboundMessageResource Resource(InboundMessage row, int bytes) => new()
    {
        Id = row.Id,
        SourceId = row.SourceId,
        Provider = row.Provider,
        EventId = row.EventId,
        Type = row.Type,
        Status = row.Status,
        Attempts = row.Attempts,
        NextAttemptAt = row.DueAt,
        Error = row.Error,
        BodyBytes = bytes,
        Headers = null,
        Body = null,
        CreatedAt = row.CreatedAt,
        ProcessedAt = row.ProcessedAt,
    };

    private sealed class Row
    {
        public required InboundMessage Message { get; init; }
        public required int BodyBytes { get; init; }
    }
}
