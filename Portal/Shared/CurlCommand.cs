using System.Text;

namespace Portal.Shared;

/// <summary>Requests as curl commands.</summary>
internal static class CurlCommand
{
    // What curl says by itself, or what belongs to the connection and not to the call.
    private static readonly HashSet<string> Left = new(StringComparer.OrdinalIgnoreCase)
        { "Host", "Content-Length", "Connection", "Accept-Encoding", "User-Agent", "Transfer-Encoding", "traceparent", "tracestate" };

    /// <param name="url">Absolute.</param>
    /// <param name="body">Null sends none.</param>
    internal static string Of(string method, string url, IEnumerable<KeyValuePair<string, string>> headers, string? body)
    {
        var line = new StringBuilder("curl ");
        if (method != "GET") line.Append("-X ").Append(Quoted(method)).Append(' ');
        line.Append(Quoted(url));
        foreach (var (name, value) in headers)
        {
            if (!Left.Contains(name)) line.Append(" \\\n  -H ").Append(Quoted($"{name}: {value}"));
        }

        if (body is not null) line.Append(" \\\n  --data-raw ").Append(Quoted(body));
        return line.ToString();
    }

    // POSIX: within single quotes nothing has a meaning but the quote itself; a word without anything special needs none.
    private static string Quoted(string text) => text.Length > 0 && text.All(char.IsAsciiLetterUpper) ? text : $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
