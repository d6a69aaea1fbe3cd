using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Gateway;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Problems;

namespace Portal.Api.Gateway;

/// <summary>
/// <c>Idempotency-Key</c> on POST: the first answer is kept for 24 hours and given again. It is stored in the transaction
/// of the change itself, so a crash leaves both or neither; refusals are not kept, since they changed nothing.
/// </summary>
internal sealed class Idempotency(PortalStore store, IDataProtectionProvider protection, TimeProvider time)
{
    public const string HeaderName = "Idempotency-Key";
    private const string ReplayedHeader = "Idempotency-Replayed";
    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    // Answers may hold secrets that are shown only once, such as a new key.
    private readonly IDataProtector _protector = protection.CreateProtector("Portal.IdempotencyRecord");
    private readonly ConcurrentDictionary<(string Caller, ApiMode Mode, string Key), bool> _running = new();

    /// <summary>Prepares a call that carries the header.</summary>
    /// <returns>The stored answer when there is one; else null, and the call carries its attempt.</returns>
    /// <exception cref="ProblemException">The key is unusable, belongs to another request, or its first request still runs.</exception>
    public async Task<Answer?> Begin(ApiCall call)
    {
        if (call.Policy.Method != HttpMethods.Post || call.Caller.Kind == CallerKind.Anonymous) return null;
        if (!call.Http.Request.Headers.TryGetValue(HeaderName, out var header)) return null;
        var key = header.ToString();
        if (key.Length is 0 or > IdempotencyRecord.LongestKey || key.Any(letter => letter is < ' ' or > '~'))
            throw Problem.Field(ErrorCode.WrongFormat, HeaderName, $"The key must be 1 to {IdempotencyRecord.LongestKey} printable ASCII characters.").AsException();

        var fingerprint = await Fingerprint(call.Http, call.Policy.Route);
        var running = (call.Caller.Id, call.Tenant.Mode, key);
        if (!_running.TryAdd(running, true))
            throw Problem.Conflict("A request with this idempotency key is being carried out; ask again in a moment.", ("idempotency_key", key)).AsException();
        call.Idempotency = new IdempotentAttempt(key, fingerprint, call, time.GetUtcNow(), _protector, () => _running.TryRemove(running, out _));
        return await Stored(call, key, fingerprint);
    }

    private async Task<Answer?> Stored(ApiCall call, string key, byte[] fingerprint)
    {
        await using var db = store.Read(call.Tenant);
        var record = await db.IdempotencyRecords.SingleOrDefaultAsync(row => row.CallerId == call.Caller.Id && row.Key == key, call.Http.RequestAborted);
        if (record is null) return null;
        if (record.CreatedAt < time.GetUtcNow() - Kept)
        {
            await Forget(call, key);
            return null;
        }

        if (!record.Fingerprint.AsSpan().SequenceEqual(fingerprint))
            throw Problem.Conflict("This idempotency key was used for another request.", ("idempotency_key", key)).AsException();
        call.Idempotency!.IsReplay = true;
        call.Http.Response.Headers[ReplayedHeader] = "true";
        return new Answer(record.Status, Value(record, call.Policy.ResponseType), record.Location);
    }

    // A sweep does this too, and may be first.
    private Task<int> Forget(ApiCall call, string key)
    {
        var before = time.GetUtcNow() - Kept;
        return store.Write(
            call.Tenant,
            (db, cancellation) => db.IdempotencyRecords.Where(row => row.CallerId == call.Caller.Id && row.Key == key && row.CreatedAt < before).ExecuteDeleteAsync(cancellation),
            call.Http.RequestAborted);
    }

    private object? Value(IdempotencyRecord record, Type? type)
    {
        if (record.Value is null) return null;
        var json = _protector.Unprotect(record.Value);
        return type is null ? JsonNode.Parse(json) : JsonSerializer.Deserialize(json, type, PortalJson.Options);
    }

    /// <summary>Keeps the answer of a call that changed nothing through the store, or that answers with something else than it stored.</summary>
    public async Task Finish(ApiCall call)
    {
        var attempt = call.Idempotency!;
        if (attempt.IsReplay || attempt.AnsweredStatus is not (>= 200 and < 300) || attempt.IsStored) return;
        await store.Write(call.Tenant, (db, _) =>
        {
            attempt.Store(db, attempt.AnsweredStatus, attempt.AnsweredValue, attempt.AnsweredLocation);
            return Task.FromResult(true);
        }, CancellationToken.None);
    }

    // The surface and version may differ between the tries: only what is asked for counts.
    private static async Task<byte[]> Fingerprint(HttpContext http, string route)
    {
        var body = await RequestBody.Read(http);
        var head = Encoding.UTF8.GetBytes($"{http.Request.Method}\n{route}\n{string.Join(',', http.Request.RouteValues.Values)}\n{http.Request.QueryString}\n");
        return SHA256.HashData([.. head, .. body]);
    }
}

/// <summary>One try of a request with an idempotency key.</summary>
internal sealed class IdempotentAttempt(string key, byte[] fingerprint, ApiCall call, DateTimeOffset now, IDataProtector protector, Action ended)
{
    private object? _storedValue;
    private string? _storedLocation;

    public bool IsReplay { get; set; }
    public int AnsweredStatus { get; private set; }
    public object? AnsweredValue { get; private set; }
    public string? AnsweredLocation { get; private set; }

    /// <summary>Whether what was answered is what the change's transaction kept.</summary>
    public bool IsStored => _storedValue is not null && ReferenceEquals(_storedValue, AnsweredValue) && _storedLocation == AnsweredLocation;

    /// <summary>Joins the change's transaction: keeps its result as the answer.</summary>
    public void Join(PortalDbContext db, object? result)
    {
        if (result is null or bool) return;
        // Where a created resource is found is not known before the handler says it; nearly always it is here.
        var location = call.Policy.SuccessStatus == StatusCodes.Status201Created && result is IResource { Id: var id } ? $"{call.Path}/{id}" : null;
        Store(db, call.Policy.SuccessStatus, result, location);
        (_storedValue, _storedLocation) = (result, location);
    }

    /// <summary>Told by the representation what the call answers.</summary>
    public void Answered(int status, object? value, string? location) => (AnsweredStatus, AnsweredValue, AnsweredLocation) = (status, value, location);

    public void Store(PortalDbContext db, int status, object? value, string? location)
    {
        var record = new IdempotencyRecord
        {
            CallerId = call.Caller.Id,
            Key = key,
            Fingerprint = fingerprint,
            Status = status,
            Value = value is null ? null : protector.Protect(JsonSerializer.Serialize(value, value.GetType(), PortalJson.Options)),
            Location = location,
            OrganizationId = call.Tenant.OrganizationId,
            Mode = call.Tenant.Mode,
            CreatedAt = now,
        };
        if (_storedValue is not null) db.IdempotencyRecords.Update(record);
        else db.IdempotencyRecords.Add(record);
    }

    public void End() => ended();
}
