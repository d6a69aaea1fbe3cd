using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Core.Shared;
using Portal.Core.Shared.Json.Schema;

namespace Portal.Core.Ai.OpenAi;

/// <summary>Requests and answers of OpenAI's chat-completions API. Functions go as <c>tools</c>, which took the place of <c>functions</c> there.</summary>
internal static class OpenAiMessages
{
    private const int LongestReason = 300;
    private static readonly string[] Reasons = ["length", "content_filter"];

    public static JsonObject Of(string model, AiPrompt prompt)
    {
        var messages = new JsonArray([.. prompt.Context.Append(prompt.Text).Select(text => (JsonNode)Message(text))]);
        var request = Request(model, messages, prompt.MaxTokens);
        if (prompt.Temperature is { } temperature) request["temperature"] = temperature;
        if (prompt.Functions.Count == 0) return request;
        request["tools"] = new JsonArray([.. prompt.Functions.Select(function => (JsonNode)new JsonObject { ["type"] = "function", ["function"] = Function(function) })]);
        request["tool_choice"] = prompt.Required is { } required ? new JsonObject { ["type"] = "function", ["function"] = new JsonObject { ["name"] = required.Name } } : "auto";
        return request;
    }

    public static JsonObject Of(string model, AiImagePrompt prompt)
    {
        var url = $"data:{prompt.Facts.MediaType};base64,{Convert.ToBase64String(prompt.Image.Span)}";
        var parts = new JsonArray(
            new JsonObject { ["type"] = "text", ["text"] = prompt.Text ?? "Describe this image." },
            new JsonObject { ["type"] = "image_url", ["image_url"] = new JsonObject { ["url"] = url } });
        return Request(model, new JsonArray(Message(parts)), prompt.MaxTokens);
    }

    /// <returns>Null where it is no answer of this API.</returns>
    /// <param name="asked">The model that was asked for, where the answer names none.</param>
    /// <param name="promptTokens">What was estimated, where the answer counts none.</param>
    public static AiAnswer? Read(byte[] body, string asked, long promptTokens)
    {
        if (Parse(body) is not { } root || At(root, "choices") is not { ValueKind: JsonValueKind.Array } choices || choices.GetArrayLength() == 0) return null;
        var choice = choices[0];
        if (At(choice, "message") is not { ValueKind: JsonValueKind.Object } message) return null;
        var (content, call) = (Text(message, "content"), CallOf(message));
        if (content is null && call is null) return null;
        var written = content ?? call!.Arguments;
        var usage = At(root, "usage");
        return new AiAnswer(
            Text(root, "model") ?? asked,
            call is null ? content : null,
            call,
            call is not null ? "function_call" : Text(choice, "finish_reason") is { } reason && Reasons.Contains(reason) ? reason : "stop",
            new TokenUsage { PromptTokens = Count(usage, "prompt_tokens") ?? promptTokens, CompletionTokens = Count(usage, "completion_tokens") ?? TokenEstimate.Of(written) });
    }

    /// <summary>What the provider says is wrong; null where it does not.</summary>
    public static string? ErrorOf(byte[] body) =>
        Parse(body) is { } root && At(root, "error") is { } error && (Text(error, "message") ?? (error.ValueKind == JsonValueKind.String ? error.GetString() : null)) is { Length: > 0 } message
            ? TextCut.To(message, LongestReason)
            : null;

    private static JsonObject Request(string model, JsonArray messages, int? maxTokens)
    {
        var request = new JsonObject { ["model"] = model, ["messages"] = messages };
        if (maxTokens is { } most) request["max_tokens"] = most;
        return request;
    }

    private static JsonObject Message(JsonNode content) => new() { ["role"] = "user", ["content"] = content };

    private static JsonObject Function(AiCallable function) => new()
    {
        ["name"] = function.Name, ["description"] = function.Description, ["parameters"] = JsonNode.Parse(function.Parameters.GetRawText()),
    };

    // Older servers still answer with function_call.
    private static AiFunctionCall? CallOf(JsonElement message)
    {
        var function = At(message, "tool_calls") is { ValueKind: JsonValueKind.Array } calls && calls.GetArrayLength() > 0 ? At(calls[0], "function") : At(message, "function_call");
        return function is { } call && Text(call, "name") is { } name ? new AiFunctionCall(name, Text(call, "arguments") ?? "{}") : null;
    }

    private static JsonElement? Parse(byte[] body)
    {
        try
        {
            var root = JsonElement.Parse(body);
            // Texts that are no Unicode would fail only when they are read.
            return JsonText.Fault(root, "") is null ? root : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonElement? At(JsonElement element, string name) => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : null;

    private static string? Text(JsonElement element, string name) => At(element, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private static long? Count(JsonElement? element, string name) =>
        element is { } usage && At(usage, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var count) && count is >= 0 and < int.MaxValue ? count : null;
}
