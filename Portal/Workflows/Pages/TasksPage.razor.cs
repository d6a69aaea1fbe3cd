using Microsoft.AspNetCore.Components;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Paging;
using Portal.Core.Workflows.Tasks;
using Portal.Gateway;
using Portal.Shared;
using Portal.Shared.Parts;
using Portal.Workflows.Parts;

namespace Portal.Workflows.Pages;

/// <summary>What runs wait for people to do. Which tasks and the one that is open stand in the address; new ones appear by themselves.</summary>
public sealed partial class TasksPage : ActingView<TaskTexts>
{
    private const string OpenStatus = "open";
    private const string DoneStatus = "done";
    private const string AllStatus = "all";

    private DataGrid<TaskResource> grid = default!;
    private DetailDrawer<OpenTask> drawer = default!;
    private LiveSignal? changes;

    [Inject]
    private TaskService Tasks { get; set; } = default!;

    [Inject]
    private IClusterSignals Signals { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    /// <summary><c>done</c>, <c>all</c>; anything else shows those that wait.</summary>
    [SupplyParameterFromQuery(Name = "status")]
    private string? StatusParameter { get; set; }

    /// <summary>The task that is open.</summary>
    [SupplyParameterFromQuery(Name = "task")]
    private string? TaskId { get; set; }

    private string? Status => StatusParameter is DoneStatus or AllStatus ? StatusParameter : null;

    private TaskFilter Filter => new() { Status = Status switch { AllStatus => null, DoneStatus => DoneStatus, _ => OpenStatus } };

    /// <inheritdoc />
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) changes = new LiveSignal(Signals, SignalTopics.WorkflowTask, () => User?.OrganizationId, Time, () => InvokeAsync(ChangedAsync));
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        changes?.Dispose();
        base.Dispose(disposing);
    }

    private async Task ChangedAsync()
    {
        await grid.ReloadAsync();
        // A refusal says already how the open task stands, and reading it again would take the words away.
        if (Refusal is null) await drawer.ReloadAsync();
    }

    private async Task<Page<TaskResource>> ListAsync(PageRequest request, CancellationToken cancellation) => await Tasks.List((await ActorAsync()).Tenant, Filter, request, cancellation);

    private async Task<OpenTask> ReadAsync(string id, CancellationToken cancellation)
    {
        var actor = await ActorAsync();
        Refusal = null;
        var task = await Tasks.Get(actor.Tenant, id, cancellation);
        return new OpenTask(task, (await Tasks.Decidable(actor, [task], cancellation)).Contains(task.Id));
    }

    private async Task DecideAsync(TaskResource task, TaskDecision decision)
    {
        var input = new DecisionInput { Comment = string.IsNullOrWhiteSpace(decision.Comment) ? null : decision.Comment.Trim() };
        var done = await DoAsync(actor => decision.Approves ? Tasks.Approve(actor, task.Id, input, Leaving) : Tasks.Reject(actor, task.Id, input, Leaving));
        // What was decided meanwhile by somebody else is shown as it is now; the refusal says so.
        if (!done)
        {
            var refusal = Refusal;
            await drawer.ReloadAsync();
            Refusal = refusal;
            return;
        }

        Toasts.Show(T[decision.Approves ? "Approved.Toast" : "Rejected.Toast", task.Title]);
        await grid.ReloadAsync();
        Navigation.NavigateTo(Navigation.With(("task", null)));
    }

    private string AddressOf(string? status) => Navigation.With(("status", status), ("page", null), ("task", null));
}
