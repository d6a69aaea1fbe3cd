using System.Text.Json.Nodes;
using Portal.Api.Gateway;
using Portal.Api.Webhooks;
using Portal.Core.Workflows.Tasks;

namespace Portal.Api.Workflows;

/// <summary>The examples of tasks in the API's documents.</summary>
internal static class TaskExamples
{
    private static readonly DateTimeOffset Moment = new(2024, 3, 20, 10, 30, 0, TimeSpan.Zero);

    public static readonly TaskResource Approval = new()
    {
        Id = "apr_06bv5dk40xq4s0d2k8h1r3n7zr", Type = TaskKind.Approval, Status = TaskState.Open, Title = "Discount of 20 % for Analytical Engines Ltd",
        Message = "The customer orders two units.", Data = new JsonObject { ["deal_id"] = "deal_06bv5d10vxq4s0d2k8h1r3n7zg", ["discount"] = 20 }, Role = null, UserIds = [], Url = null,
        WorkflowId = "wf_06bv5d4qgxq4s0d2k8h1r3n7zm", ExecutionId = "exe_06bv5d9t4xq4s0d2k8h1r3n7zq", NodeId = "manager", ExpiresAt = Moment.AddYears(100),
        Decision = null, Comment = null, DoneBy = null, DoneAt = null, CreatedAt = Moment,
    };

    public static readonly DecisionInput Decision = new() { Comment = "For two units, yes." };

    public static readonly TaskResource Approved = Approval with
    {
        Status = TaskState.Done, Decision = "approved", Comment = Decision.Comment, DoneBy = "usr_06bv59hk2xq4s0d2k8h1r3n7zh", DoneAt = Moment.AddMinutes(12),
    };

    public static readonly DecisionInput Refusal = new() { Comment = "Too much." };

    public static readonly TaskResource Rejected = Approval with
    {
        Status = TaskState.Done, Decision = "rejected", Comment = Refusal.Comment, DoneBy = "usr_06bv59hk2xq4s0d2k8h1r3n7zh", DoneAt = Moment.AddMinutes(12),
    };

    public static readonly ResourcePage<TaskResource> Page = WebhookExamples.PageOf(Approval);
}
