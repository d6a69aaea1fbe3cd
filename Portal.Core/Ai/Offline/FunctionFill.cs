using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Core.Shared;
using Portal.Core.Shared.Json.Schema;

namespace Portal.Core.Ai.Offline;

/// <summary>Fills a function's parameters with what stands in a text by its form or after the parameter's name; it guesses nothing.</summary>
/// <param name="Function">Null where none of those that may be called has to do with the text.</param>
/// <param name="Arguments">Null where a required parameter was not found.</param>
/// <param name="Missing">The required parameters that were not found.</param>
internal sealed record FunctionFill(AiCallable? Function, JsonObject? Arguments, IReadOnlyList<string> Missing)
{
    // Each parameter looks through the text; what is stated further on is not meant for one.
    private const int LongestText = 20_000;

    public static FunctionFill Of(AiPrompt prompt)
    {
        var text = $"{TextCut.To(string.Join('\n', prompt.Context), LongestText)}\n{TextCut.To(prompt.Text, LongestText)}";
        if ((prompt.Required ?? Fitting(prompt.Functions, prompt.Text)) is not { } function) return new(null, null, []);
        var (arguments, missing) = (new JsonObject(), new List<string>());
        var properties = function.Parameters.TryGetProperty("properties", out var given) ? given.EnumerateObject().ToArray() : [];
        var source = new ParameterSource(text, properties.Count(property => IsNumber(property.Value)) == 1);
        foreach (var property in properties)
        {
            if (source.Find(property.Name, property.Value) is { } value && Fits(function.Parameters, property.Value, value)) arguments[property.Name] = value;
        }

        foreach (var name in Required(function.Parameters).Where(name => !arguments.ContainsKey(name))) missing.Add(name);
        var whole = missing.Count == 0 && SchemaValidator.Faults(function.Parameters, JsonSerializer.SerializeToElement(arguments), "arguments").Count == 0;
        return new(function, whole ? arguments : null, missing);
    }

    internal static bool IsNumber(JsonElement schema) => TypeOf(schema) is "number" or "integer";

    internal static string? TypeOf(JsonElement schema) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String ? type.GetString() : null;

    // The one that shares most words with the prompt.
    private static AiCallable? Fitting(IReadOnlyList<AiCallable> functions, string text)
    {
        var words = Words.Of(text).Where(Words.Means).Select(Words.Stem).ToHashSet(StringComparer.Ordinal);
        var best = functions.Select(function => (function, shared: StemsOf(function).Count(words.Contains))).OrderByDescending(ranked => ranked.shared).FirstOrDefault();
        return best.shared > 0 ? best.function : null;
    }

    private static IEnumerable<string> StemsOf(AiCallable function) =>
        Words.Of(ParameterSource.Spoken(function.Name) + " " + function.Description).Where(Words.Means).Select(Words.Stem).Distinct(StringComparer.Ordinal);

    private static IEnumerable<string> Required(JsonElement parameters) =>
        parameters.TryGetProperty("required", out var required) ? required.EnumerateArray().Select(name => name.GetString()!) : [];

    // A part of the schema may refer to its root, so the part is checked within it.
    private static bool Fits(JsonElement root, JsonElement part, JsonNode value)
    {
        var wrapped = new JsonObject { ["properties"] = new JsonObject { ["value"] = JsonNode.Parse(part.GetRawText()) } };
        if (root.TryGetProperty("$defs", out var definitions)) wrapped["$defs"] = JsonNode.Parse(definitions.GetRawText());
        return SchemaValidator.Faults(JsonSerializer.SerializeToElement(wrapped), JsonSerializer.SerializeToElement(new JsonObject { ["value"] = value.DeepClone() }), "arguments").Count == 0;
    }
}

/// <summary>Values for parameters out of one text.</summary>
/// <param name="text">The prompt and what precedes it.</param>
/// <param name="oneNumber">Whether only one parameter takes a number, so that a text's only number is meant for it.</param>
internal sealed class ParameterSource(string text, bool oneNumber)
{
    private const int LongestValue = 200;
    private static readonly string[] Money = ["amount", "price", "value", "total", "cost", "sum", "budget", "fee"];
    private readonly Entities _entities = Entities.In(text);
    private readonly string _words = $" {string.Join(' ', Words.Of(text))} ";

    /// <summary>A parameter's name as somebody says it: <c>due_date</c> and <c>dueDate</c> are "due date".</summary>
    public static string Spoken(string name) =>
        string.Concat(name.Select((letter, i) => letter is '_' or '-' ? " " : i > 0 && char.IsUpper(letter) && char.IsLower(name[i - 1]) ? " " + letter : letter.ToString())).ToLowerInvariant();

    public JsonNode? Find(string name, JsonElement schema)
    {
        var spoken = Spoken(name);
        if (schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("enum", out var options)) return Option(options);
        return FunctionFill.TypeOf(schema) switch
        {
            "string" => Text(spoken, schema) is { } found ? JsonValue.Create(found) : null,
            "integer" => Number(spoken) is { } number && number == decimal.Truncate(number) && Math.Abs(number) < long.MaxValue ? JsonValue.Create((long)number) : null,
            "number" => Number(spoken) is { } number ? JsonValue.Create(number) : null,
            "boolean" => After(spoken) switch { "true" or "yes" => JsonValue.Create(true), "false" or "no" => JsonValue.Create(false), _ => null },
            _ => null,
        };
    }

