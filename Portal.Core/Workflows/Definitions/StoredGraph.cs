using System.Text.Encodings.Web;
using System.Text.Json;
using Portal.Core.Shared.Json;

namespace Portal.Core.Workflows.Definitions;

/// <summary>Definitions as versions and templates keep them. A format that stays: what older portals wrote is read for ever, so fields are added with defaults and never change their meaning.</summary>
internal static class StoredGraph
{
    // Stored, and sent as JSON only: escaping for HTML would lengthen every accent.
    private static readonly JsonSerializerOptions Writing = new(PortalJson.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(WorkflowGraph graph) => JsonSerializer.Serialize(graph, Writing);

    public static WorkflowGraph Read(string json) => JsonSerializer.Deserialize<WorkflowGraph>(json, PortalJson.Options)!;

    public static JsonElement Element(WorkflowGraph graph) => JsonSerializer.SerializeToElement(graph, PortalJson.Options);
}
