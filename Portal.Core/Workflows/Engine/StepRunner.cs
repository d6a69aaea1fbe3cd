using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Portal.Core.Access;
using Portal.Core.Expressions;
using Portal.Core.Shared;
using Portal.Core.Shared.Problems;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Nodes;

namespace Portal.Core.Workflows.Engine;

/// <summary>What came of an attempt: a result, or why there is none.</summary>
internal sealed record StepOutcome(NodeResult? Result, StepFailure? Failure, NodeMeter? Meter)
{
    /// <summary>What is kept of configuration and input.</summary>
    public string? Input { get; init; }
}

/// <summary>Why an attempt failed.</summary>
internal sealed record StepFailure(string Code, string Message, bool Retryable, TimeSpan? RetryAfter = null);

/// <summary>Runs a node once: fills its configuration in, bounds its time, and makes of every exception an outcome.</summary>
internal sealed class StepRunner(INodeHost host, TimeProvider time, ILogger<StepRunner> logger)
{
    // What is longer is not worth keeping twice: it is some step's output.
    private const int LongestKept = 16 * 1024;

    // For a node that has been told to end: it may have to give back what it holds, and a write may just be committed.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>Runs a node.</summary>
    /// <returns>Null when <paramref name="stop"/> ended it: then nothing came of it.</returns>
    public async Task<StepOutcome?> Run(StepCall call, CancellationToken stop)
    {
        NodeContext? context = null;
        string? kept = null;
        using var timeout = new CancellationTokenSource(call.Node.Timeout, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop, timeout.Token);
        try
        {
            CheckRules(call);
            var config = call.Node.Config.Fill(call.Values);
            kept = Kept(call, config);
            context = Context(call, config);
            var result = await Finish(call.Node.Type.Run(context, limit.Token), limit.Token);
            return new(Sized(result, call.LargestOutput), null, context.Meter) { Input = kept };
        }
        catch (Exception e)
        {
            if (stop.IsCancellationRequested) return null;
            return new(null, FailureOf(e, call, timeout.IsCancellationRequested), context?.Meter) { Input = kept };
        }
    }

    // A node that does not end although it should is left behind: it may not keep its run from going on.
    private async ValueTask<NodeResult> Finish(ValueTask<NodeResult> running, CancellationToken limit)
    {
        if (running.IsCompleted) return await running;
        using var patience = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        await using var end = limit.UnsafeRegister(_ => patience.CancelAfter(Grace), null);
        return await running.AsTask().WaitAsync(patience.Token);
    }

    private NodeContext Context(StepCall call, JsonElement config) => new(host)
    {
        Node = call.Node.Node,
        WorkflowId = call.WorkflowId,
        WorkflowName = call.WorkflowName,
        ExecutionId = call.ExecutionId,
        Step = call.Step,
        Attempt = call.Attempt,
        IsTest = call.IsTest,
        Config = config,
        Input = call.Input,
        Trigger = call.Trigger,
        Values = call.Values,
        Actor = call.Actor,
        Resumed = call.Resumed,
    };

    private static void CheckRules(StepCall call)
    {
        // Once is enough: what has waited was checked before.
        if (call.Resumed is not null) return;
        foreach (var (rule, message) in call.Node.Rules)
        {
            if (!rule.Test(call.Values, out var fault)) throw new NodeException("VALIDATION_FAILED", fault is null ? message : $"{message} ({fault.Message})");
        }
    }

    private static NodeResult Sized(NodeResult result, int most)
    {
        if (result is NodeDone { Output: { ValueKind: not JsonValueKind.Undefined } output } && OutputBounds.Fault(output, most) is { } fault) throw new NodeException(fault.Code, fault.Message);
        return result;
    }

    private StepFailure FailureOf(Exception problem, StepCall call, bool isTimedOut)
    {
        switch (problem)
        {
            case NodeException failed: return new(failed.Code, failed.Message, failed.Retryable, failed.RetryAfter);
            case TemplateException template: return new("EXPRESSION_FAILED", template.Message, false);
            case ProblemException refused: return new(refused.Problem.Code.Code, Sentence(refused.Problem), refused.Problem.HttpStatus is 429 or >= 500);
            case OperationCanceledException when isTimedOut: return new("TIMED_OUT", $"The node took more than {call.Node.Timeout.TotalSeconds:0.###} s.", true);
            default:
                logger.LogError(problem, "Node {Node} of run {Execution} failed", call.Node.Id, call.ExecutionId);
                return new("INTERNAL_ERROR", "The node failed for a reason that lies in the portal; its log says more.", true);
        }
    }

    private static string Sentence(Problem problem) =>
        problem.Errors.Count > 0 ? string.Join(' ', problem.Errors.Select(fault => $"{fault.Field}: {fault.Reason}")) : problem.Message;

    private static string Kept(StepCall call, JsonElement config)
    {
        var json = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(json, Json.Writing))
        {
            writer.WriteStartObject();
            Keep(writer, "config", call.UsesSecrets ? call.Node.Config.Fill(call.Values, masks: true) : config);
            Keep(writer, "input", call.Input);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(json.WrittenSpan);
    }

    private static void Keep(Utf8JsonWriter writer, string name, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Undefined) return;
        writer.WritePropertyName(name);
        if (!JsonLength.Exceeds(value, LongestKept))
        {
            value.WriteTo(writer);
            return;
        }

        writer.WriteStartObject();
        writer.WriteBoolean("omitted", true);
        writer.WriteEndObject();
    }
}

/// <summary>How long a value is as JSON.</summary>
internal static class JsonLength
{
    /// <summary>Whether a value takes more UTF-16 units than that. Elements of a document know their text, so nothing is copied but that.</summary>
    public static bool Exceeds(JsonElement value, int most) => value.ValueKind switch
    {
        JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.String => System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(value).Length > most,
        _ => false,
    };
}

/// <summary>What an output may be: answers show it inside of others, and crashes read it back.</summary>
internal static class OutputBounds
{
    /// <summary>As deep as expressions make values.</summary>
    public const int Deepest = 32;

    /// <summary>Why a value cannot be an output; null where it can.</summary>
    public static (string Code, string Message)? Fault(JsonElement output, int most)
    {
        if (JsonLength.Exceeds(output, most)) return ("OUTPUT_TOO_LARGE", $"The output is larger than {most / 1024} KiB of JSON.");
        return IsDeeper(output, Deepest) ? ("OUTPUT_TOO_DEEP", $"The output is nested more than {Deepest} levels deep.") : null;
    }

    // Reads the text, once and without a copy: what is short cannot be deep.
    private static bool IsDeeper(JsonElement value, int most)
    {
        if (value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array)) return false;
        var json = System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(value);
        if (json.Length <= most * 2) return false;
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        while (reader.Read())
        {
            // A value that is empty counts as a level as well.
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && reader.CurrentDepth >= most) return true;
        }

        return false;
    }
}

/// <summary>What a node is run with.</summary>
internal sealed record StepCall
{
    public required PlanNode Node { get; init; }
    public required string WorkflowId { get; init; }
    public required string WorkflowName { get; init; }
    public required string ExecutionId { get; init; }
    public required int Step { get; init; }
    public required int Attempt { get; init; }
    public bool IsTest { get; init; }
    public required JsonElement Input { get; init; }
    public required JsonElement Trigger { get; init; }
    public required IReadOnlyDictionary<string, CelValue> Values { get; init; }
    public required Actor Actor { get; init; }
    public NodeResumption? Resumed { get; init; }
    public required int LargestOutput { get; init; }

    /// <summary>Whether what is kept must be masked.</summary>
    public bool UsesSecrets { get; init; }
}
