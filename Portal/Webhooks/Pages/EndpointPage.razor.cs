using Microsoft.AspNetCore.Components;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;
using Portal.Core.Webhooks.Endpoints;
using Portal.Gateway;
using Portal.Shared;

namespace Portal.Webhooks.Pages;

/// <summary>One webhook endpoint: how it is doing, and in tabs its deliveries, settings, secret and replays.</summary>
public sealed partial class EndpointPage : EndpointView
{
    private const string Deliveries = "deliveries";
    private const string SettingsKey = "settings";
    private const string SecretKey = "secret";
    private const string ReplayKey = "replay";

    private static readonly (string Tab, string Text)[] Tabs =
        [(Deliveries, "Tab.Deliveries"), (SettingsKey, "Tab.Settings"), (SecretKey, "Tab.Secret"), (ReplayKey, "Tab.Replay")];

    private EndpointResource? endpoint;
    private EndpointHealthResource? health;
    private LoadFailure? failure;
    private ApiMode? elsewhere;
    private LiveSignal? deliveries;
    private LiveSignal? changes;
    private string? shownId;

    [Inject]
    private EndpointService Endpoints { get; set; } = default!;

    [Inject]
    private EndpointHealth Health { get; set; } = default!;

    [Inject]
    private IClusterSignals Signals { get; set; } = default!;

    /// <summary>The endpoint, <c>whk_…</c>.</summary>
    [Parameter]
    public string Id { get; set; } = string.Empty;

    /// <summary>One of the tabs; anything else shows the first.</summary>
    [SupplyParameterFromQuery(Name = "tab")]
    private string? Tab { get; set; }

    /// <summary>Set where the endpoint was just made.</summary>
    [SupplyParameterFromQuery(Name = "new")]
    private string? New { get; set; }

    /// <summary>The language of the samples.</summary>
    [SupplyParameterFromQuery(Name = "lang")]
    private string? Language { get; set; }

    [SupplyParameterFromQuery(Name = "span")]
    private string? Span { get; set; }

    [SupplyParameterFromQuery(Name = "from")]
    private string? From { get; set; }

    [SupplyParameterFromQuery(Name = "to")]
    private string? To { get; set; }

    [SupplyParameterFromQuery(Name = "status")]
    private string? Status { get; set; }

    [SupplyParameterFromQuery(Name = "type")]
    private string? Type { get; set; }

    [SupplyParameterFromQuery(Name = "event")]
    private string? EventId { get; set; }

    [SupplyParameterFromQuery(Name = "replay")]
    private string? ReplayId { get; set; }

    [SupplyParameterFromQuery(Name = "cursor")]
    private string? Cursor { get; set; }

    /// <summary>The delivery that is open, <c>dlv_…</c>.</summary>
    [SupplyParameterFromQuery(Name = "delivery")]
    private string? DeliveryId { get; set; }

    private string Shown => Tabs.Select(tab => tab.Tab).FirstOrDefault(tab => tab == Tab) ?? Deliveries;

    private DeliveryQuery Query => new(Span, From, To, Status, Type, EventId, ReplayId);

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (shownId == Id) return;
        (shownId, endpoint, health) = (Id, null, null);
        await LoadAsync();
    }

    /// <inheritdoc />
    protected override void OnAfterRender(bool firstRender)
    {
        if (!firstRender) return;
        deliveries = new LiveSignal(Signals, SignalTopics.Delivery, () => User?.OrganizationId, Time, () => InvokeAsync(RefreshAsync));
        changes = new LiveSignal(Signals, SignalTopics.Webhook, () => Id, Time, () => InvokeAsync(RefreshAsync));
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        deliveries?.Dispose();
        changes?.Dispose();
        base.Dispose(disposing);
    }

    private async Task LoadAsync()
    {
        try
        {
            await ReadAsync();
            (failure, elsewhere) = (null, null);
        }
        catch (ProblemException e) when (e.Problem.Code == ErrorCode.NotFound && User is not null)
        {
            failure = Explain(e);
            elsewhere = await FindElsewhereAsync(User.Tenant);
        }
        catch (Exception e) when (LoadFailure.IsShowable(e))
        {
            failure = Explain(e);
        }
    }

    // A link from a notification or a mail does not choose the mode.
    private async Task<ApiMode?> FindElsewhereAsync(Tenant tenant)
    {
        var other = tenant.Mode == ApiMode.Test ? ApiMode.Live : ApiMode.Test;
        try
        {
            await Endpoints.Get(tenant with { Mode = other }, Id, Leaving);
            return other;
        }
        catch (ProblemException)
        {
            // It is nowhere.
            return null;
        }
    }

    private async Task ReadAsync()
    {
        var id = Id;
        var tenant = (await ActorAsync()).Tenant;
        var read = await Endpoints.Get(tenant, id, Leaving);
        var doing = await Health.Of(tenant, id, Leaving);
        if (id == Id) (endpoint, health) = (read, doing);
    }

    private async Task RefreshAsync()
    {
        if (endpoint is null || Leaving.IsCancellationRequested) return;
        try
        {
            await ReadAsync();
        }
        catch (Exception e) when (LoadFailure.IsShowable(e))
        {
            Missed(e);
        }

        StateHasChanged();
    }

    private Task PauseAsync() => SwitchAsync(active: false);

    private Task ResumeAsync() => SwitchAsync(active: true);

    private async Task SwitchAsync(bool active)
    {
        var done = await DoAsync(async actor => endpoint = await Endpoints.Update(actor, Id, new EndpointPatch { Active = new(active) }, Leaving));
        if (!done) return;
        Toasts.Show(T[active ? "Said.Resumed" : "Said.Paused", endpoint!.Name]);
        await RefreshAsync();
    }
}
