using Microsoft.AspNetCore.Components;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Paging;
using Portal.Core.Webhooks.Catalogue;
using Portal.Core.Webhooks.Delivery;
using Portal.Core.Webhooks.Endpoints;
using Portal.Core.Webhooks.Replay;
using Portal.Gateway;
using Portal.Shared;
using Portal.Shared.Charts;
using Portal.Shared.Parts;

namespace Portal.Webhooks.Parts.Endpoints;

/// <summary>What was delivered to an endpoint and what waits: live, filtered by the address, each with its attempts.</summary>
public sealed partial class DeliveriesTab : EndpointView
{
    private static readonly string[] Spans = ["24h", "7d", "30d"];
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly HashSet<string> picked = new(StringComparer.Ordinal);
    private DataGrid<DeliveryResource> grid = default!;
    private DetailDrawer<OpenDelivery> drawer = default!;
    private LiveSignal? live;
    private Period period = default!;
    private AttemptBuckets? buckets;
    private IReadOnlyList<string> types = [];
    private HashSet<string> fresh = [];
    private string? announcement;
    private DateTimeOffset newest;
    private bool isRefreshing;
    private bool isScrolled;
    private int news;

    [Inject]
    private DeliveryService Deliveries { get; set; } = default!;

    [Inject]
    private ReplayService Replays { get; set; } = default!;

    [Inject]
    private EndpointHealth Health { get; set; } = default!;

    [Inject]
    private EventTypeService EventTypes { get; set; } = default!;

    [Inject]
    private IClusterSignals Signals { get; set; } = default!;

    [Parameter, EditorRequired]
    public EndpointResource Endpoint { get; set; } = default!;

    [Parameter, EditorRequired]
    public DeliveryQuery Query { get; set; } = default!;

    /// <summary>No attempts before this moment; null where the receiver is given no rest.</summary>
    [Parameter]
    public DateTimeOffset? RestsUntil { get; set; }

    /// <summary>A place further down the list.</summary>
    [Parameter]
    public string? Cursor { get; set; }

    /// <summary>The delivery that is open.</summary>
    [Parameter]
    public string? Open { get; set; }

    private bool IsHeld => isScrolled || Cursor is not null;

    private IReadOnlyList<FilterChips.FilterChip> Chips =>
    [
        new("status", T["Column.Status"], DeliveryQuery.StateOf(Query.Status) is { } state ? T[EndpointWords.Of(state).Key].Value : Query.Status),
        new("type", T["Column.Event"], Query.Type),
        new("event", T["Deliveries.Event"], Query.Event),
        new("replay", T["Deliveries.Replay"], Query.Replay),
    ];

    private IReadOnlyList<ChartSeries> AttemptSeries =>
    [
        new(T["Series.Succeeded"], ChartTone.Success, [.. buckets!.Succeeded.Select(count => (double?)count)]),
        new(T["Series.Failed"], ChartTone.Danger, [.. buckets!.Failed.Select(count => (double?)count)]),
    ];

    /// <inheritdoc />
    protected override void OnParametersSet()
    {
        period = Query.PeriodAt(Time.GetUtcNow());
        if (newest == default) newest = Time.GetUtcNow();
    }

    /// <inheritdoc />
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) live = new LiveSignal(Signals, SignalTopics.Delivery, () => User?.OrganizationId, Time, () => InvokeAsync(RefreshAsync));
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        live?.Dispose();
        base.Dispose(disposing);
    }

    private async Task<Page<DeliveryResource>> LoadAsync(PageRequest request, CancellationToken cancellation)
    {
        var tenant = (await ActorAsync()).Tenant;
        period = Query.PeriodAt(Time.GetUtcNow());
        if (types.Count == 0) types = [.. (await EventCatalogue.All(EventTypes, tenant, cancellation)).Select(type => type.Type)];
        var hours = await Health.History(tenant, [Endpoint.Id], period.From - TimeSpan.FromHours(1), cancellation);
        buckets = AttemptBuckets.Of(hours[Endpoint.Id], period.From, period.To, period.Step);
        return await Deliveries.List(tenant, Endpoint.Id, Query.FilterIn(period), request, cancellation);
    }

    private void Loaded(Page<DeliveryResource> page)
    {
        if (Cursor is null)
        {
            fresh = isRefreshing ? [.. page.Items.Where(row => row.CreatedAt > newest).Select(row => row.Id)] : [];
            if (page.Items is [var first, ..]) newest = first.CreatedAt;
            news = 0;
        }

        StateHasChanged();
    }

    private async Task<OpenDelivery> ReadAsync(string id, CancellationToken cancellation)
    {
        var tenant = (await ActorAsync()).Tenant;
        return new OpenDelivery(await Deliveries.Get(tenant, Endpoint.Id, id, cancellation), await Deliveries.Body(tenant, Endpoint.Id, id, cancellation));
    }

    private async Task RefreshAsync()
    {
        if (User is null || Leaving.IsCancellationRequested) return;
        try
        {
            if (Open is not null) await drawer.ReloadAsync();
            if (!period.IsLive) return;
            if (IsHeld) await CountNewsAsync();
            else await ReloadAsync();
        }
        catch (Exception e) when (LoadFailure.IsShowable(e))
        {
            Missed(e);
        }

        StateHasChanged();
    }

    private async Task ReloadAsync()
    {
        isRefreshing = true;
        try
        {
            await grid.ReloadAsync();
        }
        finally
        {
            isRefreshing = false;
        }
    }

    private async Task CountNewsAsync()
    {
        var filter = Query.FilterIn(period) with { CreatedAfter = newest };
        news = (await Deliveries.List((await ActorAsync()).Tenant, Endpoint.Id, filter, new PageRequest(1, 1), Leaving)).Total;
    }

    private async Task ScrolledAsync(ChangeEventArgs change)
    {
        isScrolled = change.Value is true;
        if (!IsHeld && news > 0) await ReloadAsync();
    }

    private async Task ShowNewsAsync()
    {
        isScrolled = false;
        if (Cursor is not null) Navigation.NavigateTo(Navigation.With(("cursor", null), ("delivery", null)));
        else await ReloadAsync();
    }

    private void Pick(string id, bool isPicked)
    {
        if (isPicked) picked.Add(id);
        else picked.Remove(id);
    }

    private async Task SendPickedAsync()
    {
        string[] chosen = [.. picked];
        if (!await DoAsync(actor => Replays.Begin(actor, Endpoint.Id, new ReplayInput { Selection = new ReplaySelection { Deliveries = chosen } }, Leaving))) return;
        picked.Clear();
        announcement = T[chosen.Length == 1 ? "Said.SentOne" : "Said.SentMany", chosen.Length];
        Toasts.Show(announcement);
        await ReloadAsync();
    }

    private Task RetryAsync(DeliveryResource delivery) => ChangeAsync(actor => Deliveries.Retry(actor, Endpoint.Id, delivery.Id, Leaving), T[Endpoint.Active ? "Said.Retried" : "Said.RetriedLater"]);

    private Task CancelAsync(DeliveryResource delivery) => ChangeAsync(actor => Deliveries.Cancel(actor, Endpoint.Id, delivery.Id, Leaving), T["Said.Cancelled"]);

    private async Task ChangeAsync(Func<Core.Access.Actor, Task> change, string said)
    {
        if (!await DoAsync(change)) return;
        Toasts.Show(said);
        await drawer.ReloadAsync();
        await ReloadAsync();
    }

    /// <summary>A delivery with its attempts, and what its requests carry.</summary>
    private sealed record OpenDelivery(DeliveryResource Delivery, string? Body);
}
