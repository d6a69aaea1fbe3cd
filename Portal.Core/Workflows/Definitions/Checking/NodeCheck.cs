using System.Collections.Frozen;
using System.Text.Json;
using Portal.Core.Shared.Json.Schema;
using Portal.Core.Workflows.Nodes;
using Portal.Core.Workflows.Triggers;

namespace Portal.Core.Workflows.Definitions.Checking;

/// <summary>Checks each node: its type, its configuration and the expressions in it.</summary>
internal sealed class NodeCheck(
    WorkflowGraph graph, WorkflowShape shape, Findings findings, ExpressionCheck expressions, FrozenDictionary<string, JsonElement> schemas, string? workflowId)
{
    private const string SubWorkflow = "sub-workflow";

    public void Run()
    {
        for (var index = 0; index < graph.Nodes.Count; index++)
        {
            if (shape.TypeOf(index) is { } type) CheckConfig(index, graph.Nodes[index], type);
            else findings.Node(index, FindingCodes.NodeTypeUnknown, "type", $"There is no node type {graph.Nodes[index].Type}.");
            CheckRules(index, graph.Nodes[index].Validation ?? []);
        }
    }

    private void CheckConfig(int index, WorkflowNode node, INodeType type)
    {
        if (node.Config.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined or JsonValueKind.Null))
        {
            findings.Node(index, FindingCodes.ConfigInvalid, "config", "config is an object.");
            return;
        }

        var config = shape.IsTrigger(index) ? TriggerConfig.Of(node, graph) : WorkflowPorts.ConfigOf(node);
        if (shape.IsTrigger(index)) CheckFilled(index, config);
        var template = ConfigTemplate.Compile(config, type.Descriptor.ConfigSchema, WorkflowNames.Options);
        CheckSchema(index, node.Type, config, type, template);
        CheckExpressions(index, template);
        if (node.Type == SubWorkflow && workflowId is not null && config.TryGetProperty("workflow_id", out var called) && called.ValueKind == JsonValueKind.String && called.ValueEquals(workflowId))
            findings.Node(index, FindingCodes.CallsItself, "config.workflow_id", "The workflow calls itself.");
    }

    private void CheckFilled(int index, JsonElement config)
    {
        foreach (var name in TriggerConfig.Unfilled(config)) findings.Node(index, FindingCodes.NameUnknown, "config", $"The variable {name} has no value, or one with braces, and a trigger waits with the values of variables.");
    }

    private void CheckSchema(int index, string typeName, JsonElement config, INodeType type, ConfigTemplate template)
    {
        var faults = SchemaValidator.Faults(schemas[typeName], config, "config", IsTemplate);
        foreach (var (field, reason) in faults) findings.Node(index, FindingCodes.ConfigInvalid, field, Sentence(field, reason));
        if (faults.Count > 0) return;
        var templates = template.Expressions.Where(expression => expression.IsTemplate).Select(expression => expression.Field).ToHashSet(StringComparer.Ordinal);
        foreach (var (field, message) in type.Check(config))
        {
            // What a template gives is known only when it runs.
            if (!templates.Contains(field)) findings.Node(index, FindingCodes.ConfigInvalid, field.Length == 0 ? "config" : $"config.{field}", message);
        }
    }

    private void CheckExpressions(int index, ConfigTemplate template)
    {
        var faults = template.Faults.ToLookup(fault => (fault.Field, fault.Offset));
        foreach (var expression in template.Expressions)
        {
            var place = new ExpressionPlace
            {
                Field = $"nodes[{index}].config.{expression.Field}", Text = expression.Text, Node = index, MayUseSecrets = expression.MayUseSecrets,
                // A field that is an expression is evaluated by the node itself, which may give it items of its own.
                IsInLoop = expressions.IsInLoop(index) || !expression.IsTemplate,
            };
            if (faults[(expression.Field, expression.Offset)].FirstOrDefault() is { } fault) expressions.Report(place, fault.Fault, expression.Offset);
            else expressions.CheckNames(place, expression.Source, expression.Offset);
        }
    }

    private void CheckRules(int index, IReadOnlyList<ValidationRule> rules)
    {
        foreach (var (number, rule) in rules.Index())
            expressions.CheckTest(new() { Field = $"nodes[{index}].validation[{number}].rule", Text = rule.Rule, Node = index, IsInLoop = expressions.IsInLoop(index) });
    }

    private static bool IsTemplate(JsonElement schema, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String || Says(schema, "x-literal", JsonValueKind.True)) return false;
        if (Says(schema, "format", JsonValueKind.String) && schema.GetProperty("format").ValueEquals("cel")) return false;
        var text = value.GetString()!;
        return text.IndexOf("{{", StringComparison.Ordinal) is >= 0 and var open && text.IndexOf("}}", open + 2, StringComparison.Ordinal) >= 0;
    }

    private static bool Says(JsonElement schema, string keyword, JsonValueKind kind) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty(keyword, out var said) && said.ValueKind == kind;

    // The validator's reasons go on after the field's name, or are sentences of their own.
    private static string Sentence(string field, string reason) => char.IsLower(reason[0]) ? $"{field[(field.LastIndexOf('.') + 1)..]} {reason}" : reason;
}
