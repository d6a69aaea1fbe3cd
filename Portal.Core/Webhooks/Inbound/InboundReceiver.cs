using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Gateway;
using Portal.Core.Shared;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Problems;
using Portal.Core.Webhooks.Inbound.Providers;

namespace Portal.Core.Webhooks.Inbound;

/// <summary>What became of a provider's request.</summary>
/// <param name="Source">Whose it is, where that is certain.</param>
/// <param name="Refusal">Why it was not taken; null when it was.</param>
internal sealed record InboundOutcome(InboundCandidate? Source, Problem? Refusal)
{
    /// <summary>The message's id, also that of the first of two.</summary>
    public string? MessageId { get; init; }

    /// <summary>Whether the message had been taken before.</summary>
    public bool Duplicate { get; init; }

    /// <summary>What the provider wants to have repeated; then there is no message.</summary>
    public string? Challenge { get; init; }

    /// <summary>Seconds until a request is looked at again, where too many were refused.</summary>
    public long? RetryAfter { get; init; }
}

/// <summary>Takes providers' requests: checks the signature, and makes the message durable before it is answered.</summary>
internal sealed class InboundReceiver(
    PortalStore store, InboundRegistry registry, InboundRejections rejections, InboundLimits limits, PublicAddress publicAddress, IClusterSignals signals, IdGenerator ids, TimeProvider time)
{
    /// <summary>Most characters of an event's id and type that are kept.</summary>
    public const int LongestName = 200;

    private static readonly SecretMask Mask = new([]);

    /// <param name="sourceId">The source that the address names; null tries all of the provider.</param>
    public async Task<InboundOutcome> Receive(string provider, string? sourceId, InboundRequest request, CancellationToken cancellation)
    {
        if (InboundProviders.Find(provider) is not { } known) return new(null, Problem.NotFound("webhook provider", provider));
        var candidates = await registry.Candidates(known, sourceId, cancellation);
        if (candidates.Count == 0) return new(null, sourceId is null ? NoSource(known) : Problem.NotFound("inbound source", sourceId));
        var only = candidates.Count == 1 ? candidates[0] : null;
        var window = limits.Window(request.Sender, only?.Id ?? provider);
        if (limits.Refusal(window) is var (overrun, seconds)) return new(only, overrun) { RetryAfter = seconds };
        InboundRefusal? refusal = null;
        foreach (var candidate in candidates)
        {
            refusal = Verify(candidate, request);
            if (refusal is null) return await Take(candidate, request, cancellation);
        }

        limits.CountFailure(window);
        if (only is not null) await rejections.Note(only, refusal!, cancellation);
        return new(only, Unverified(known, only?.Hmac, refusal!));
    }

    private InboundRefusal? Verify(InboundCandidate candidate, InboundRequest request)
    {
        var now = time.GetUtcNow();
        var refusal = new InboundRefusal(candidate.Provider.SignatureHeader(candidate.Hmac), "The source has no secret that can be read.");
        foreach (var (secret, until) in candidate.Secrets)
        {
            if (until <= now) continue;
            var found = candidate.Provider.Verify(request, new InboundKey(secret, Addresses(candidate, request), candidate.Hmac), now);
            if (found is null) return null;
            refusal = found;
        }

        return refusal;
    }

    // Behind a proxy the server sees another scheme and host than the provider called. The signature decides, so that
    // trying what the request itself says opens nothing.
    private string[] Addresses(InboundCandidate candidate, InboundRequest request)
    {
        var query = request.PathAndQuery.IndexOf('?', StringComparison.Ordinal) is >= 0 and var at ? request.PathAndQuery[at..] : "";
        string[] addresses = [publicAddress.Of(request.PathAndQuery), request.Address];
        return [.. (candidate.Url is { } url ? [url.Split('?')[0] + query, .. addresses] : addresses).Distinct(StringComparer.Ordinal)];
    }

    private async Task<InboundOutcome> Take(InboundCandidate candidate, InboundRequest request, CancellationToken cancellation)
    {
        var provider = candidate.Provider;
        if (provider.Challenge(request) is { } challenge) return new(candidate, null) { Challenge = challenge };
        var type = Name(provider.EventType(request, candidate.Hmac));
        var message = new InboundMessage
        {
            Id = ids.New("inb"),
            SourceId = candidate.Id,
            Provider = provider.Name,
            EventId = EventIdOf(candidate, request),
            Type = type,
            Headers = Headers(candidate, request),
            ContentType = Name(request.ContentType),
            Body = request.Body,
            Status = candidate.Events.Count == 0 || type is null || candidate.Events.Contains(type) ? InboundStatus.Received : InboundStatus.Ignored,
            CreatedAt = time.GetUtcNow(),
        };
        if (message.Status == InboundStatus.Received) message.DueAt = message.CreatedAt;
        var (known, taken) = await store.Write(candidate.Tenant, (db, token) => Keep(db, message, token), cancellation);
        if (!taken && known is null) return new(null, Problem.NotFound("inbound source", candidate.Id));
        return new(candidate, null) { MessageId = known ?? message.Id, Duplicate = known is not null };
    }

    private async Task<(string? Known, bool Taken)> Keep(PortalDbContext db, InboundMessage message, CancellationToken cancellation)
    {
        var source = await db.InboundSources.FirstOrDefaultAsync(row => row.Id == message.SourceId && row.Active, cancellation);
        if (source is null) return (null, false);
        var known = await db.InboundMessages.Where(row => row.SourceId == message.SourceId && row.EventId == message.EventId).Select(row => row.Id).FirstOrDefaultAsync(cancellation);
        if (known is not null) return (known, false);
        db.InboundMessages.Add(message);
        // Once a second is as fine as anybody reads it; more would have messages at once wait for each other.
        if (source.LastReceivedAt is not { } last || message.CreatedAt - last >= TimeSpan.FromSeconds(1)) source.LastReceivedAt = message.CreatedAt;
        if (message.Status == InboundStatus.Received) db.AfterCommit(() => signals.Send(SignalTopics.InboundMessage, message.SourceId));
        return (null, true);
    }

    private static string EventIdOf(InboundCandidate candidate, InboundRequest request)
    {
        var id = candidate.Provider.EventId(request, candidate.Hmac);
        if (string.IsNullOrWhiteSpace(id)) return "sha256:" + Convert.ToHexStringLower(SHA256.HashData(request.Body));
        // A cut id could be another event's.
        return id.Length <= LongestName && Faults.IsStorable(id) ? id : "sha256:" + Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(id)));
    }

    private static string Headers(InboundCandidate candidate, InboundRequest request)
    {
        var signature = candidate.Provider.SignatureHeader(candidate.Hmac);
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in request.Headers)
            headers[name] = name.Equals(signature, StringComparison.OrdinalIgnoreCase) ? SecretMask.Mask : Mask.Header(name, value);
        return JsonSerializer.Serialize(headers, PortalJson.Options);
    }

    private static string? Name(string? text) => string.IsNullOrWhiteSpace(text) || !Faults.IsStorable(text) ? null : TextCut.To(text, LongestName);

    private static Problem NoSource(InboundProvider provider) => new(ErrorCode.NotFound, $"Nobody has set up {provider.Title} here.")
    {
        Details = Problem.Pairs(("resource", "inbound source"), ("provider", provider.Name)),
    };

    private static Problem Unverified(InboundProvider provider, HmacSettings? hmac, InboundRefusal refusal) => new(ErrorCode.AuthenticationFailed, "The request's signature does not hold.")
    {
        Details = Problem.Pairs(("provider", provider.Name), ("header", refusal.Header), ("reason", refusal.Reason), ("expected", provider.Expects(hmac))),
    };
}

