using System.Text.Encodings.Web;
using System.Text.Json;

namespace Portal.Core.Workflows.Definitions;

/// <summary>JSON values that workflows begin with.</summary>
internal static class Json
{
    /// <summary>What stands in place of a secret.</summary>
    public const string Mask = "••••";

    public static JsonElement EmptyObject { get; } = JsonElement.Parse("{}");

    public static JsonElement Null { get; } = JsonElement.Parse("null");

    // Stored, and sent as JSON only: escaping for HTML would lengthen every accent.
    public static JsonWriterOptions Writing { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true, MaxDepth = 64 };

    /// <summary>The value, or null where there is none.</summary>
    public static JsonElement OrNull(this JsonElement element) => element.ValueKind == JsonValueKind.Undefined ? Null : element;
}
