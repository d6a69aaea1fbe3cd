using Microsoft.AspNetCore.Components;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Paging;
using Portal.Core.Webhooks.Endpoints;
using Portal.Gateway;
using Portal.Shared;
using Portal.Shared.Parts;

namespace Portal.Webhooks.Pages;

/// <summary>The organization's webhook endpoints, each with its health at a glance, live.</summary>
public sealed partial class EndpointsPage : EndpointView
{
    private static readonly (string Status, string Text)[] Statuses =
        [("active", "Status.Active"), ("failing", "Status.Failing"), ("paused", "Status.Paused"), ("disabled", "Status.Disabled")];

    private DataGrid<EndpointGlance> grid = default!;
    private LiveSignal? deliveries;
    private LiveSignal? changes;
    private HashSet<string> shown = [];
    private bool hasAny;

    [Inject]
    private EndpointService Endpoints { get; set; } = default!;

    [Inject]
    private EndpointHealth Health { get; set; } = default!;

    [Inject]
    private IClusterSignals Signals { get; set; } = default!;

    /// <summary>Part of a name or a URL.</summary>
    [SupplyParameterFromQuery(Name = "q")]
    private string? Search { get; set; }

    /// <summary>How the endpoints are doing; anything unknown shows all.</summary>
    [SupplyParameterFromQuery(Name = "status")]
    private string? Status { get; set; }

    private string? StatusFilter => Statuses.Select(status => status.Status).FirstOrDefault(status => status == Status);

    /// <inheritdoc />
    protected override void OnAfterRender(bool firstRender)
    {
        if (!firstRender) return;
        deliveries = new LiveSignal(Signals, SignalTopics.Delivery, () => User?.OrganizationId, Time, RefreshAsync);
        changes = new LiveSignal(Signals, SignalTopics.Webhook, id => shown.Contains(id), Time, RefreshAsync);
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        deliveries?.Dispose();
        changes?.Dispose();
        base.Dispose(disposing);
    }

    private Task RefreshAsync() => InvokeAsync(grid.ReloadAsync);

    private async Task<Page<EndpointGlance>> LoadAsync(PageRequest request, CancellationToken cancellation)
    {
        var tenant = (await ActorAsync()).Tenant;
        var page = await Endpoints.List(tenant, new EndpointFilter { Q = Search, Status = StatusFilter }, request, cancellation);
        string[] ids = [.. page.Items.Select(endpoint => endpoint.Id)];
        var now = Time.GetUtcNow();
        var hours = await Health.History(tenant, ids, EndpointGlance.Since(now), cancellation);
        var waiting = await Health.Waiting(tenant, ids, cancellation);
        shown = [.. ids];
        return page.Select(endpoint => EndpointGlance.Of(endpoint, hours[endpoint.Id], waiting.GetValueOrDefault(endpoint.Id), now));
    }

    private void Loaded(Page<EndpointGlance> page)
    {
        hasAny = page.Total > 0;
        StateHasChanged();
    }

    private string AddressOf(string? status) => Navigation.With(("status", status), ("page", null));

    private void Find(string? text) => Navigation.NavigateTo(Navigation.With(("q", text), ("page", null)), replace: true);
}
