using Microsoft.AspNetCore.Components;
using Portal.Access;
using Portal.Core.Access;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;
using Portal.Core.Webhooks.Catalogue;
using Portal.Core.Webhooks.Endpoints;
using Portal.Core.Webhooks.Replay;
using Portal.Gateway;
using Portal.Shared;
using Portal.Shared.Parts;

namespace Portal.Webhooks.Parts.Endpoints;

/// <summary>Sends events again: first it is counted what would be sent, then it is watched.</summary>
public sealed partial class ReplayTab : EndpointView
{
    private DataGrid<ReplayResource> grid = default!;
    private ReplayDraft draft = new();
    private FormFaults faults = new();
    private LiveSignal? replays;
    private LiveSignal? deliveries;
    private IReadOnlyList<EventTypeResource> types = [];
    private string? announcement;
    private int? count;
    private int counting;

    [Inject]
    private ReplayService Replays { get; set; } = default!;

    [Inject]
    private EventTypeService EventTypes { get; set; } = default!;

    [Inject]
    private IClusterSignals Signals { get; set; } = default!;

    [Parameter, EditorRequired]
    public EndpointResource Endpoint { get; set; } = default!;

    /// <summary>From when on, where a link says so (ISO 8601).</summary>
    [Parameter]
    public string? From { get; set; }

    /// <summary><c>all</c> or <c>failed</c>, where a link says so.</summary>
    [Parameter]
    public string? Status { get; set; }

    private string Estimate => count switch
    {
        null => faults.Any ? T["Replay.CannotCount"] : T["Replay.Counting"],
        0 => T["Replay.Nothing"],
        { } number when draft.Rate is { } rate => T[number == 1 ? "Replay.EstimateOne" : "Replay.Estimate", number, rate, EndpointWords.Span(TimeSpan.FromMinutes((double)number / rate), T)],
        _ => T["Replay.CannotCount"],
    };

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        draft = ReplayDraft.Of(From, Status);
        try
        {
            types = await EventCatalogue.All(EventTypes, (await ActorAsync()).Tenant, Leaving);
        }
        catch (Exception e) when (LoadFailure.IsShowable(e))
        {
            // The list below says the same with its failure.
            Missed(e);
            return;
        }

        if (CanWrite) await CountAsync();
    }

    /// <inheritdoc />
    protected override void OnAfterRender(bool firstRender)
    {
        if (!firstRender) return;
        replays = new LiveSignal(Signals, SignalTopics.Replay, () => User?.OrganizationId, Time, RefreshAsync);
        deliveries = new LiveSignal(Signals, SignalTopics.Delivery, () => User?.OrganizationId, Time, RefreshAsync);
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        replays?.Dispose();
        deliveries?.Dispose();
        base.Dispose(disposing);
    }

    private Task RefreshAsync() => InvokeAsync(grid.ReloadAsync);

    private async Task<Page<ReplayResource>> LoadAsync(PageRequest request, CancellationToken cancellation) =>
        await Replays.List((await ActorAsync()).Tenant, Endpoint.Id, request, cancellation);

    private async Task CountAsync()
    {
        var mine = ++counting;
        count = null;
        faults = draft.Check(T);
        if (faults.Any) return;
        try
        {
            var counted = await Replays.Begin(await ActorAsync(), Endpoint.Id, draft.ToInput(Time.GetUtcNow(), dryRun: true), Leaving);
            if (mine == counting) count = counted.Total;
        }
        catch (ProblemException e)
        {
            if (mine == counting) faults = FormFaults.Of(e.Problem, ReplayDraft.Fields);
        }
        catch (Exception e) when (LoadFailure.IsShowable(e))
        {
            if (mine == counting) faults = FormFaults.Whole(Words(Explain(e)));
        }
    }

    private async Task BeginAsync()
    {
        ReplayResource? begun = null;
        if (!await DoAsync(async actor => begun = await Replays.Begin(actor, Endpoint.Id, draft.ToInput(Time.GetUtcNow(), dryRun: false), Leaving))) return;
        announcement = T[begun!.Total == 1 ? "Said.ReplayOne" : "Said.Replay", begun.Total];
        Toasts.Show(announcement);
        await grid.ReloadAsync();
    }

    private Task PauseAsync(ReplayResource replay) => ChangeAsync(actor => Replays.Pause(actor, Endpoint.Id, replay.Id, Leaving));

    private Task ResumeAsync(ReplayResource replay) => ChangeAsync(actor => Replays.Resume(actor, Endpoint.Id, replay.Id, Leaving));

    private Task CancelAsync(ReplayResource replay) => ChangeAsync(actor => Replays.Cancel(actor, Endpoint.Id, replay.Id, Leaving));

    private async Task ChangeAsync(Func<Actor, Task> change)
    {
        await DoAsync(change);
        await grid.ReloadAsync();
    }
}
