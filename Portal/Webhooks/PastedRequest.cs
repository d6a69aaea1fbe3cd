using System.Text;
using System.Text.Json;

namespace Portal.Webhooks;

/// <summary>Headers, and perhaps a body, as somebody pasted them: <c>name: value</c> a line, a curl command, or JSON.</summary>
/// <param name="Body">Null where what was pasted has none.</param>
internal sealed record PastedRequest(IReadOnlyList<KeyValuePair<string, string>> Headers, string? Body)
{
    private static readonly string[] DataOptions = ["-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json"];

    internal static PastedRequest Read(string text)
    {
        var trimmed = text.Trim();
        if (trimmed.StartsWith("curl ", StringComparison.Ordinal) || trimmed.StartsWith("curl\t", StringComparison.Ordinal)) return OfCurl(trimmed);
        return (trimmed is ['{' or '[', ..] ? OfJson(trimmed) : null) ?? OfLines(trimmed);
    }

    private static PastedRequest OfLines(string text) => new(
        [.. text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(line => Pair(line)).OfType<KeyValuePair<string, string>>()], null);

    private static KeyValuePair<string, string>? Pair(string line)
    {
        // Some copy headers with a mark in front, as curl -v and HTTP/2 do.
        var clean = line.TrimStart('<', '>', '*', ' ');
        var colon = clean.IndexOf(':', 1 <= clean.Length ? 1 : 0);
        return colon < 1 ? null : new(clean[..colon].Trim().Trim('"'), clean[(colon + 1)..].Trim().Trim(',').Trim('"'));
    }

    private static PastedRequest? OfJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("headers", out var inner)) root = inner;
            return new([.. root.ValueKind == JsonValueKind.Object ? root.EnumerateObject().SelectMany(member => Values(member.Value), (member, value) => KeyValuePair.Create(member.Name, value)) : OfList(root)], null);
        }
        catch (JsonException)
        {
            // It only looked like JSON.
            return null;
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> OfList(JsonElement list)
    {
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Array && item.GetArrayLength() == 2) yield return new(item[0].ToString(), item[1].ToString());
            else if (item.ValueKind == JsonValueKind.Object && (item.TryGetProperty("name", out var name) || item.TryGetProperty("key", out name)) && item.TryGetProperty("value", out var value))
                yield return new(name.ToString(), value.ToString());
        }
    }

    private static IEnumerable<string> Values(JsonElement value) => value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Select(one => one.ToString()) : [value.ToString()];

    private static PastedRequest OfCurl(string command)
    {
        var words = Words(command);
        var headers = new List<KeyValuePair<string, string>>();
        string? body = null;
        for (var i = 0; i + 1 < words.Count; i++)
        {
            if (words[i] is "-H" or "--header" && Pair(words[i + 1]) is { } header) headers.Add(header);
            else if (DataOptions.Contains(words[i], StringComparer.Ordinal)) body = body is null ? words[i + 1] : $"{body}&{words[i + 1]}";
        }

        return new(headers, body);
    }

    /// <summary>The words of a command as a POSIX shell reads them, with <c>$'…'</c> of others.</summary>
    private static List<string> Words(string command)
    {
        var words = new List<string>();
        StringBuilder? word = null;
        for (var i = 0; i < command.Length; i++)
        {
            var letter = command[i];
            if (char.IsWhiteSpace(letter))
            {
                if (word is not null) words.Add(word.ToString());
                word = null;
            }
            else if (letter == '\\' && i + 1 < command.Length)
            {
                i += command[i + 1] == '\r' && i + 2 < command.Length ? 2 : 1;
                if (command[i] != '\n') (word ??= new()).Append(command[i]);
            }
            else if (letter is '\'' or '"' || (letter == '$' && i + 1 < command.Length && command[i + 1] == '\''))
            {
                i = Quoted(command, letter == '$' ? i + 1 : i, ansi: letter == '$', word ??= new());
            }
            else (word ??= new()).Append(letter);
        }

        if (word is not null) words.Add(word.ToString());
        return words;
    }

    /// <returns>Where the closing quote stands.</returns>
    private static int Quoted(string command, int start, bool ansi, StringBuilder word)
    {
        var quote = command[start];
        for (var i = start + 1; i < command.Length; i++)
        {
            if (command[i] == quote) return i;
            if (command[i] == '\\' && i + 1 < command.Length && (ansi || (quote == '"' && command[i + 1] is '"' or '\\' or '$' or '`')))
            {
                i++;
                word.Append(!ansi ? command[i] : command[i] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', _ => command[i] });
            }
            else word.Append(command[i]);
        }

        return command.Length;
    }
}
