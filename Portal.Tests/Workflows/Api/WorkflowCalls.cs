using System.Text.Json;
using Portal.Core.Shared.Json;
using Portal.Core.Workflows.Definitions;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;
using Portal.Tests.Workflows.Engine;

namespace Portal.Tests.Workflows.Api;

/// <summary>What tests do with workflows over HTTP: post a definition, run it, and see what came of it.</summary>
internal static class WorkflowCalls
{
    public const string Executions = "/api/v1/executions";

    /// <summary>A graph as the body of a request.</summary>
    public static string Json(GraphText graph)
    {
        var built = graph.Build();
        return JsonSerializer.Serialize(new WorkflowInput { Name = "Test", Nodes = built.Nodes, Edges = built.Edges, Settings = built.Settings }, PortalJson.Options);
    }

    /// <summary>Makes a workflow and returns its id.</summary>
    public static async Task<string> MadeWorkflow(this ApiClient client, GraphText graph)
    {
        var made = await client.Post("/api/v1/workflows", Json(graph));
        Assert.True(made.Status == 201, made.Json.GetRawText());
        return made.Id;
    }

    /// <summary>Starts a run and returns its id.</summary>
    public static async Task<string> StartedRun(this ApiClient client, string workflowId, string inputs = "{}")
    {
        var started = await client.Post($"/api/v1/workflows/{workflowId}/execute", $$"""{"inputs":{{inputs}}}""");
        Assert.True(started.Status == 202, started.Json.GetRawText());
        return started.Text("execution_id");
    }

    /// <summary>The run, once it has ended.</summary>
    public static async Task<ApiAnswer> EndedRun(this ApiClient client, string executionId, TimeSpan? deadline = null)
    {
        ApiAnswer? last = null;
        await WaitFor.Condition(async () => IsEnded(last = await client.Get($"{Executions}/{executionId}")), $"run {executionId} has ended", deadline);
        return last!;
    }

    public static async Task<ApiAnswer> Ran(this ApiClient client, GraphText graph, string inputs = "{}") =>
        await client.EndedRun(await client.StartedRun(await client.MadeWorkflow(graph), inputs));

    /// <summary>Runs of the client's organization that have not ended.</summary>
    public static async Task<int> Unended(this ApiClient client)
    {
        var counts = new[] { await client.Get($"{Executions}?status=pending"), await client.Get($"{Executions}?status=running") };
        return counts.Sum(page => page.Json.GetProperty("pagination").GetProperty("total").GetInt32());
    }

    /// <summary>The run's status, the code of its error and the node that it came from.</summary>
    public static (string Status, string Code, string Node) Outcome(this ApiAnswer run) => (run.Text("status"), run.Text("error_code"), run.Text("error_node_id"));

    private static bool IsEnded(ApiAnswer run) => run.Status == 200
        ? run.Json.GetProperty("completed_at").ValueKind == JsonValueKind.String
        : throw new InvalidOperationException($"{run.Status}: {run.Json}");
}
