using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Portal.Core.Expressions;
using Portal.Core.Expressions.Evaluation;
using Portal.Core.Workflows.Definitions;

namespace Portal.Core.Workflows.Engine;

/// <summary>What a run was started with.</summary>
internal sealed record RunInput(JsonElement Trigger, JsonElement Inputs, JsonElement Context)
{
    private const string Edited = "edited";
    private const string Depth = "event_depth";

    /// <summary>Of a run that repeats another: nodes' inputs that were edited, by node id.</summary>
    public JsonElement EditedInputs { get; init; }

    /// <summary>See <see cref="ExecutionStart.EventDepth"/>.</summary>
    public int EventDepth { get; init; }

    public static RunInput Read(string json)
    {
        var element = JsonElement.Parse(json);
        return new(Part(element, WorkflowNames.Trigger), Part(element, WorkflowNames.Inputs), Part(element, WorkflowNames.Context))
        {
            EditedInputs = element.TryGetProperty(Edited, out var edited) ? edited : default,
            EventDepth = element.TryGetProperty(Depth, out var depth) ? depth.GetInt32() : 0,
        };
    }

    public string Write()
    {
        var json = new System.Buffers.ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(json, Json.Writing))
        {
            writer.WriteStartObject();
            Write(writer, WorkflowNames.Trigger, Trigger);
            Write(writer, WorkflowNames.Inputs, Inputs);
            Write(writer, WorkflowNames.Context, Context);
            Write(writer, Edited, EditedInputs);
            if (EventDepth > 0) writer.WriteNumber(Depth, EventDepth);
            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(json.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, string name, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Undefined) return;
        writer.WritePropertyName(name);
        value.WriteTo(writer);
    }

    private static JsonElement Part(JsonElement element, string name) => element.TryGetProperty(name, out var part) ? part : Json.EmptyObject;
}

/// <summary>The values that expressions name at one place of a run. Each is made when it is asked for: most expressions name one or two.</summary>
internal sealed class RunValues(RunFacts facts, ScopeState scope, JsonElement input, JsonElement output = default) : IReadOnlyDictionary<string, CelValue>
{
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out CelValue value)
    {
        switch (key)
        {
            case WorkflowNames.Trigger: value = CelValue.From(facts.Input.Trigger.OrNull()); return true;
            case WorkflowNames.Inputs: value = CelValue.From(facts.Input.Inputs.OrNull()); return true;
            case WorkflowNames.Nodes: value = CelValue.Of(new NodesMap(facts.Plan, scope)); return true;
            case WorkflowNames.Variables: value = CelValue.From(facts.Plan.Variables); return true;
            case WorkflowNames.Context: value = facts.Context; return true;
            case WorkflowNames.Secrets: value = CelValue.From(facts.Secrets); return true;
            case WorkflowNames.Input: value = CelValue.From(input.OrNull()); return true;
            case WorkflowNames.Now: value = CelValue.From(facts.Time.GetUtcNow()); return true;
            case WorkflowNames.Output when output.ValueKind != JsonValueKind.Undefined: value = CelValue.From(output); return true;
            case WorkflowNames.Item when scope.Loop is not null: value = CelValue.From(scope.Item); return true;
            case WorkflowNames.Index when scope.Loop is not null: value = CelValue.Of((long)scope.Round); return true;
            default: value = default; return false;
        }
    }

    public CelValue this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException(key);

    public IEnumerable<string> Keys => WorkflowNames.All.Where(ContainsKey);

    public IEnumerable<CelValue> Values => Keys.Select(key => this[key]);

    public int Count => Keys.Count();

    public bool ContainsKey(string key) => TryGetValue(key, out _);

    public IEnumerator<KeyValuePair<string, CelValue>> GetEnumerator() => Keys.Select(key => KeyValuePair.Create(key, this[key])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // What has not ended is not there.
    private sealed class NodesMap(WorkflowPlan plan, ScopeState scope) : FieldMap
    {
        public override int Count => Keys.Count();

        public override IEnumerable<CelValue> Keys => plan.Nodes.Where(node => Find(node) is not null).Select(node => CelValue.Of(node.Id));

        public override bool TryGet(string key, out CelValue value)
        {
            value = default;
            if (plan.Find(key) is not { } node || Find(node) is not { } step) return false;
            value = CelValue.Of(new StepMap(step));
            return true;
        }

        private StepState? Find(PlanNode node)
        {
            for (var at = scope; at is not null; at = at.Parent)
            {
                if (at.Step(node) is { FollowedEdges: not null } step) return step;
            }

            return null;
        }
    }

    private sealed class StepMap(StepState step) : FieldMap
    {
        private static readonly CelValue[] Names = [CelValue.Of("output"), CelValue.Of("status"), CelValue.Of("error")];

        public override int Count => Names.Length;

        public override IEnumerable<CelValue> Keys => Names;

        public override bool TryGet(string key, out CelValue value)
        {
            switch (key)
            {
                case "output": value = CelValue.From(step.Output.OrNull()); return true;
                case "status": value = CelValue.Of(step.Status == ExecutionStatus.Completed ? "completed" : "failed"); return true;
                case "error": value = step.Status == ExecutionStatus.Failed ? CelValue.From(step.Output.GetProperty("error")) : CelValue.Null; return true;
                default: value = default; return false;
            }
        }
    }
}

/// <summary>What is the same for all expressions of a run.</summary>
internal sealed record RunFacts(WorkflowPlan Plan, RunInput Input, CelValue Context, TimeProvider Time)
{
    public IReadOnlyDictionary<string, string> Secrets { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
