using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Portal.Core.Workflows.Tasks;

namespace Portal.Core.Workflows.Engine;

/// <summary>A change of a run that is to be stored whole or not at all.</summary>
/// <param name="IsNew">Whether the run's row is to be made.</param>
/// <param name="IsGivenBack">Whether this node has nothing more to do with the run: it has ended, or it waits.</param>
/// <param name="DueAt">Of one that waits: when it goes on by itself.</param>
/// <param name="GivenUp">The tasks and other runs that nobody waits for any more: their steps were given up, or the run has ended.</param>
/// <param name="Start">The steps that begin once it is stored.</param>
internal sealed record Checkpoint(
    RunState Run, bool IsNew, bool IsGivenBack, DateTimeOffset? DueAt, List<StepRecord> Steps, List<WorkflowTask> Tasks, List<WorkflowExecution> Children, List<string> GivenUp, List<StepState> Start)
{
    public ExecutionRecord Execution { get; } = ExecutionRecord.Of(Run);

    /// <summary>Completed once it is stored, or was not to be stored any more.</summary>
    public TaskCompletionSource? Stored { get; init; }
}

/// <summary>The columns of a run's row that its work changes, as they were when the checkpoint was taken.</summary>
internal sealed record ExecutionRecord(
    ExecutionStatus Status, string? Output, string? ErrorCode, string? ErrorMessage, string? ErrorNodeId, int Progress, long Sequence, DateTimeOffset? StartedAt, DateTimeOffset? CompletedAt,
    long AiMs, int ApiCalls, long Tokens, double Cost, long StoredBytes)
{
    public static ExecutionRecord Of(RunState run)
    {
        var row = run.Row;
        return new(
            row.Status, row.Output, row.ErrorCode, row.ErrorMessage, row.ErrorNodeId, row.Progress, row.Sequence, row.StartedAt, row.CompletedAt,
            row.AiMs, row.ApiCalls, row.Tokens, row.Cost, row.StoredBytes);
    }
}

/// <summary>A step's row, as it was when the checkpoint was taken.</summary>
internal sealed record StepRecord(
    int Number, string NodeId, string Scope, ExecutionStatus Status, int Attempt, string? Input, string? Output, byte[]? OutputBlob, string? FollowedEdges,
    string? ErrorCode, string? ErrorMessage, DateTimeOffset? WaitsUntil, string? WaitsFor, DateTimeOffset StartedAt, DateTimeOffset? CompletedAt, long Sequence)
{
    /// <summary>Longer JSON goes to a blob.</summary>
    public const int LongestInRow = 64 * 1024;

    /// <summary>What the step adds to what the organization stores.</summary>
    public long Bytes => (Input?.Length ?? 0) + (Output?.Length ?? 0) + (OutputBlob?.Length ?? 0);

    public static StepRecord Of(StepState step)
    {
        // What a loop goes over stands in its output until the results take its place.
        var (output, outputBlob) = Split(step.HasEnded || step.Loop is null ? step.Output : step.Loop.Items);
        return new(
            step.Number, step.Node.Id, step.Scope.Path, step.Status, step.Attempt, step.Input, output, outputBlob, step.FollowedEdges,
            step.ErrorCode, step.ErrorMessage, step.WaitsUntil, step.WaitsFor, step.StartedAt, step.CompletedAt, step.Sequence);
    }

    public static byte[] Compress(string json)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest)) brotli.Write(Encoding.UTF8.GetBytes(json));
        return packed.ToArray();
    }

    public static JsonElement Decompress(byte[] data)
    {
        using var brotli = new BrotliStream(new MemoryStream(data), CompressionMode.Decompress);
        using var json = new MemoryStream();
        brotli.CopyTo(json);
        return JsonElement.Parse(json.GetBuffer().AsSpan(0, (int)json.Length));
    }

    private static (string? Text, byte[]? Blob) Split(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Undefined) return (null, null);
        var text = value.GetRawText();
        return text.Length <= LongestInRow ? (text, null) : (null, Compress(text));
    }
}
