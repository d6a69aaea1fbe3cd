using System.Text.Json;
using Portal.Core.Shared.Json.Schema;
using Portal.Core.Workflows.Definitions;

namespace Portal.Core.Workflows.Nodes;

/// <summary>A node type whose configuration is a type of its own: what templates made of it is checked before the node runs.</summary>
internal abstract class NodeType<TConfig> : INodeType
{
    private readonly Lazy<JsonElement> _schema;

    protected NodeType() => _schema = new(() => JsonSerializer.SerializeToElement(Descriptor.ConfigSchema));

    public abstract NodeDescriptor Descriptor { get; }

    public virtual IReadOnlyList<NodePort> OutputsOf(JsonElement config) => Descriptor.Outputs;

    public virtual IEnumerable<(string Field, string Message)> Check(JsonElement config) => [];

    public ValueTask<NodeResult> Run(NodeContext context, CancellationToken cancellation) => Run(context, Read(context), cancellation);

    protected abstract ValueTask<NodeResult> Run(NodeContext context, TConfig config, CancellationToken cancellation);

    private TConfig Read(NodeContext context)
    {
        // Not well-formed text throws wherever it is read first, so it is looked for before anything is.
        if (JsonText.Fault(context.Config, "config") is { } unreadable) throw Invalid($"{unreadable.Field} {unreadable.Reason}");
        if (SchemaValidator.Faults(_schema.Value, context.Config, "") is [var first, ..]) throw Invalid($"{(first.Field.Length == 0 ? "config" : first.Field)} {first.Reason}");
        if (Check(context.Config).FirstOrDefault() is (_, { } message)) throw Invalid(message);
        try
        {
            return context.ConfigAs<TConfig>();
        }
        catch (JsonException fault)
        {
            throw Invalid($"{fault.Path} cannot be read, or is nested too deeply.");
        }
    }

    private static NodeException Invalid(string message) => new("INVALID_CONFIG", message);
}

/// <summary>Output ports that a configuration names: a list of objects with <c>port</c> and <c>label</c>.</summary>
internal static class NamedPorts
{
    public const string Pattern = "^[A-Za-z0-9_-]{1,64}$";

    /// <summary>The ports in their order. A draft may hold anything, so what is none is passed over.</summary>
    public static IReadOnlyList<NodePort> Of(JsonElement config, string list) =>
        [.. Entries(config, list).Select(entry => new NodePort { Id = Text(entry, "port")!, Label = Text(entry, "label") ?? Text(entry, "port") }).Where(port => port.Id is not null).DistinctBy(port => port.Id)];

    public static IEnumerable<(string Field, string Message)> Faults(JsonElement config, string list, params string[] reserved)
    {
        var seen = new HashSet<string>(reserved, StringComparer.Ordinal) { NodePorts.Error };
        foreach (var (i, entry) in Entries(config, list).Index())
        {
            if (Text(entry, "port") is { } port && !seen.Add(port)) yield return ($"{list}[{i}].port", $"The port {port} is there already.");
        }
    }

    private static IEnumerable<JsonElement> Entries(JsonElement config, string list) =>
        config.ValueKind == JsonValueKind.Object && config.TryGetProperty(list, out var entries) && entries.ValueKind == JsonValueKind.Array
            ? entries.EnumerateArray().Where(entry => entry.ValueKind == JsonValueKind.Object)
            : [];

    private static string? Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
