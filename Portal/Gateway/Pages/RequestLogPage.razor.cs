using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Core.Gateway;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Paging;
using Portal.Gateway.Parts;
using Portal.Shared;
using Portal.Shared.Charts;
using Portal.Shared.Parts;

namespace Portal.Gateway.Pages;

/// <summary>The organization's API calls: live, filtered by the address, each with an inspector.</summary>
public sealed partial class RequestLogPage : ComponentBase, IDisposable
{
    private const int MostNews = 100;
    private static readonly string[] Spans = ["15m", "1h", "24h", "7d", "30d"];
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly CancellationTokenSource leaving = new();
    private DataGrid<RequestLogRow> grid = default!;
    private LiveSignal? live;
    private PageUser? user;
    private Period period = default!;
    private IReadOnlyList<StatusSpan> spans = [];
    private IReadOnlyList<UsageGroup> operations = [];
    private IReadOnlyList<UsageGroup> callers = [];
    private (string?, string?, string?)? facetsOf;
    private RequestLogPlace newest;
    private HashSet<long> fresh = [];
    private bool isRefreshing;
    private bool isPaused;
    private bool isScrolled;
    private int news;

    [Inject]
    private PageContext Context { get; set; } = default!;

    [Inject]
    private RequestLogReader Reader { get; set; } = default!;

    [Inject]
    private UsageReports Usage { get; set; } = default!;

    [Inject]
    private IClusterSignals Signals { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private IStringLocalizer<GatewayTexts> T { get; set; } = default!;

    [Inject]
    private ILogger<RequestLogPage> Logger { get; set; } = default!;

    [SupplyParameterFromQuery(Name = "span")]
    private string? Span { get; set; }

    [SupplyParameterFromQuery(Name = "from")]
    private string? From { get; set; }

    [SupplyParameterFromQuery(Name = "to")]
    private string? To { get; set; }

    [SupplyParameterFromQuery(Name = "q")]
    private string? Search { get; set; }

    [SupplyParameterFromQuery(Name = "status")]
    private string? Status { get; set; }

    [SupplyParameterFromQuery(Name = "method")]
    private string? Method { get; set; }

    [SupplyParameterFromQuery(Name = "operation")]
    private string? Operation { get; set; }

    [SupplyParameterFromQuery(Name = "key")]
    private string? Key { get; set; }

    [SupplyParameterFromQuery(Name = "error")]
    private string? Error { get; set; }

    [SupplyParameterFromQuery(Name = "slow")]
    private string? Slow { get; set; }

    [SupplyParameterFromQuery(Name = "cursor")]
    private string? Cursor { get; set; }

    [SupplyParameterFromQuery(Name = "id")]
    private string? Open { get; set; }

    private LogQuery Query => new(Span, From, To, Search, Status, Method, Operation, Key, Error, Slow);

    private bool IsHeld => isPaused || isScrolled || Cursor is not null;

    private IReadOnlyList<FilterChips.FilterChip> Chips =>
    [
        new("status", T["Column.Status"], Status is { Length: 1 } ? $"{Status}xx" : Status),
        new("method", T["Column.Method"], Method),
        new("operation", T["Column.Operation"], Operation),
        new("key", T["Column.Key"], callers.FirstOrDefault(caller => caller.Id == Key)?.Name ?? Key),
        new("error", T["Column.Error"], Error),
        new("slow", T["Log.Slow"], Slow),
    ];

    private IReadOnlyList<ChartSeries> StatusSeries =>
    [
        new(T["Series.Succeeded"], ChartTone.Success, [.. spans.Select(span => (double?)span.Succeeded)]),
        new(T["Series.ClientErrors"], ChartTone.Warning, [.. spans.Select(span => (double?)span.ClientErrors)]),
        new(T["Series.Refused"], ChartTone.Info, [.. spans.Select(span => (double?)span.Refused)]),
        new(T["Series.ServerErrors"], ChartTone.Danger, [.. spans.Select(span => (double?)span.ServerErrors)]),
    ];

    /// <inheritdoc />
    public void Dispose()
    {
        live?.Dispose();
        leaving.Cancel();
        leaving.Dispose();
    }

    protected override void OnParametersSet()
    {
        period = Query.PeriodAt(Time.GetUtcNow());
        if (newest == default) newest = new RequestLogPlace(Time.GetUtcNow(), 0);
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) live = new LiveSignal(Signals, SignalTopics.RequestLog, () => user?.OrganizationId, Time, () => InvokeAsync(RefreshAsync));
    }

