using System.Text.Json;

namespace Portal.Shared.Parts;

/// <summary>A visible line of a JSON document.</summary>
/// <param name="Path">JSONPath (RFC 9535), unique within the document: <c>$.items[0].name</c>.</param>
/// <param name="Name">The property's name or the element's index; null for the root.</param>
/// <param name="Level">From 1.</param>
/// <param name="Kind">What the value is; undefined for the line that offers the rest of a long list.</param>
/// <param name="Text">The value; for containers, how many it holds.</param>
/// <param name="Count">Children of a container; of the line that offers the rest, how many those are.</param>
/// <param name="IsOpen">Whether a container's children are visible.</param>
/// <param name="Copy">What copying gives; null for a container that is too large to be carried in the page.</param>
internal sealed record JsonLine(string Path, string? Name, int Level, JsonValueKind Kind, string Text, int Count, bool IsOpen, string? Copy)
{
    internal bool IsContainer => Kind is JsonValueKind.Object or JsonValueKind.Array;
}

/// <summary>A JSON document of which parts are folded. Only what is visible is turned into lines, so that a large one costs no more.</summary>
internal sealed class JsonTree(JsonElement root)
{
    /// <summary>How many children of one container are shown before the rest is asked for.</summary>
    internal const int Step = 100;

    private const int LongestText = 2_000;
    private const int LongestCopy = 8_000;
    private const int OpenLevels = 2;
    private const int MostOpened = 2_000;

    private readonly Dictionary<string, bool> _folds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _shown = new(StringComparer.Ordinal);
    private int _openLevels = OpenLevels;

    /// <summary>The document; null for what is no JSON.</summary>
    internal static JsonTree? Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return new JsonTree(document.RootElement.Clone());
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The visible lines, in the document's order; at most some thousands.</summary>
    internal IReadOnlyList<JsonLine> Lines()
    {
        var lines = new List<JsonLine>();
        Add(lines, root, "$", null, 1);
        return lines;
    }

    internal void Toggle(JsonLine line) => _folds[line.Path] = !line.IsOpen;

    internal void ShowMore(string path) => _shown[path] = Limit(path) + Step;

    internal void FoldAll()
    {
        _folds.Clear();
        _openLevels = 1;
    }

    internal void UnfoldAll()
    {
        _folds.Clear();
        _openLevels = int.MaxValue;
    }

    private void Add(List<JsonLine> lines, JsonElement value, string path, string? name, int level)
    {
        var count = Count(value);
        var isOpen = count > 0 && lines.Count < MostOpened && (_folds.TryGetValue(path, out var open) ? open : level <= _openLevels && (level == 1 || _openLevels == int.MaxValue || count <= Step));
        lines.Add(new JsonLine(path, name, level, value.ValueKind, TextOf(value), count, isOpen, CopyOf(value, count)));
        if (!isOpen) return;
        var limit = Limit(path);
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in value.EnumerateObject().Take(limit)) Add(lines, property.Value, path + StepTo(property.Name), property.Name, level + 1);
        }
        else
        {
            foreach (var (index, element) in value.EnumerateArray().Take(limit).Index()) Add(lines, element, $"{path}[{index}]", $"{index}", level + 1);
        }

        if (count > limit) lines.Add(new JsonLine(path, null, level + 1, JsonValueKind.Undefined, string.Empty, count - limit, false, null));
    }

    private int Limit(string path) => _shown.GetValueOrDefault(path, Step);

    private static int Count(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.GetPropertyCount(),
        JsonValueKind.Array => value.GetArrayLength(),
        _ => 0,
    };

    private static string StepTo(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_') ? "." + name : $"['{name.Replace("\\", @"\\", StringComparison.Ordinal).Replace("'", @"\'", StringComparison.Ordinal)}']";

    private static string TextOf(JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.Object or JsonValueKind.Array) return string.Empty;
        var text = value.GetRawText();
        return text.Length <= LongestText ? text : text[..LongestText] + "…";
    }

    private static string? CopyOf(JsonElement value, int count)
    {
        if (value.ValueKind == JsonValueKind.String) return value.GetString();
        if (count > Step) return null;
        var text = value.GetRawText();
        return count == 0 || text.Length <= LongestCopy ? text : null;
    }
}
