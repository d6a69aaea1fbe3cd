using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Notifications;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;

namespace Portal.Core.Workflows.Tasks;

/// <summary>Tells of a task that a step has opened, in the unit of work that opens it: once, whatever crashes.</summary>
internal sealed class TaskNotices(UserNotifications notifications, EventOutbox outbox)
{
    /// <summary>Tells those who may decide, and every listener of <c>approval.requested</c>.</summary>
    /// <param name="db">The unit, of the task's tenant or across tenants.</param>
    public async Task Opened(PortalDbContext db, WorkflowTask task, CancellationToken cancellation)
    {
        if (task.Kind != TaskKind.Approval) return;
        var details = ApprovalDetails.Of(task.Details);
        var told = outbox.Add(db, "approval.requested", "approval", task.Id, "requested", new ApprovalRequested
        {
            Subject = task.Title,
            RequestedBy = task.WorkflowId,
            Approver = details.Role ?? (details.UserIds.Count > 0 ? string.Join(", ", details.UserIds) : null),
            DueAt = task.ExpiresAt,
            Message = details.Message,
            WorkflowId = task.WorkflowId,
            ExecutionId = task.ExecutionId,
            NodeId = task.NodeId,
        });
        (told.OrganizationId, told.Mode) = (task.OrganizationId, task.Mode);
        var users = await Approvers(db, task.OrganizationId, details, cancellation);
        await notifications.Tell(db, task.OrganizationId, users, new Notice(NotificationKind.ApprovalRequested, "approval:" + task.Id, task.Id, task.Title), cancellation);
    }

    private static Task<List<string>> Approvers(PortalDbContext db, string organizationId, ApprovalDetails details, CancellationToken cancellation)
    {
        // Of an approval that names nobody, those are told who run the organization; others see it in the list.
        var roles = details.IsRestricted ? details.Roles : [Role.Owner, Role.Admin];
        var users = details.UserIds.ToArray();
        return db.Across<Membership>()
            .Where(member => member.OrganizationId == organizationId && (roles.Contains(member.Role) || users.Contains(member.UserId)))
            .Select(member => member.UserId).ToListAsync(cancellation);
    }

    // What the catalogue says of approval.requested, and where it comes from.
    private sealed record ApprovalRequested
    {
        public required string Subject { get; init; }

        /// <summary>The workflow that asks.</summary>
        public required string RequestedBy { get; init; }
        public required string? Approver { get; init; }
        public required DateTimeOffset? DueAt { get; init; }
        public required string? Message { get; init; }
        public required string WorkflowId { get; init; }
        public required string ExecutionId { get; init; }
        public required string NodeId { get; init; }
    }
}
