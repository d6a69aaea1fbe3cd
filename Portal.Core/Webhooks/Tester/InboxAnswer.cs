using Portal.Core.Shared.Http;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Webhooks.Tester;

/// <summary>A failure that an inbox plays, for rehearsing it.</summary>
public enum InboxFault
{
    None,

    /// <summary>The connection is reset without an answer.</summary>
    Reset,

    /// <summary>The body comes one byte a second, for a minute at most.</summary>
    Drip,
}

/// <summary>
/// How an inbox answers. Inboxes share their origin with the portal's pages, so an answer can be nothing that a browser
/// would act on: neither a document nor a script, and no header that changes what the browser knows about the origin.
/// </summary>
public sealed record InboxAnswer
{
    private const int LongestBody = 64 * 1024;
    private const int LongestHeaders = 4000;

    /// <summary>The longest pause before the answer, in milliseconds: longer than any sender waits.</summary>
    public const int LongestDelay = 60_000;

    /// <summary>The content types that may be chosen.</summary>
    public static IReadOnlyList<string> ContentTypes { get; } = ["application/json", "text/plain", "application/problem+json", "application/x-www-form-urlencoded", "application/octet-stream"];

    /// <summary>What a new inbox answers.</summary>
    public static InboxAnswer Default { get; } = new() { Body = """{"received":true}""" };

    /// <summary>200 to 599.</summary>
    public int Status { get; init; } = 200;

    /// <summary>One of <see cref="ContentTypes"/>.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>One <c>name: value</c> a line.</summary>
    public string Headers { get; init; } = "";

    public string Body { get; init; } = "";

    /// <summary>The pause before the answer.</summary>
    public int DelayMilliseconds { get; init; }

    public InboxFault Fault { get; init; }

    /// <summary>Whether a response of this status has a body (RFC 9110, section 6.4.1).</summary>
    public bool HasBody => Status is not (204 or 205 or 304);

    /// <summary>The headers apart.</summary>
    public IEnumerable<KeyValuePair<string, string>> HeaderPairs() => Lines(Headers).Select(line => line.Split(':', 2)).Where(parts => parts.Length == 2).Select(parts => KeyValuePair.Create(parts[0].Trim(), parts[1].Trim()));

    internal void Check(Faults faults)
    {
        if (Status is < 200 or > 599) faults.Add("status", "The status must be from 200 to 599.");
        if (!ContentTypes.Contains(ContentType)) faults.Add("content_type", $"The content type must be one of {string.Join(", ", ContentTypes)}: inboxes share their origin with the portal.");
        if (DelayMilliseconds is < 0 or > LongestDelay) faults.Add("delay", $"The delay must be from 0 to {LongestDelay} ms.");
        faults.Text("body", Body, LongestBody);
        faults.Text("headers", Headers, LongestHeaders);
        foreach (var line in Lines(Headers))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var name = colon > 0 ? line[..colon].Trim() : "";
            if (!AnswerHeaders.IsName(name)) faults.Add("headers", $"'{line}' is not a header; write name: value, one a line.", ErrorCode.WrongFormat);
            else if (!AnswerHeaders.IsHarmless(name)) faults.Add("headers", $"{name} cannot be answered: browsers or proxies act on it, and inboxes share their origin with the portal. Retry-After, ETag, X-… and RateLimit-… can.");
            else if (!AnswerHeaders.IsValue(line[(colon + 1)..])) faults.Add("headers", $"The value of {name} contains a character beyond ASCII.", ErrorCode.WrongFormat);
        }
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
