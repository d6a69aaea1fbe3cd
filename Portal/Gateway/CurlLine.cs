using System.Text;
using Portal.Core.Gateway;

namespace Portal.Gateway;

/// <summary>A logged call as a curl command; what was masked has to be filled in.</summary>
internal static class CurlLine
{
    // What curl says by itself, or what belongs to the connection and not to the call.
    private static readonly HashSet<string> Left = new(StringComparer.OrdinalIgnoreCase)
        { "Host", "Content-Length", "Connection", "Accept-Encoding", "User-Agent", "Transfer-Encoding", "traceparent", "tracestate" };

    /// <param name="baseAddress">Where this portal is reached, with a slash at the end.</param>
    internal static string Of(RequestLogEntry entry, string baseAddress)
    {
        var query = string.IsNullOrEmpty(entry.Query) ? "" : $"?{entry.Query}";
        var line = new StringBuilder("curl ");
        if (entry.Row.Method != "GET") line.Append("-X ").Append(entry.Row.Method).Append(' ');
        line.Append(Quoted(baseAddress.TrimEnd('/') + entry.Row.Path + query));
        foreach (var header in entry.Exchange?.Request.Headers ?? [])
        {
            if (!Left.Contains(header.Name)) line.Append(" \\\n  -H ").Append(Quoted($"{header.Name}: {header.Value}"));
        }

        if (entry.Exchange?.Request.Body is { } body) line.Append(" \\\n  --data-raw ").Append(Quoted(body));
        return line.ToString();
    }

    // POSIX: within single quotes nothing has a meaning but the quote itself.
    private static string Quoted(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
