using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Portal.Core.Shared;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Webhooks.Inbound;

/// <summary>What is done with a verified message.</summary>
internal interface IInboundAdapter
{
    /// <summary>Whether this is how messages of a provider are handled; the first that says so does it.</summary>
    bool Handles(string provider);

    /// <summary>Does it in the unit of work that marks the message processed, so that it is done once.</summary>
    /// <exception cref="ProblemException">The message cannot be used, however often it is tried.</exception>
    Task Handle(PortalDbContext db, InboundMessage message, CancellationToken cancellation);
}

/// <summary>
/// Works on received messages: each until it was processed once, or given up. What a worker claims is its own until the
/// lease ends; a result counts only while no other worker has claimed the message since.
/// </summary>
internal sealed class InboundQueue(
    PortalStore store, IEnumerable<IInboundAdapter> adapters, IClusterSignals signals, TimeProvider time, ILogger<InboundQueue> logger)
{
    /// <summary>How long a claimed message is a worker's; afterwards another takes it for abandoned.</summary>
    internal static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    /// <summary>The pauses after the first, second … failed try; after the last one the message is given up.</summary>
    internal static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(6),
    ];

    private const int BatchSize = 20;
    private const int LongestError = 500;

    // What is left of a lease must suffice for one unit of work.
    private static readonly TimeSpan LeastLease = TimeSpan.FromSeconds(10);

    /// <summary>Works on everything that is due.</summary>
    public async Task ProcessDue(CancellationToken cancellation)
    {
        while (await Claim(cancellation) is { Count: > 0 } messages)
            await Task.WhenAll(messages.GroupBy(message => message.SourceId, StringComparer.Ordinal).Select(source => InOrder(source, cancellation)));
    }

    // Sources wait for each other no longer than the database makes them; what one sends stays in its order.
    private async Task InOrder(IEnumerable<InboundMessage> messages, CancellationToken cancellation)
    {
        foreach (var message in messages)
        {
            if (message.LeaseUntil - LeastLease > time.GetUtcNow()) await Process(message, cancellation);
        }
    }

    /// <summary>Takes what is due for this worker alone, the oldest first.</summary>
    internal Task<List<InboundMessage>> Claim(CancellationToken cancellation) => store.WriteAcross(async (db, token) =>
    {
        var now = time.GetUtcNow();
        var due = await db.Across<InboundMessage>()
            .Where(message => message.DueAt != null && message.DueAt <= now && (message.LeaseUntil == null || message.LeaseUntil <= now))
            .OrderBy(message => message.DueAt).ThenBy(message => message.Id).Take(BatchSize).ToListAsync(token);
        foreach (var message in due)
        {
            message.LeaseUntil = now + Lease;
            message.Attempts++;
            message.Claim++;
        }

        return due;
    }, cancellation);

    /// <summary>Works on a claimed message and records how it went.</summary>
    internal async Task Process(InboundMessage claimed, CancellationToken cancellation)
    {
        if (claimed.Attempts > Pauses.Length + 1)
        {
            // No try came to an end: whatever it is, working on it ends the process.
            await GiveUp(claimed, $"The portal stopped {claimed.Attempts - 1} times while it worked on this.", cancellation);
            return;
        }

        try
        {
            await store.Write(new Tenant(claimed.OrganizationId, claimed.Mode), async (db, token) =>
            {
                if (await Mine(db, claimed, token) is not var (message, source)) return false;
                await adapters.First(adapter => adapter.Handles(message.Provider)).Handle(db, message, token);
                Settle(db, message, InboundStatus.Processed, null);
                source.ProcessedCount++;
                return true;
            }, cancellation);
        }
        catch (ProblemException e)
        {
            await GiveUp(claimed, Sentence(e.Problem), cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            logger.LogWarning(e, "Inbound message {MessageId} could not be processed at try {Attempt}", claimed.Id, claimed.Attempts);
            if (claimed.Attempts > Pauses.Length) await GiveUp(claimed, $"Given up after {claimed.Attempts} tries: {e.Message}", cancellation);
            else await Postpone(claimed, e.Message, cancellation);
        }
    }

    private Task<bool> GiveUp(InboundMessage claimed, string reason, CancellationToken cancellation) =>
        store.Write(new Tenant(claimed.OrganizationId, claimed.Mode), async (db, token) =>
        {
            if (await Mine(db, claimed, token) is not var (message, source)) return false;
            Settle(db, message, InboundStatus.Failed, reason);
            source.FailedCount++;
            return true;
        }, cancellation);

    private Task<bool> Postpone(InboundMessage claimed, string reason, CancellationToken cancellation) =>
        store.Write(new Tenant(claimed.OrganizationId, claimed.Mode), async (db, token) =>
        {
            if (await Mine(db, claimed, token) is not var (message, _)) return false;
            message.Error = Clip(reason);
            message.DueAt = time.GetUtcNow() + Pauses[message.Attempts - 1];
            message.LeaseUntil = null;
            return true;
        }, cancellation);

    private void Settle(PortalDbContext db, InboundMessage message, InboundStatus status, string? error)
    {
        (message.Status, message.Error) = (status, error is null ? null : Clip(error));
        (message.DueAt, message.LeaseUntil, message.ProcessedAt) = (null, null, time.GetUtcNow());
        db.AfterCommit(() => signals.Send(SignalTopics.InboundProcessed, message.SourceId));
    }

    // Both rows are written by whoever works on a source, so that of two at once one runs again and sees what the other made.
    private static async Task<(InboundMessage Message, InboundSource Source)?> Mine(PortalDbContext db, InboundMessage claimed, CancellationToken cancellation)
    {
        var message = await db.InboundMessages.SingleOrDefaultAsync(row => row.Id == claimed.Id && row.Claim == claimed.Claim && row.DueAt != null, cancellation);
        if (message is null) return null;
        return (message, await db.InboundSources.SingleAsync(row => row.Id == message.SourceId, cancellation));
    }

    private static string Sentence(Problem problem) =>
        problem.Errors.Count > 1 ? string.Join(' ', problem.Errors.Select(fault => fault.Reason)) : problem.Message;

    private static string Clip(string text) => TextCut.To(text.Replace("\0", "", StringComparison.Ordinal), LongestError);
}
