using System.Text.Json;
using Portal.Api.Gateway;
using Portal.Core.Shared.Json;
using Portal.Core.Workflows.Engine;
using Portal.Core.Workflows.History;
using Portal.Core.Workflows.Testing;

namespace Portal.Api.Workflows;

/// <summary>The examples of runs in the API's documents.</summary>
internal static class ExecutionExamples
{
    private const string Id = "exe_06bv5dsm0xq4s0d2k8h1r3n7zc";
    private const string WorkflowId = "wf_06bv5d4qgxq4s0d2k8h1r3n7zm";
    private const string UserId = "usr_06bv59hk2xq4s0d2k8h1r3n7zh";
    private static readonly DateTimeOffset Moment = new(2024, 3, 20, 10, 30, 0, TimeSpan.Zero);

    public static readonly ExecuteInput NewRun = new() { Inputs = Json("""{"email":"ada@analytical.example","amount":12500.5}"""), Context = Json("""{"source":"website"}""") };

    public static readonly StartedExecution Started = new(Id, ExecutionStatus.Running, Moment);

    public static readonly ExecutionResource Listed = new()
    {
        Id = Id, WorkflowId = WorkflowId, WorkflowName = "Lead routing", Version = 3, Status = ExecutionStatus.Completed, Progress = 100, TriggerType = "api", TriggerNodeId = null,
        ErrorCode = null, ErrorMessage = null, ErrorNodeId = null, ParentId = null, RetryOf = null, WaitsUntil = null, Sequence = 4, CreatedBy = UserId, CreatedAt = Moment, StartedAt = Moment,
        CompletedAt = Moment.AddMilliseconds(840), Metrics = new ExecutionMetrics { TotalDurationMs = 840, AiProcessingTimeMs = 0, ApiCallsCount = 1, TokensUsed = 0, CostEstimate = 0 },
    };

    public static readonly ExecutionStep Step = new()
    {
        Id = $"{Id}:2", Number = 2, NodeId = "route", NodeName = "Large or small?", Scope = "", Status = ExecutionStatus.Completed, Attempt = 1,
        InputData = Json("""{"config":{"cases":[{"port":"large","when":"inputs.amount > 10000"}]},"input":{"type":"api"}}"""), OutputData = Json("""{"type":"api"}"""), OutputOmitted = false,
        FollowedEdges = ["edge-3"], ErrorCode = null, ErrorMessage = null, WaitsUntil = null, WaitsFor = null, StartedAt = Moment, CompletedAt = Moment.AddMilliseconds(4), DurationMs = 4,
    };

    public static readonly ExecutionResource Execution = Listed with
    {
        InputData = NewRun.Inputs, OutputData = Json("""{"owner":"usr_06bv59hk2xq4s0d2k8h1r3n7zh"}"""), Steps = [Step], StepCount = 1,
    };

    public static readonly ExecutionResource Cancelling = Listed with { Status = ExecutionStatus.Running, Progress = 40, CompletedAt = null };

    public static readonly RetryInput Retry = new() { From = "failed" };

    public static readonly NodeTestInput Test = new() { NodeId = "order", Trigger = Json("""{"body":{"total":120}}""") };

    public static readonly NodeTestResult Tested = new()
    {
        Status = "completed", Output = Json("""{"body":{"total":120}}"""), Ports = null, InputData = Json("""{"config":{}}"""), ErrorCode = null, ErrorMessage = null, WaitsFor = null,
        DurationMs = 2, ApiCallsCount = 0, TokensUsed = 0, CostEstimate = 0,
    };

    public static ResourcePage<T> PageOf<T>(T item) where T : IResource => Webhooks.WebhookExamples.PageOf(item);

    private static JsonElement Json(string json) => JsonElement.Parse(json);
}
