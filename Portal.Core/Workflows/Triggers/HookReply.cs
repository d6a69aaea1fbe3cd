using System.Text.Json;
using Portal.Core.Shared.Http;
using Portal.Core.Workflows.Engine;

namespace Portal.Core.Workflows.Triggers;

/// <summary>The answer that a workflow makes for the caller of its webhook: what an <c>output-formatter</c> or a <c>file-processor</c> gives.</summary>
/// <param name="Status">200 to 599.</param>
/// <param name="ContentType">A media type, as the node named it.</param>
internal sealed record HookReply(int Status, string ContentType, string Content, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    public const int MostHeaders = 30;

    // Beside those that do nothing: what an answer says of itself, and where to go on. Frames of HTTP, cookies and the
    // origin's policies are no workflow's business.
    private static readonly string[] OwnHeaders = ["Location", "Cache-Control", "Content-Disposition", "Content-Language", "Last-Modified"];

    // It names this request in the log.
    private const string RequestId = "X-Request-Id";

    /// <summary>Whether an answer of this status has a body (RFC 9110, section 6.4.1).</summary>
    public bool HasBody => Status is not (204 or 205 or 304);

    /// <summary>Reads a run's output; null where it is data, which is answered as JSON.</summary>
    public static HookReply? Of(JsonElement output) => output.ValueKind != JsonValueKind.Object ? null : Read(output) ?? Chosen(output);

    /// <summary>The code of the failure that a run ended with although its node's settings let it go on; null where it ended well.</summary>
    public static string? FailureOf(JsonElement output)
    {
        if (output.ValueKind != JsonValueKind.Object) return null;
        // The last node's own output, or the outputs of several by node.
        return FailureOutput.CodeOf(output) ?? output.EnumerateObject().Select(part => FailureOutput.CodeOf(part.Value, part.Name)).FirstOrDefault(code => code is not null);
    }

    /// <summary>What is wrong with a header of an answer; null where it may be sent.</summary>
    public static string? HeaderFault(string name, string value)
    {
        if (!AnswerHeaders.IsName(name)) return "A header's name has letters, digits, -, _ and ., at most 100.";
        if (name.Equals(RequestId, StringComparison.OrdinalIgnoreCase) || !(AnswerHeaders.IsHarmless(name) || OwnHeaders.Contains(name, StringComparer.OrdinalIgnoreCase)))
            return $"{name} cannot be answered: it belongs to the connection, or browsers and proxies act on it, and webhooks share their origin with the portal.";
        return AnswerHeaders.IsValue(value) ? null : $"The value of {name} is too long, or has a line break or a character beyond ASCII.";
    }

    // Of several nodes that came last, the one that says with which status.
    private static HookReply? Chosen(JsonElement outputs) =>
        outputs.EnumerateObject().Select(part => part.Value).Where(value => value.ValueKind == JsonValueKind.Object && value.TryGetProperty("status"u8, out _)).Select(Read).OfType<HookReply>().ToList() is [var only] ? only : null;

    private static HookReply? Read(JsonElement output)
    {
        if (Text(output, "content_type") is not { } type || Text(output, "content") is not { } content) return null;
        var status = output.TryGetProperty("status"u8, out var stated) && stated.ValueKind == JsonValueKind.Number && stated.TryGetInt32(out var number) && number is >= 200 and <= 599 ? number : 200;
        return new(status, type, content, HeadersOf(output));
    }

    // Any node may have made this, with data from anywhere: what may not be sent is left out.
    private static List<KeyValuePair<string, string>> HeadersOf(JsonElement output) =>
        output.TryGetProperty("headers"u8, out var headers) && headers.ValueKind == JsonValueKind.Object
            ? [.. headers.EnumerateObject().Where(header => header.Value.ValueKind == JsonValueKind.String).Select(header => KeyValuePair.Create(header.Name, header.Value.GetString()!))
                .Where(header => HeaderFault(header.Key, header.Value) is null).Take(MostHeaders)]
            : [];

    private static string? Text(JsonElement value, string name) => value.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
