using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Webhooks.Tester;

/// <summary>The inboxes of an organization and what arrived in them. Every fault is a <see cref="ProblemException"/>.</summary>
public sealed class TesterInboxes(PortalStore store, AuditLog audit, IdGenerator ids, TimeProvider time, IClusterSignals signals, TesterOptions options)
{
    private const string ReadScope = "webhooks:read";
    private const string WriteScope = "webhooks:write";
    private const int TokenBytes = 20;

    /// <summary>The inboxes, the oldest first.</summary>
    public async Task<IReadOnlyList<InboxView>> List(Actor actor, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, ReadScope);
        await using var db = store.Read(actor.Tenant);
        var rows = await db.TesterInboxes.OrderBy(row => row.Id)
            .Select(row => new { Row = row, Requests = db.TesterRequests.Count(request => request.InboxId == row.Id) }).ToListAsync(cancellation);
        return [.. rows.Select(found => Of(found.Row, found.Requests))];
    }

    /// <summary>Makes an inbox with an address of its own.</summary>
    public Task<InboxView> Create(Actor actor, string? name, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, WriteScope);
        Check(name, InboxAnswer.Default);
        var now = time.GetUtcNow();
        return store.Write(actor, async (db, token) =>
        {
            if (await db.TesterInboxes.CountAsync(token) >= options.MostInboxes)
                throw Problem.Conflict($"An organization has at most {options.MostInboxes} inboxes; delete one that is not needed any more.").AsException();
            var row = new TesterInbox
            {
                Id = ids.New("inbx"), Name = name!.Trim(), Token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes)), ContentType = "", Headers = "", Body = "",
                CreatedAt = now, UsedAt = now, Answer = InboxAnswer.Default,
            };
            db.TesterInboxes.Add(row);
            audit.Add(db, actor, "tester_inbox.created", "tester_inbox", row.Id, $"Made the inbox {row.Name}, to which anybody with its address can send.");
            return Of(row, 0);
        }, cancellation);
    }

    /// <summary>Changes an inbox's name and what it answers from now on.</summary>
    public Task Update(Actor actor, string id, string? name, InboxAnswer answer, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, WriteScope);
        Check(name, answer);
        return Change(actor, id, (_, row) =>
        {
            (row.Name, row.Answer, row.UsedAt) = (name!.Trim(), answer, time.GetUtcNow());
            return Task.CompletedTask;
        }, cancellation);
    }

    /// <summary>Takes away what arrived.</summary>
    public Task Clear(Actor actor, string id, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, WriteScope);
        return Change(actor, id, (db, _) => db.TesterRequests.Where(request => request.InboxId == id).ExecuteDeleteAsync(cancellation), cancellation);
    }

    /// <summary>Takes away the inbox: what is sent to its address from then on is answered 404.</summary>
    public Task Delete(Actor actor, string id, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, WriteScope);
        return Change(actor, id, (db, row) =>
        {
            db.TesterInboxes.Remove(row);
            audit.Add(db, actor, "tester_inbox.deleted", "tester_inbox", id, $"Deleted the inbox {row.Name} with what had arrived in it.");
            return Task.CompletedTask;
        }, cancellation);
    }

    /// <summary>What arrived in an inbox, the newest first.</summary>
    /// <param name="most">How many at most.</param>
    public async Task<InboxRequests> Requests(Actor actor, string inboxId, int most, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, ReadScope);
        await using var db = store.Read(actor.Tenant);
        var rows = await db.TesterRequests.Where(row => row.InboxId == inboxId).OrderByDescending(row => row.Id).Take(most + 1)
            .Select(row => new InboxRequestRow(row.Id, row.Method, row.Path, row.EventType, row.BodyBytes, row.Answered, row.CreatedAt)).ToListAsync(cancellation);
        return new([.. rows.Take(most)], rows.Count > most);
    }

    /// <summary>One request with its headers and body.</summary>
    public async Task<InboxRequest> Request(Actor actor, string id, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, ReadScope);
        await using var db = store.Read(actor.Tenant);
        if (!Faults.IsStorable(id) || await db.TesterRequests.FirstOrDefaultAsync(row => row.Id == id, cancellation) is not { } row)
            throw Problem.NotFound("request", id).AsException();
        var parts = JsonSerializer.Deserialize<string[]>(row.Headers)!;
        return new(
            new(row.Id, row.Method, row.Path, row.EventType, row.BodyBytes, row.Answered, row.CreatedAt), row.InboxId, row.Query,
            [.. parts.Chunk(2).Select(pair => KeyValuePair.Create(pair[0], pair[1]))], row.Body, row.Address);
    }

    private Task<bool> Change(Actor actor, string id, Func<PortalDbContext, TesterInbox, Task> change, CancellationToken cancellation) =>
        store.Write(actor, async (db, token) =>
        {
            var row = Faults.IsStorable(id) ? await db.TesterInboxes.FirstOrDefaultAsync(row => row.Id == id, token) : null;
            await change(db, row ?? throw Problem.NotFound("inbox", id).AsException());
            db.AfterCommit(() => signals.Send(SignalTopics.TesterInbox, id));
            return true;
        }, cancellation);

    private static void Check(string? name, InboxAnswer answer)
    {
        var faults = new Faults();
        faults.Required("name", name, 100);
        answer.Check(faults);
        faults.ThrowIfAny();
    }

    private InboxView Of(TesterInbox row, int requests) => new(row.Id, row.Name, row.Token, row.Answer, row.CreatedAt, row.UsedAt + options.InboxLifetime, requests);
}
