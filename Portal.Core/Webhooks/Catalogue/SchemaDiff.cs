using System.Text.Json;
using Portal.Core.Shared.Json.Schema;

namespace Portal.Core.Webhooks.Catalogue;

/// <summary>One difference between two versions of a schema.</summary>
/// <param name="Path">The field, as <c>data.items[].amount</c>.</param>
/// <param name="Change">A sentence for a person.</param>
/// <param name="Breaks">Whom it may break: <c>receivers</c>, <c>senders</c>, or null for nobody.</param>
public sealed record SchemaChange(string Path, string Change, string? Breaks);

/// <summary>
/// Compares versions of a schema as those see it who live with it: a receiver breaks when a field goes, may be missing
/// or takes new forms; a sender breaks when a field is newly required or takes fewer forms.
/// </summary>
internal static class SchemaDiff
{
    private const string Receivers = "receivers";
    private const string Senders = "senders";

    // Compared field by field, or without meaning for what is sent.
    private static readonly string[] Apart = ["type", "enum", "properties", "required", "items", "title", "description", "examples", "default", "$schema", "$id", "$comment", "deprecated", "readOnly", "writeOnly"];

    public static IReadOnlyList<SchemaChange> Compare(JsonElement before, JsonElement after)
    {
        var changes = new List<SchemaChange>();
        Compare(before, after, "data", changes);
        return changes;
    }

    private static void Compare(JsonElement before, JsonElement after, string path, List<SchemaChange> changes)
    {
        if (before.ValueKind != JsonValueKind.Object || after.ValueKind != JsonValueKind.Object)
        {
            if (before.ValueKind != after.ValueKind) changes.Add(new(path, "The rule for this field is another.", Senders));
            return;
        }

        Forms(before, after, path, "type", "null or any type", changes);
        Forms(before, after, path, "enum", "any value", changes);
        Fields(before, after, path, changes);
        if (before.TryGetProperty("items", out var items) && after.TryGetProperty("items", out var newItems)) Compare(items, newItems, $"{path}[]", changes);
        foreach (var keyword in Names(before).Union(Names(after), StringComparer.Ordinal).Except(Apart, StringComparer.Ordinal))
        {
            var was = before.TryGetProperty(keyword, out var old);
            var comes = after.TryGetProperty(keyword, out var now);
            if (was && comes && JsonElement.DeepEquals(old, now)) continue;
            var change = !was ? $"{keyword} is new: {Short(now)}" : !comes ? $"{keyword} is gone; it was {Short(old)}" : $"{keyword} was {Short(old)}, becomes {Short(now)}";
            changes.Add(new(path, change + ".", comes ? Senders : Receivers));
        }
    }

    private static void Forms(JsonElement before, JsonElement after, string path, string keyword, string all, List<SchemaChange> changes)
    {
        var old = Set(before, keyword);
        var now = Set(after, keyword);
        if (old is null && now is null) return;
        if (now is null || (old is not null && now.Except(old, StringComparer.Ordinal).Any()))
            changes.Add(new(path, $"{keyword} becomes wider: it was {Text(old)}, becomes {(now is null ? all : Text(now))}.", Receivers));
        if (old is null || (now is not null && old.Except(now, StringComparer.Ordinal).Any()))
            changes.Add(new(path, $"{keyword} becomes narrower: it was {(old is null ? all : Text(old))}, becomes {Text(now)}.", Senders));
    }

    private static void Fields(JsonElement before, JsonElement after, string path, List<SchemaChange> changes)
    {
        var old = Part(before, "properties");
        var now = Part(after, "properties");
        var wasRequired = Required(before);
        var isRequired = Required(after);
        foreach (var name in Names(old).Union(Names(now), StringComparer.Ordinal).Union(wasRequired, StringComparer.Ordinal).Union(isRequired, StringComparer.Ordinal))
        {
            var place = $"{path}.{name}";
            var (had, has) = (Names(old).Contains(name, StringComparer.Ordinal), Names(now).Contains(name, StringComparer.Ordinal));
            var newlyRequired = isRequired.Contains(name) && !wasRequired.Contains(name);
            if (had && !has) changes.Add(new(place, "The field is removed.", Receivers));
            else if (!had && has) changes.Add(new(place, newlyRequired ? "The field is new and required." : "The field is new.", newlyRequired ? Senders : null));
            else if (wasRequired.Contains(name) && !isRequired.Contains(name)) changes.Add(new(place, "The field is no longer required.", Receivers));
            if (newlyRequired && (had || !has)) changes.Add(new(place, "The field becomes required.", Senders));
            if (had && has) Compare(old.GetProperty(name), now.GetProperty(name), place, changes);
        }
    }

    private static HashSet<string> Required(JsonElement schema) =>
        schema.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(name => name.GetString()!).ToHashSet(StringComparer.Ordinal) : [];

    // Each value as JSON, so that 1 and "1" are two. An integer is a number.
    private static HashSet<string>? Set(JsonElement schema, string keyword)
    {
        if (!schema.TryGetProperty(keyword, out var rule)) return null;
        var values = rule.ValueKind == JsonValueKind.Array ? rule.EnumerateArray().Select(value => value.GetRawText()) : [rule.GetRawText()];
        var set = values.ToHashSet(StringComparer.Ordinal);
        if (keyword == "type" && set.Contains("\"number\"")) set.Add("\"integer\"");
        return set;
    }

    private static JsonElement Part(JsonElement schema, string keyword) => schema.TryGetProperty(keyword, out var part) ? part : default;

    private static IEnumerable<string> Names(JsonElement schema) => schema.ValueKind == JsonValueKind.Object ? schema.EnumerateObject().Select(part => part.Name) : [];

    private static string Text(HashSet<string>? values) => Cut(string.Join(", ", (values ?? []).Order(StringComparer.Ordinal)));

    private static string Short(JsonElement value) => Cut(value.GetRawText());

    private static string Cut(string text) => text.Length <= 80 ? text : text[..77] + "…";
}
