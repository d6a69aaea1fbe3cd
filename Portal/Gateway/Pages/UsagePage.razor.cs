using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Core.Gateway;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;
using Portal.Gateway.Parts;
using Portal.Shared;
using Portal.Shared.Parts;

namespace Portal.Gateway.Pages;

/// <summary>How much was called, how it went and how long it took, over time and broken down.</summary>
public sealed partial class UsagePage : ComponentBase, IDisposable
{
    private static readonly string[] Spans = ["1h", "24h", "7d", "30d", "90d"];

    private static readonly (string Grouping, string Name)[] Groupings =
    [
        (UsageQuery.ByEndpoint, "Column.Operation"), (UsageQuery.ByKey, "Column.Key"), (UsageQuery.ByStatus, "Column.Status"), (UsageQuery.ByDay, "Usage.Day"),
    ];

    private readonly CancellationTokenSource leaving = new();
    private LiveSignal? live;
    private PageUser? user;
    private Period period = default!;
    private UsageReport? report;
    private LoadFailure? failure;
    private UsageQuery? asked;
    private int version;

    [Inject]
    private PageContext Context { get; set; } = default!;

    [Inject]
    private UsageReports Reports { get; set; } = default!;

    [Inject]
    private IClusterSignals Signals { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private IStringLocalizer<GatewayTexts> T { get; set; } = default!;

    [Inject]
    private ILogger<UsagePage> Logger { get; set; } = default!;

    [SupplyParameterFromQuery(Name = "span")]
    private string? Span { get; set; }

    [SupplyParameterFromQuery(Name = "from")]
    private string? From { get; set; }

    [SupplyParameterFromQuery(Name = "to")]
    private string? To { get; set; }

    [SupplyParameterFromQuery(Name = "operation")]
    private string? Operation { get; set; }

    [SupplyParameterFromQuery(Name = "key")]
    private string? Key { get; set; }

    [SupplyParameterFromQuery(Name = "by")]
    private string? By { get; set; }

    private UsageQuery Query => new(Span, From, To, Operation, Key, By);

    private string NameTitle => T[Groupings.First(grouping => grouping.Grouping == Query.Grouping).Name];

    private string ExportAddress => UsageExport.Path[1..] + new Uri(Navigation.Uri).Query;

    private IReadOnlyList<FilterChips.FilterChip> Chips =>
    [
        new("operation", T["Column.Operation"], Operation),
        new("key", T["Column.Key"], report?.KeyName ?? Key),
    ];

    /// <inheritdoc />
    public void Dispose()
    {
        live?.Dispose();
        leaving.Cancel();
        leaving.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (asked == Query) return;
        asked = Query;
        period = Query.PeriodAt(Time.GetUtcNow());
        await LoadAsync();
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) live = new LiveSignal(Signals, SignalTopics.RequestLog, () => user?.OrganizationId, Time, () => InvokeAsync(RefreshAsync));
    }

    private async Task LoadAsync()
    {
        var mine = ++version;
        try
        {
            user = await Context.Get();
            var wanted = Query.PeriodAt(Time.GetUtcNow());
            var loaded = await UsageReport.Read(Reports, user.AsActor(), Query, wanted, leaving.Token);
            if (mine == version) (report, period, failure) = (loaded, wanted, null);
        }
        catch (Exception e) when (LoadFailure.IsShowable(e))
        {
            if (mine == version) failure = LoadFailure.Of(e, Logger, "The usage page");
        }
    }

    private async Task RefreshAsync()
    {
        if (!period.IsLive || failure is not null || leaving.IsCancellationRequested) return;
        await LoadAsync();
        StateHasChanged();
    }

    private Task<Page<UsageGroup>> CutAsync(PageRequest request, CancellationToken cancellation)
    {
        var rows = report!.Rows;
        Func<UsageGroup, IComparable?> key = request.Sort!.TrimStart('-') switch
        {
            "name" => NameOf,
            "calls" => row => row.Totals.Calls,
            "errors" => row => row.Totals.Errors,
            "p50" => row => row.Totals.P50,
            "p95" => row => row.Totals.P95,
            "p99" => row => row.Totals.P99,
            _ => throw Problem.Field(ErrorCode.Validation, "sort", T["Usage.SortUnknown"]).AsException(),
        };
        var ordered = request.Sort[0] == '-' ? rows.OrderByDescending(key) : rows.OrderBy(key);
        return Task.FromResult(new Page<UsageGroup>([.. ordered.Skip((request.Page - 1) * request.PerPage).Take(request.PerPage)], request.Page, request.PerPage, rows.Count, null));
    }

    private string NameOf(UsageGroup row) => Query.Grouping != UsageQuery.ByStatus ? row.Name : row.Id switch
    {
        "2" => T["Series.Succeeded"],
        "4" => T["Series.ClientErrors"],
        "429" => T["Series.Refused"],
        _ => T["Series.ServerErrors"],
    };

    // A row leads to what it is made of.
    private string AddressOf(UsageGroup row) => Query.Grouping switch
    {
        UsageQuery.ByKey => Navigation.With(("key", row.Id), ("by", null), ("sort", null), ("page", null)),
        UsageQuery.ByStatus => Navigation.GetUriWithQueryParameters(Navigation.ToAbsoluteUri("logs").ToString(), new Dictionary<string, object?>
        {
            ["status"] = row.Id, ["span"] = Span ?? UsageQuery.DefaultSpan, ["from"] = From, ["to"] = To, ["operation"] = Operation, ["key"] = Key,
        }),
        UsageQuery.ByDay => Navigation.With(("from", $"{row.Id}T00:00:00Z"), ("to", $"{DayAfter(row.Id)}T00:00:00Z"), ("span", null), ("by", null), ("sort", null), ("page", null)),
        _ => Navigation.With(("operation", row.Id), ("by", UsageQuery.ByKey), ("sort", null), ("page", null)),
    };

    private static string DayAfter(string day) =>
        DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture).AddDays(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static double ErrorShare(UsageGroup row) => row.Totals.Calls == 0 ? 0 : (double)row.Totals.Errors / row.Totals.Calls;

    private string Share(UsageGroup row) =>
        string.Create(CultureInfo.InvariantCulture, $"width:{100.0 * row.Totals.Calls / Math.Max(1, report!.Rows.Max(other => other.Totals.Calls)):0.#}%");
}
