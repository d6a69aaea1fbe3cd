using System.Globalization;
using System.Text;

namespace Portal.Core.Shared.Limits;

/// <summary>Header values of limits, as draft-ietf-httpapi-ratelimit-headers defines them (structured fields, RFC 9651).</summary>
internal static class LimitHeaders
{
    /// <summary>Value of <c>RateLimit</c>: <c>"key";r=99;t=42</c>, t in whole seconds, rounded up. Null when no limit applied.</summary>
    public static string? FormatState(in LimitResult result)
        => result.Tightest is not { } window
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                stackalloc char[128],
                $"{window.QuotedName};r={result.Remaining};t={WholeSeconds(result.ResetMilliseconds)}");

    /// <summary>
    /// Milliseconds as whole seconds, rounded up, so that one who waits that long is not refused again
    /// (<c>Retry-After</c>, RFC 9110 section 10.2.3).
    /// </summary>
    public static long WholeSeconds(long milliseconds) => (milliseconds + 999) / 1000;

    internal static string FormatPolicy(string quotedName, int limit, long windowMilliseconds)
        => string.Create(CultureInfo.InvariantCulture, $"{quotedName};q={limit};w={WholeSeconds(windowMilliseconds)}");

    /// <summary>A structured-field string: quotes and backslashes escaped, what is not printable ASCII as <c>?</c>.</summary>
    internal static string Quote(string name)
    {
        var quoted = new StringBuilder(name.Length + 2).Append('"');
        foreach (var letter in name)
        {
            if (letter is '"' or '\\')
                quoted.Append('\\');
            quoted.Append(letter is >= ' ' and <= '~' ? letter : '?');
        }

        return quoted.Append('"').ToString();
    }
}
