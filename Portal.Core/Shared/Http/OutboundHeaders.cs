using System.Collections.Frozen;

namespace Portal.Core.Shared.Http;

/// <summary>Which headers a customer may set on requests that the portal sends.</summary>
internal static class OutboundHeaders
{
    private const int LongestValue = 4096;

    // They belong to the connection or decide where a request goes; the client sets them itself.
    private static readonly FrozenSet<string> Reserved = new[]
    {
        "Host", "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authorization", "Proxy-Authenticate", "Content-Length",
        "Transfer-Encoding", "Content-Encoding", "TE", "Trailer", "Upgrade", "Expect", "Accept-Encoding", "HTTP2-Settings",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>What is wrong with a header; null when it may be sent.</summary>
    public static string? Fault(string name, string value)
    {
        if (name.Length is 0 or > 200 || !name.All(IsToken)) return $"'{Printable(name)}' is not a header name (RFC 9110).";
        if (Reserved.Contains(name)) return $"{name} is set by the portal itself.";
        if (value.Length > LongestValue) return $"The value of {name} is longer than {LongestValue} characters.";
        return value.All(letter => letter is (>= ' ' and <= '~') or '\t') ? null : $"The value of {name} contains a line break or a character beyond ASCII.";
    }

    private static bool IsToken(char letter) => char.IsAsciiLetterOrDigit(letter) || "!#$%&'*+-.^_`|~".Contains(letter, StringComparison.Ordinal);

    private static string Printable(string name) => string.Concat(name.Take(50).Select(letter => char.IsControl(letter) ? '?' : letter));
}