    private JsonValue? Option(JsonElement options)
    {
        var said = options.EnumerateArray().Where(option => option.ValueKind == JsonValueKind.String)
            .FirstOrDefault(option => _words.Contains($" {string.Join(' ', Words.Of(Spoken(option.GetString()!)))} ", StringComparison.Ordinal));
        return said.ValueKind == JsonValueKind.Undefined ? null : JsonValue.Create(said.GetString());
    }

    private string? Text(string spoken, JsonElement schema)
    {
        var format = schema.TryGetProperty("format", out var given) && given.ValueKind == JsonValueKind.String ? given.GetString()! : "";
        if (Means("email", "mail")) return First(_entities.Emails);
        if (Means("url", "website", "link") || format == "uri") return First(_entities.Urls);
        if (Means("phone", "telephone", "mobile")) return First(_entities.Phones);
        if (Means("date", "day", "deadline") || format == "date-time") return First(_entities.Dates) is { } date ? Moment(date, format) : null;
        return After(spoken);

        bool Means(params ReadOnlySpan<string> words)
        {
            foreach (var word in words)
                if (format == word || spoken.Split(' ').Contains(word)) return true;
            return false;
        }
    }

    private decimal? Number(string spoken)
    {
        if (After(spoken) is { } said && Parse(said) is { } named) return named;
        if (spoken.Split(' ').Intersect(Money, StringComparer.Ordinal).Any() && First(_entities.Amounts) is { } amount) return Parse(amount);
        if (!oneNumber) return null;
        var numbers = text.Split([' ', '\n', '\t', '?', '!', ';', ':'], StringSplitOptions.RemoveEmptyEntries).Select(Parse).OfType<decimal>().Take(2).ToArray();
        return numbers is [var only] ? only : null;
    }

    // What follows the name, as in "name: Ada", "name is Ada" or "name Ada", up to the end of the phrase.
    private string? After(string spoken)
    {
        for (var at = text.IndexOf(spoken, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(spoken, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            if (at > 0 && char.IsLetterOrDigit(text[at - 1])) continue;
            var rest = text.AsSpan(at + spoken.Length);
            if (rest.Length == 0 || char.IsLetterOrDigit(rest[0])) continue;
            rest = rest.TrimStart(" :=");
            foreach (var link in (string[])["is ", "of ", "to ", "called "])
                if (rest.StartsWith(link, StringComparison.OrdinalIgnoreCase)) rest = rest[link.Length..].TrimStart(" :");
            // No further than a value reaches, with its quotes: a name may stand there ten thousand times.
            var value = Phrase(rest[..Math.Min(rest.Length, LongestValue + 2)]);
            if (value.Length > 0) return value.ToString();
        }

        return null;
    }

    private static ReadOnlySpan<char> Phrase(ReadOnlySpan<char> rest)
    {
        if (rest is ['"' or '\'', ..] && rest[1..].IndexOf(rest[0]) is > 0 and <= LongestValue and var close) return rest.Slice(1, close);
        var end = EndOf(rest);
        if (rest.IndexOf(". ") is >= 0 and var stop && (end < 0 || stop < end)) end = stop;
        if (rest.IndexOf(" and ", StringComparison.OrdinalIgnoreCase) is >= 0 and var joined && (end < 0 || joined < end)) end = joined;
        var phrase = (end < 0 ? rest : rest[..end]).Trim().TrimEnd('.');
        return phrase.Length <= LongestValue ? phrase : [];
    }

    // A comma within a number ends nothing.
    private static int EndOf(ReadOnlySpan<char> rest)
    {
        for (var at = 0; at < rest.Length; at++)
        {
            if (rest[at] == ',' && at > 0 && char.IsAsciiDigit(rest[at - 1]) && at + 1 < rest.Length && char.IsAsciiDigit(rest[at + 1])) continue;
            if ("\n,;!?".Contains(rest[at], StringComparison.Ordinal)) return at;
        }

        return -1;
    }

    private static decimal? Parse(string said)
    {
        var digits = new string([.. said.Where(letter => char.IsAsciiDigit(letter) || letter is '.' or ',' or '-')]).TrimEnd('.', ',');
        var letters = said.Count(char.IsLetter);
        return letters <= 7 && decimal.TryParse(digits, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    // As the format asks for it; a date that cannot be read for certain stays as it is written.
    private static string Moment(string date, string format)
    {
        string[] shapes = ["yyyy-MM-dd", "MMMM d, yyyy", "MMM d, yyyy", "MMMM d yyyy", "MMM d yyyy", "d MMMM yyyy", "d MMM yyyy"];
        if (!DateOnly.TryParseExact(date, shapes, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return date;
        return day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + (format == "date-time" ? "T00:00:00Z" : "");
    }

    private static string? First(IReadOnlyList<string> found) => found is [var first, ..] ? first : null;
}
