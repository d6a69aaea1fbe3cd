using System.Text.Json;

namespace Portal.Core.Workflows.Engine;

/// <summary>The output of a step that failed, for what goes on after it: <c>{"error":{"code","message","node_id"}}</c>.</summary>
internal static class FailureOutput
{
    public static JsonElement Of(string code, string? message, string nodeId) => JsonSerializer.SerializeToElement(new { error = new { code, message, node_id = nodeId } });

    /// <summary>The code of a failure; null of any other output.</summary>
    /// <param name="nodeId">The node that it must be of; null for any.</param>
    public static string? CodeOf(JsonElement output, string? nodeId = null) =>
        output.ValueKind == JsonValueKind.Object && output.GetPropertyCount() == 1 && output.TryGetProperty("error"u8, out var error)
        && error.ValueKind == JsonValueKind.Object && error.GetPropertyCount() == 3 && error.TryGetProperty("message"u8, out _)
        && error.TryGetProperty("node_id"u8, out var node) && node.ValueKind == JsonValueKind.String && (nodeId is null || node.ValueEquals(nodeId))
        && error.TryGetProperty("code"u8, out var code) && code.ValueKind == JsonValueKind.String
            ? code.GetString()
            : null;
}
