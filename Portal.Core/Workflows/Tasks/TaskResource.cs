using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Core.Shared.Json;

namespace Portal.Core.Workflows.Tasks;

/// <summary>Something that a run asks of a person.</summary>
public sealed record TaskResource : IResource
{
    public static string Kind => "task";

    public static string Plural => "tasks";

    /// <summary><c>apr_…</c> or <c>frm_…</c></summary>
    public required string Id { get; init; }

    /// <summary>What is to be done: decide, or fill in a form.</summary>
    public required TaskKind Type { get; init; }
    public required TaskState Status { get; init; }
    public required string Title { get; init; }
    public required string? Message { get; init; }

    /// <summary>What whoever decides should see; any JSON.</summary>
    public required JsonNode? Data { get; init; }

    /// <summary>Members of this role and above may decide; null names none.</summary>
    public required string? Role { get; init; }

    /// <summary>These users may decide, whatever their role.</summary>
    public required IReadOnlyList<string> UserIds { get; init; }

    /// <summary>Where a form is filled in; null for approvals.</summary>
    public required string? Url { get; init; }
    public required string WorkflowId { get; init; }
    public required string ExecutionId { get; init; }
    public required string NodeId { get; init; }

    /// <summary>Until when it can be done; null is for ever.</summary>
    public required DateTimeOffset? ExpiresAt { get; init; }

    /// <summary><c>approved</c> or <c>rejected</c>; null until somebody decided.</summary>
    public required string? Decision { get; init; }

    /// <summary>What whoever decided said of it.</summary>
    public required string? Comment { get; init; }

    /// <summary>The user or API key that did it; null for a form, and until it is done.</summary>
    public required string? DoneBy { get; init; }
    public required DateTimeOffset? DoneAt { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    internal static TaskResource Of(WorkflowTask row, Func<string, string> address)
    {
        var isApproval = row.Kind == TaskKind.Approval;
        var details = isApproval ? ApprovalDetails.Of(row.Details) : null;
        var decision = isApproval && row.Result is { } result ? JsonSerializer.Deserialize<ApprovalDecision>(result, PortalJson.Options) : null;
        return new()
        {
            Id = row.Id,
            Type = row.Kind,
            Status = row.State,
            Title = row.Title,
            Message = details?.Message,
            Data = details is { Data.ValueKind: not JsonValueKind.Undefined } ? JsonSerializer.SerializeToNode(details.Data) : null,
            Role = details?.Role,
            UserIds = details?.UserIds ?? [],
            Url = isApproval ? null : address($"/forms/{row.Id}"),
            WorkflowId = row.WorkflowId,
            ExecutionId = row.ExecutionId,
            NodeId = row.NodeId,
            ExpiresAt = row.ExpiresAt,
            Decision = decision?.Decision,
            Comment = decision?.Comment,
            DoneBy = row.DoneBy,
            DoneAt = row.DoneAt,
            CreatedAt = row.CreatedAt,
        };
    }
}

/// <summary>What somebody says with a decision.</summary>
public sealed record DecisionInput
{
    /// <summary>At most 2,000 characters.</summary>
    public string? Comment { get; init; }
}

/// <summary>Which tasks are wanted; every field that is given must match.</summary>
public sealed record TaskFilter
{
    /// <summary>One of open, done, expired, cancelled.</summary>
    public string? Status { get; init; }

    /// <summary>approval or form.</summary>
    public string? Type { get; init; }
    public string? ExecutionId { get; init; }
}
