using System.Text.Json;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Nodes;
using Portal.Core.Workflows.Nodes.Transformation;

[assembly: Registers<INodeType, DataTransformationNode>]

namespace Portal.Core.Workflows.Nodes;

/// <summary>Makes data of data: a list of operations, each on what the one before gave, or one expression.</summary>
internal sealed class DataTransformationNode : NodeType<DataTransformationNode.Settings>
{
    public override NodeDescriptor Descriptor { get; } = new()
    {
        Type = "data-transformation",
        Title = "Transform data",
        Description = "Sets, picks, filters, sorts, groups and converts data, step by step; or makes it with one expression.",
        Icon = "transform",
        Category = "data",
        ConfigSchema = TransformationSchema.Create(),
    };

    public override IEnumerable<(string Field, string Message)> Check(JsonElement config)
    {
        if (config.ValueKind != JsonValueKind.Object) yield break;
        if (config.TryGetProperty("expression", out _) == config.TryGetProperty("operations", out var operations)) yield return ("operations", "Give either operations or an expression.");
        if (operations.ValueKind != JsonValueKind.Array) yield break;
        foreach (var (i, step) in operations.EnumerateArray().Index())
        {
            if (step.ValueKind != JsonValueKind.Object || !step.TryGetProperty("operation", out var name) || name.ValueKind != JsonValueKind.String) continue;
            if (TransformationSchema.NeededBy(name.GetString()!) is { } needed && !step.TryGetProperty(needed, out _))
                yield return ($"operations[{i}].{needed}", $"Operation {i + 1}: {name.GetString()} needs {needed}.");
        }
    }

    protected override ValueTask<NodeResult> Run(NodeContext context, Settings config, CancellationToken cancellation)
    {
        if (config.Expression is { } expression) return new(NodeResult.Done(NodeJson.Of(context.Evaluate(expression))));
        var value = NodeJson.Readable(config.Data ?? context.Input, "input");
        var scope = new TransformScope(context, cancellation);
        foreach (var (i, step) in config.Operations.Index()) value = Apply(value, step, scope, i + 1);
        return new(NodeResult.Done(value.OrNull()));
    }

    private static JsonElement Apply(JsonElement value, TransformStep step, TransformScope scope, int number)
    {
        scope.ThrowIfCancelled();
        try
        {
            return Apply(value, step, scope);
        }
        catch (NodeException fault)
        {
            throw new NodeException(fault.Code, $"Operation {number} ({JsonNamingPolicy.SnakeCaseLower.ConvertName(step.Operation.ToString())}): {fault.Message}");
        }
    }

    private static JsonElement Apply(JsonElement value, TransformStep step, TransformScope scope) => step.Operation switch
    {
        TransformOperation.Set => FieldOperations.Set(value, step),
        TransformOperation.Compute => FieldOperations.Compute(value, step, scope),
        TransformOperation.Map => FieldOperations.Map(value, step, scope),
        TransformOperation.Pick => FieldOperations.Pick(value, step),
        TransformOperation.Omit => FieldOperations.Omit(value, step),
        TransformOperation.Rename => FieldOperations.Rename(value, step),
        TransformOperation.Filter => ListOperations.Filter(value, step, scope),
        TransformOperation.Sort => ListOperations.Sort(value, step),
        TransformOperation.Take => ListOperations.Take(value, step),
        TransformOperation.Unique => ListOperations.Unique(value, step),
        TransformOperation.Group => ListOperations.Group(value, step),
        TransformOperation.Flatten => ListOperations.Flatten(value, step),
        TransformOperation.Merge => ListOperations.Merge(value, step),
        TransformOperation.Split => ValueOperations.Split(value, step),
        TransformOperation.Join => ValueOperations.Join(value, step),
        TransformOperation.ParseJson => ValueOperations.ParseJson(value, step),
        TransformOperation.FormatJson => ValueOperations.FormatJson(value, step),
        TransformOperation.ToNumber => ValueOperations.ToNumber(value, step),
        TransformOperation.FormatNumber => ValueOperations.FormatNumber(value, step),
        TransformOperation.ToDate => ValueOperations.ToDate(value, step),
        TransformOperation.FormatDate => ValueOperations.FormatDate(value, step),
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };

    internal sealed record Settings
    {
        public string? Expression { get; init; }
        public JsonElement? Data { get; init; }
        public IReadOnlyList<TransformStep> Operations { get; init; } = [];
    }
}