    private async Task<Page<RequestLogRow>> LoadAsync(PageRequest request, CancellationToken cancellation)
    {
        user = await Context.Get();
        period = Query.PeriodAt(Time.GetUtcNow());
        var filter = Query.FilterIn(period);
        var actor = user.AsActor();
        var page = await Reader.List(actor, filter, LogQuery.PlaceOf(request.Cursor), request.PerPage, cancellation);
        spans = await Reader.Histogram(actor, filter, period.Step, cancellation);
        await LoadFacetsAsync(cancellation);
        return new Page<RequestLogRow>(page.Rows, null, request.PerPage, 0, page.HasMore ? LogQuery.CursorOf(page.Rows[^1].Place) : null);
    }

    // What can be filtered by changes slowly: it is read with a new span of time, not with every call.
    private async Task LoadFacetsAsync(CancellationToken cancellation)
    {
        if (facetsOf == (Span, From, To) && operations.Count > 0) return;
        facetsOf = (Span, From, To);
        var called = new UsageFilter { From = period.From, To = period.To };
        operations = await Usage.ByOperation(user!.AsActor(), called, cancellation);
        callers = await Usage.ByCaller(user!.AsActor(), called, cancellation);
    }

    private void Loaded(Page<RequestLogRow> page)
    {
        if (Cursor is not null) return;
        fresh = isRefreshing ? [.. page.Items.Where(row => row.Id > newest.Id).Select(row => row.Id)] : [];
        if (page.Items is [var first, ..]) newest = first.Place;
        news = 0;
    }

    private async Task<OpenRequest> ReadAsync(string requestId, CancellationToken cancellation)
    {
        user ??= await Context.Get();
        var actor = user.AsActor();
        var entry = await Reader.Get(actor, requestId, cancellation);
        return new OpenRequest(entry, await Reader.Around(actor, Query.FilterIn(Query.PeriodAt(Time.GetUtcNow())), entry.Row.Place, cancellation));
    }

    private async Task RefreshAsync()
    {
        if (user is null || !period.IsLive || leaving.IsCancellationRequested) return;
        try
        {
            if (IsHeld) await CountNewsAsync();
            else await ReloadAsync();
        }
        catch (Exception e) when (LoadFailure.IsShowable(e))
        {
            // What is shown stays until the next call; the log says why it is old.
            Logger.LogWarning(e, "The request log could not refresh");
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
        user = await Context.Get();
        var filter = Query.FilterIn(Query.PeriodAt(Time.GetUtcNow())) with { From = newest.CreatedAt };
        var page = await Reader.List(user.AsActor(), filter, before: null, MostNews, leaving.Token);
        news = page.Rows.Count(row => row.Id > newest.Id);
    }

    private async Task TogglePauseAsync()
    {
        isPaused = !isPaused;
        if (!IsHeld) await ReloadAsync();
    }

    private async Task ScrolledAsync(ChangeEventArgs change)
    {
        isScrolled = change.Value is true;
        if (!IsHeld && news > 0) await ReloadAsync();
    }

    private async Task ShowNewsAsync()
    {
        isPaused = isScrolled = false;
        if (Cursor is not null) Navigation.NavigateTo(Navigation.With(("cursor", null), ("id", null)));
        else await ReloadAsync();
    }

    /// <summary>A call with its neighbours in the list.</summary>
    private sealed record OpenRequest(RequestLogEntry Entry, RequestLogNeighbors Around);
}