/// <summary>Leaves on a source what was refused in its name. One write a second at most, whoever floods it.</summary>
internal sealed class InboundRejections(PortalStore store, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, Waiting> _waiting = new(StringComparer.Ordinal);

    public async Task Note(InboundCandidate candidate, InboundRefusal refusal, CancellationToken cancellation)
    {
        var waiting = _waiting.GetOrAdd(candidate.Id, _ => new Waiting());
        var now = time.GetUtcNow();
        var count = waiting.Count(now);
        if (count == 0) return;
        await store.Write(candidate.Tenant, async (db, token) =>
        {
            if (await db.InboundSources.FirstOrDefaultAsync(row => row.Id == candidate.Id, token) is not { } source) return false;
            source.RejectedCount += count;
            (source.LastRejectedAt, source.LastRejection) = (now, refusal.Reason);
            return true;
        }, cancellation);
    }

    private sealed class Waiting
    {
        private readonly Lock _gate = new();
        private DateTimeOffset _written = DateTimeOffset.MinValue;
        private int _count;

        /// <summary>Counts one; those that are to be written now, or 0.</summary>
        public int Count(DateTimeOffset now)
        {
            lock (_gate)
            {
                _count++;
                if (now - _written < Pause) return 0;
                _written = now;
                var all = _count;
                _count = 0;
                return all;
            }
        }
    }
}
