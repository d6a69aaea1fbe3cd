using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Workflows.Tasks;

/// <summary>What runs ask of people. Every fault is a <see cref="ProblemException"/>.</summary>
public sealed class TaskService
{
    /// <summary>The scope that deciding needs.</summary>
    public const string WriteScope = "workflows:write";
    private const int LongestComment = 2000;

    private static readonly Sorting<WorkflowTask> Sorting = new Sorting<WorkflowTask>(TaskResource.Plural, row => row.Id).By("created_at", row => row.CreatedAt);

    private readonly PortalStore _store;
    private readonly TaskCompletion _completion;
    private readonly PublicAddress _address;
    private readonly AuditLog _audit;
    private readonly TimeProvider _time;

    internal TaskService(PortalStore store, TaskCompletion completion, PublicAddress address, AuditLog audit, TimeProvider time) =>
        (_store, _completion, _address, _audit, _time) = (store, completion, address, audit, time);

    /// <summary>The fields that a list can be sorted by.</summary>
    public static IEnumerable<string> SortFields => Sorting.Fields;

    public async Task<Page<TaskResource>> List(Tenant tenant, TaskFilter filter, PageRequest page, CancellationToken cancellation)
    {
        var (state, kind) = (Named<TaskState>("status", filter.Status), Named<TaskKind>("type", filter.Type));
        await using var db = _store.Read(tenant);
        var rows = db.WorkflowTasks.AsQueryable();
        if (state is { } wanted) rows = rows.Where(row => row.State == wanted);
        if (kind is { } only) rows = rows.Where(row => row.Kind == only);
        if (filter.ExecutionId is { } run) rows = rows.Where(row => row.ExecutionId == run);
        return (await Sorting.Cut(rows, page, cancellation)).Select(Shown);
    }

    public async Task<TaskResource> Get(Tenant tenant, string id, CancellationToken cancellation)
    {
        await using var db = _store.Read(tenant);
        return Shown(await Find(db, id, cancellation));
    }

    /// <summary>Approves; the run goes on at the node's port <c>approved</c>.</summary>
    public Task<TaskResource> Approve(Actor actor, string id, DecisionInput? input, CancellationToken cancellation) => Decide(actor, id, ApprovalDecision.Approved, input, cancellation);

    /// <summary>Rejects; the run goes on at the node's port <c>rejected</c>.</summary>
    public Task<TaskResource> Reject(Actor actor, string id, DecisionInput? input, CancellationToken cancellation) => Decide(actor, id, ApprovalDecision.Rejected, input, cancellation);

    /// <summary>Which of these approvals the actor may decide.</summary>
    public async Task<IReadOnlySet<string>> Decidable(Actor actor, IReadOnlyList<TaskResource> tasks, CancellationToken cancellation)
    {
        await using var db = _store.Read(actor.Tenant);
        var role = await RoleOf(db, actor, cancellation);
        return tasks.Where(task => task.Type == TaskKind.Approval && May(actor, role, new ApprovalDetails(null, default, task.Role, task.UserIds))).Select(task => task.Id).ToHashSet(StringComparer.Ordinal);
    }

    private async Task<TaskResource> Decide(Actor actor, string id, string decision, DecisionInput? input, CancellationToken cancellation)
    {
        var faults = new Faults();
        faults.Text("comment", input?.Comment, LongestComment);
        faults.ThrowIfAny();
        return await _store.Write(actor, async (db, token) =>
        {
            var row = await Find(db, id, token);
            if (row.Kind != TaskKind.Approval) throw Problem.Conflict("A form is not approved; it is filled in on its page.", ("type", "form")).AsException();
            var details = ApprovalDetails.Of(row.Details);
            if (!May(actor, await RoleOf(db, actor, token), details)) throw MayNot(details);
            var now = _time.GetUtcNow();
            var result = JsonSerializer.Serialize(new ApprovalDecision(decision, input?.Comment, now), PortalJson.Options);
            await _completion.Complete(db, row, result, actor.Id, token);
            _audit.Add(db, actor, $"task.{decision}", "task", row.Id, $"{actor.Name} {decision} {row.Title}");
            return Shown(row);
        }, cancellation);
    }

    // A key is nobody's role; it decides only what everybody may who may change workflows.
    private static bool May(Actor actor, Role? role, ApprovalDetails details) =>
        details.IsRestricted ? actor.UserId is { } user && role is { } has && details.Admits(user, has) : actor.May(WriteScope);

    private static ProblemException MayNot(ApprovalDetails details) =>
        new Problem(ErrorCode.AuthorizationFailed, "Somebody else was asked to decide this.") { Details = Problem.Pairs(("role", details.Role), ("user_ids", details.UserIds)) }.AsException();

    private static async Task<Role?> RoleOf(PortalDbContext db, Actor actor, CancellationToken cancellation) => actor.Type == "user" && actor.UserId is { } user
        ? await db.Memberships.Where(member => member.UserId == user).Select(member => (Role?)member.Role).FirstOrDefaultAsync(cancellation)
        : null;

    private TaskResource Shown(WorkflowTask row) => TaskResource.Of(row, _address.Of);

    private static async Task<WorkflowTask> Find(PortalDbContext db, string id, CancellationToken cancellation) =>
        (Faults.IsStorable(id) ? await db.WorkflowTasks.FirstOrDefaultAsync(row => row.Id == id, cancellation) : null) ?? throw Problem.NotFound("task", id).AsException();

    private static T? Named<T>(string field, string? text) where T : struct, Enum
    {
        if (text is null) return null;
        foreach (var value in Enum.GetValues<T>())
        {
            if (value.ToString().Equals(text, StringComparison.OrdinalIgnoreCase)) return value;
        }

        var names = string.Join(", ", Enum.GetNames<T>().Select(name => name.ToLowerInvariant()));
        throw Problem.Field(ErrorCode.Validation, field, $"{field} must be one of {names}.").AsException();
    }
}
