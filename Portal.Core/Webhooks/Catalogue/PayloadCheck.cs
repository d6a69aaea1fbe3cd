using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Json.Schema;

namespace Portal.Core.Webhooks.Catalogue;

/// <summary>Something in a payload that does not fit.</summary>
/// <param name="Path">As <c>data.items[0].amount</c>.</param>
/// <param name="Reason">A sentence for a person.</param>
/// <param name="Line">From 1, where the text is no JSON; else null.</param>
public sealed record PayloadFault(string Path, string Reason, int? Line = null);

/// <summary>Checks a payload while it is written, as it is checked when it is published.</summary>
public static class PayloadCheck
{
    /// <summary>What is wrong with a text as an instance of a schema.</summary>
    /// <param name="root">What the value is called in paths.</param>
    public static IReadOnlyList<PayloadFault> Of(JsonObject? schema, string text, string root = "data")
    {
        JsonElement value;
        try
        {
            value = JsonElement.Parse(text);
        }
        catch (JsonException e)
        {
            return [new(root, "This is not JSON.", (int?)e.LineNumber + 1)];
        }

        if (value.ValueKind != JsonValueKind.Object) return [new(root, "must be an object.")];
        if (JsonText.Fault(value, root) is { } unreadable) return [new(unreadable.Field, unreadable.Reason)];
        return schema is null ? [] : [.. SchemaValidator.Faults(JsonSerializer.SerializeToElement(schema), value, root).Select(fault => new PayloadFault(fault.Field, fault.Reason))];
    }

    /// <summary>What is wrong with a text as a schema of an event type.</summary>
    public static IReadOnlyList<PayloadFault> OfSchema(string text)
    {
        var faults = Of(null, text, "schema");
        return faults.Count > 0 ? faults : [.. SchemaRules.Faults(JsonElement.Parse(text), "schema").Take(20).Select(fault => new PayloadFault(fault.Field, fault.Reason))];
    }
}
