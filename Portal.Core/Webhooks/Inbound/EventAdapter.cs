using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;
using Portal.Core.Shared.Json.Schema;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Webhooks.Inbound;

/// <summary>Hands a provider's message on to subscribers as an event of the portal: <c>inbound.received</c>.</summary>
internal sealed class EventAdapter(EventOutbox outbox) : IInboundAdapter
{
    private const string Kind = "inbound";

    public bool Handles(string provider) => true;

    public Task Handle(PortalDbContext db, InboundMessage message, CancellationToken cancellation)
    {
        outbox.Add(db, "inbound.received", Kind, message.Id, "received", new Received(message.Provider, message.SourceId, message.Type, message.EventId, Payload(message)));
        return Task.CompletedTask;
    }

    private static JsonObject Payload(InboundMessage message)
    {
        var request = new InboundRequest("", "", message.ContentType is { } type ? [new("Content-Type", type)] : [], message.Body);
        if (request.IsForm) return Form(request);
        var json = request.Json;
        if (json.ValueKind == JsonValueKind.Undefined) return new JsonObject { ["text"] = System.Text.Encoding.UTF8.GetString(message.Body) };
        if (JsonText.Fault(json, "body") is { } fault) throw Problem.Field(ErrorCode.WrongFormat, fault.Field, $"{fault.Field} {fault.Reason}").AsException();
        return json.ValueKind == JsonValueKind.Object ? JsonObject.Create(json)! : new JsonObject { ["value"] = json.ValueKind == JsonValueKind.Array ? JsonArray.Create(json) : JsonValue.Create(json) };
    }

    private static JsonObject Form(InboundRequest request)
    {
        var fields = new JsonObject();
        foreach (var field in request.Form.GroupBy(field => field.Key, StringComparer.Ordinal))
        {
            var values = field.Select(one => one.Value).ToList();
            fields[field.Key] = values.Count == 1 ? values[0] : new JsonArray([.. values.Select(value => (JsonNode)value)]);
        }

        return fields;
    }

    private sealed record Received(string Provider, string SourceId, string? Type, string EventId, JsonObject Payload);
}
