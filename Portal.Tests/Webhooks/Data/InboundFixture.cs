using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Webhooks.Inbound;
using Portal.Tests.Crm.Data;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Webhooks.Data;

/// <summary>What the tests of inbound webhooks share: requests of QuoteIQ and GitHub as they sign them.</summary>
public abstract class InboundFixture(CoreHost core) : CrmTests(core)
{
    protected const string Secret = "whk_live_123456789";

    protected InboundSources Sources => Core.Get<InboundSources>();
    protected InboundMessages Messages => Core.Get<InboundMessages>();
    private protected InboundReceiver Receiver => Core.Get<InboundReceiver>();
    private protected InboundQueue Queue => Core.Get<InboundQueue>();

    protected Task<InboundSourceResource> NewSource(string provider = "quoteiq", string secret = Secret, params string[] events) =>
        Sources.Create(Actor, new InboundSourceInput { Provider = provider, Secret = secret, Events = events }, None);

    protected static string Quote(string id, decimal amount = 1500, string? email = "jane@company.com", string? name = "Jane Smith", string? type = "quote.created", string? eventId = null)
    {
        var fields = new Dictionary<string, object?>(StringComparer.Ordinal) { ["event"] = type, ["event_id"] = eventId, ["quote_id"] = id, ["amount"] = amount, ["customer_name"] = name, ["customer_email"] = email };
        return System.Text.Json.JsonSerializer.Serialize(fields.Where(field => field.Value is not null).ToDictionary(field => field.Key, field => field.Value, StringComparer.Ordinal));
    }

    private protected static InboundRequest QuoteIq(string body, string secret = Secret) => Request(body, ("X-QuoteIQ-Signature", Sign(body, secret)), ("Content-Type", "application/json"));

    private protected static InboundRequest GitHub(string body, string delivery = "d1", string secret = Secret, string contentType = "application/json") =>
        Request(body, ("X-Hub-Signature-256", "sha256=" + Sign(body, secret)), ("X-GitHub-Delivery", delivery), ("X-GitHub-Event", "push"), ("Content-Type", contentType));

    private protected static InboundRequest Request(string body, params (string Name, string Value)[] headers) =>
        new("http://localhost/webhooks/x", "/webhooks/x", [.. headers.Select(header => KeyValuePair.Create(header.Name, header.Value))], Encoding.UTF8.GetBytes(body));

    protected static string Sign(string body, string secret) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(body)));

    /// <summary>Receives a request that must be taken.</summary>
    private protected async Task<InboundOutcome> Taken(string sourceId, InboundRequest request)
    {
        var provider = request.Header("X-GitHub-Event") is null ? "quoteiq" : "github";
        var outcome = await Receiver.Receive(provider, sourceId, request, None);
        Assert.Null(outcome.Refusal);
        return outcome;
    }

    /// <summary>Another worker on the same database, with adapters of its own.</summary>
    private protected InboundQueue Worker(params IInboundAdapter[] adapters) =>
        new(Core.Get<PortalStore>(), adapters, Core.Get<IClusterSignals>(), Core.Time, NullLogger<InboundQueue>.Instance);

    protected async Task<InboundMessage> Stored(string id)
    {
        await using var db = Core.Get<PortalStore>().Read(Tenant);
        return await db.InboundMessages.SingleAsync(message => message.Id == id);
    }
}
