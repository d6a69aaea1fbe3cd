using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Gateway;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;
using Portal.Core.Shared.Limits;

namespace Portal.Core.Webhooks.Tester;

/// <summary>A request on its way into an inbox.</summary>
/// <param name="Path">What follows the token, as it was sent.</param>
/// <param name="Query">Without its question mark.</param>
/// <param name="Body">At most as many bytes as are kept.</param>
/// <param name="BodyBytes">How long it was.</param>
/// <param name="Address">Where it came from; null where the portal itself delivers it.</param>
internal sealed record ArrivingRequest(string Method, string Path, string Query, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body, long BodyBytes, string? Address);

/// <summary>What became of it.</summary>
/// <param name="Answer">What to answer; null where it was not kept.</param>
/// <param name="Wait">How long to wait where the inbox takes no more for now; null where there is no such inbox.</param>
internal sealed record Reception(InboxAnswer? Answer, TimeSpan? Wait = null);

/// <summary>Puts requests into inboxes, from whomever.</summary>
internal sealed class InboxReceiver(PortalStore store, WindowRegistry windows, IdGenerator ids, TimeProvider time, IClusterSignals signals, TesterOptions options)
{
    private const int LongestPath = 2000;
    private const int LongestHeaders = 32 * 1024;

    public async Task<Reception> Receive(string token, ArrivingRequest request, CancellationToken cancellation)
    {
        if (await Find(token, cancellation) is not { } inbox) return new(null);
        LimitWindow[] window = [windows.Get(LimitRank.Key, inbox.Id, "inbox", options.RequestsPerMinute)];
        var admitted = LimitSet.Acquire(window, time.GetMilliseconds());
        if (!admitted.Admitted) return new(null, TimeSpan.FromMilliseconds(admitted.RetryAfterMilliseconds));
        await Keep(inbox, request, cancellation);
        return new(inbox.Answer);
    }

    private async Task<TesterInbox?> Find(string token, CancellationToken cancellation)
    {
        if (token.Length is 0 or > 100 || !token.All(char.IsAscii)) return null;
        await using var db = store.ReadAcross();
        return await db.Across<TesterInbox>().FirstOrDefaultAsync(row => row.Token == token, cancellation);
    }

    private Task<bool> Keep(TesterInbox inbox, ArrivingRequest request, CancellationToken cancellation) =>
        store.Write(new Tenant(inbox.OrganizationId, inbox.Mode), async (db, token) =>
        {
            var now = time.GetUtcNow();
            // No row: the inbox was deleted since it was looked up.
            if (await db.TesterInboxes.Where(row => row.Id == inbox.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.UsedAt, now), token) == 0) return false;
            var oldest = await db.TesterRequests.Where(row => row.InboxId == inbox.Id).OrderByDescending(row => row.Id)
                .Select(row => row.Id).Skip(options.RequestsKept - 1).FirstOrDefaultAsync(token);
            if (oldest is not null) await db.TesterRequests.Where(row => row.InboxId == inbox.Id && row.Id.CompareTo(oldest) <= 0).ExecuteDeleteAsync(token);
            db.TesterRequests.Add(Row(inbox, request, now));
            db.AfterCommit(() => signals.Send(SignalTopics.TesterInbox, inbox.Id));
            return true;
        }, cancellation);

    private TesterRequest Row(TesterInbox inbox, ArrivingRequest request, DateTimeOffset now) => new()
    {
        Id = ids.New("treq"), InboxId = inbox.Id, Method = Storable(request.Method, 20), Path = Storable(request.Path, LongestPath), Query = Storable(request.Query, LongestPath),
        Headers = JsonSerializer.Serialize(Kept(request.Headers)), Body = request.Body, BodyBytes = request.BodyBytes, EventType = EventTypeOf(request.Body),
        Address = request.Address, Answered = inbox.Fault == InboxFault.Reset ? 0 : inbox.Status, CreatedAt = now,
    };

    private static List<string> Kept(IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        var kept = new List<string>();
        var length = 0;
        foreach (var (name, value) in headers)
        {
            // The inbox has the portal's origin: a browser that is led here sends its session along, which is for nobody to read.
            var shown = Storable(name.Equals("Cookie", StringComparison.OrdinalIgnoreCase) ? CookieNames(value) : value, LongestHeaders);
            if ((length += name.Length + shown.Length) > LongestHeaders) break;
            kept.AddRange([name, shown]);
        }

        return kept;
    }

    private static string CookieNames(string value) => string.Join("; ", value.Split(';').Select(cookie => cookie.Split('=', 2)[0].Trim() + "=…"));

    private static string Storable(string text, int longest)
    {
        var clean = string.Concat(text.Where(letter => !char.IsControl(letter) && !char.IsSurrogate(letter)));
        return clean.Length <= longest ? clean : clean[..longest];
    }

    private static string? EventTypeOf(byte[] body)
    {
        if (body is not [(byte)'{', ..]) return null;
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.GetString() is { Length: > 0 and <= 100 } name ? Storable(name, 100) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // What is no JSON, or no Unicode, is no event.
            return null;
        }
    }
}
