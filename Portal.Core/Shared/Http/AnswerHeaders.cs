namespace Portal.Core.Shared.Http;

/// <summary>Which headers customers may put into answers of the portal: they share their origin with its pages, and often a proxy in front of it.</summary>
internal static class AnswerHeaders
{
    private const int LongestName = 100;
    private const int LongestValue = 4096;

    // Those that browsers and proxies act on: what they know about the origin, and which file they send instead.
    private static readonly string[] Acted =
    [
        "X-Content-Type-Options", "X-Frame-Options", "X-XSS-Protection", "X-DNS-Prefetch-Control", "X-Permitted-Cross-Domain-Policies", "X-UA-Compatible", "X-SourceMap",
        "X-Content-Security-Policy", "X-WebKit-CSP", "X-Sendfile", "X-LIGHTTPD-send-file", "X-Reproxy-URL",
    ];

    /// <summary>Whether a text is a name that every server takes.</summary>
    public static bool IsName(string name) => name.Length is > 0 and <= LongestName && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.');

    /// <summary>Whether a value stays within its line.</summary>
    public static bool IsValue(string value) => value.Length <= LongestValue && value.All(letter => letter is (>= ' ' and <= '~') or '\t');

    /// <summary>Whether a header tells a program something and does nothing. What may be sent is named rather than what may not: browsers learn new headers.</summary>
    public static bool IsHarmless(string name) =>
        name.Equals("Retry-After", StringComparison.OrdinalIgnoreCase) || name.Equals("ETag", StringComparison.OrdinalIgnoreCase) || name.Equals("Request-Id", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("RateLimit", StringComparison.OrdinalIgnoreCase) || name.StartsWith("Webhook-", StringComparison.OrdinalIgnoreCase)
        || (name.StartsWith("X-", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("X-Accel-", StringComparison.OrdinalIgnoreCase) && !Acted.Contains(name, StringComparer.OrdinalIgnoreCase));
}
