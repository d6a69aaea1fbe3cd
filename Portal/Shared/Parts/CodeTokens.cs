using System.Text.RegularExpressions;

namespace Portal.Shared.Parts;

/// <summary>A run of code with one colour.</summary>
/// <param name="Kind"><c>comment</c>, <c>string</c>, <c>name</c>, <c>number</c>, <c>word</c>, or null for the rest.</param>
/// <param name="Text">As it stands in the code.</param>
internal readonly record struct CodeToken(string? Kind, string Text);

/// <summary>Divides code for colouring. It reads words, not grammar: good for samples and payloads, and it never loses a character.</summary>
internal static partial class CodeTokens
{
    private const int LongestColoured = 100_000;
    private static readonly string[] Kinds = ["comment", "string", "name", "number", "word"];

    /// <summary>The language as people write it.</summary>
    internal static string NameOf(string language) => language switch
    {
        "json" => "JSON",
        "bash" => "curl",
        "http" => "HTTP",
        "javascript" => "JavaScript",
        "python" => "Python",
        "csharp" => "C#",
        _ => language,
    };

    /// <summary>The tokens, which together are the code.</summary>
    internal static IEnumerable<CodeToken> Of(string language, string code)
    {
        var rules = language switch
        {
            "json" => Json(),
            "bash" => Bash(),
            "http" => Http(),
            "javascript" => JavaScript(),
            "python" => Python(),
            "csharp" => CSharp(),
            _ => null,
        };
        return rules is null || code.Length > LongestColoured ? [new CodeToken(null, code)] : Divide(rules, code);
    }

    private static IEnumerable<CodeToken> Divide(Regex rules, string code)
    {
        var end = 0;
        foreach (Match match in rules.Matches(code))
        {
            if (match.Index > end) yield return new CodeToken(null, code[end..match.Index]);
            yield return new CodeToken(Kinds.First(kind => match.Groups[kind].Success), match.Value);
            end = match.Index + match.Length;
        }

        if (end < code.Length) yield return new CodeToken(null, code[end..]);
    }

    [GeneratedRegex("""(?<name>"(?:[^"\\\n]|\\.)*"(?=\s*:))|(?<string>"(?:[^"\\\n]|\\.)*")|(?<number>-?\b\d[\d.eE+-]*)|(?<word>\b(?:true|false|null)\b)""", RegexOptions.None, 1000)]
    private static partial Regex Json();

    [GeneratedRegex("""(?<comment>(?<=^|\s)\#[^\n]*)|(?<string>"(?:[^"\\]|\\.)*"|'[^']*')|(?<name>(?<=\s)--?[A-Za-z][\w-]*)|(?<word>^\s*(?:curl|export|echo|portal)\b|\\(?=\n))|(?<number>\bhttps?://[^\s"']+)""", RegexOptions.Multiline, 1000)]
    private static partial Regex Bash();

    [GeneratedRegex("""(?<word>^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\b|^HTTP/[\d.]+)|(?<name>^[A-Za-z][\w-]*(?=:\s))|(?<number>(?<=^HTTP/[\d.]+\s)\d{3})|(?<string>"(?:[^"\\\n]|\\.)*")""", RegexOptions.Multiline, 1000)]
    private static partial Regex Http();

    [GeneratedRegex("""(?<comment>//[^\n]*|/\*[\s\S]*?\*/)|(?<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|(?<number>\b\d[\d._]*\b)|(?<word>\b(?:const|let|var|await|async|function|return|new|if|else|import|from|export|throw|try|catch|true|false|null|undefined)\b)|(?<name>\b[A-Za-z_$][\w$]*(?=\s*:(?!:)))""", RegexOptions.None, 1000)]
    private static partial Regex JavaScript();

    [GeneratedRegex("""(?<comment>\#[^\n]*)|(?<string>f?"(?:[^"\\\n]|\\.)*"|f?'(?:[^'\\\n]|\\.)*')|(?<number>\b\d[\d._]*\b)|(?<word>\b(?:import|from|as|def|return|if|else|elif|for|in|with|raise|try|except|class|True|False|None|and|or|not|print)\b)|(?<name>\b[A-Za-z_]\w*(?==(?!=)))""", RegexOptions.None, 1000)]
    private static partial Regex Python();

    [GeneratedRegex("""(?<comment>//[^\n]*|/\*[\s\S]*?\*/)|(?<string>\$?@?"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)')|(?<number>\b\d[\d._]*[mMlLdDfF]?\b)|(?<word>\b(?:using|var|await|async|new|return|if|else|static|public|internal|private|class|record|string|int|long|bool|decimal|true|false|null|throw|try|catch|foreach|in|namespace)\b)|(?<name>\b[A-Z]\w*(?=\())""", RegexOptions.None, 1000)]
    private static partial Regex CSharp();
}
