using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Localization;
using Portal.Core.Shared.Paging;

namespace Portal.Shared.Parts;

/// <summary>
/// A table whose order, page, columns and open row are in the page's address (<c>sort</c>, <c>page</c> or <c>cursor</c>,
/// <c>cols</c>, <c>id</c>), so that back, reload and a shared link work. It asks for one page at a time. One grid a page.
/// </summary>
[CascadingTypeParameter(nameof(TItem))]
public sealed partial class DataGrid<TItem> : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource leaving = new();
    private readonly List<GridColumn<TItem>> columns = [];
    private (string?, int, string?, object?)? asked;
    private Page<TItem>? page;
    private LoadFailure? failure;
    private bool isLoading;
    private int version;
    private string? path;
    private string? sort;
    private string? cursor;
    private string? chosen;
    private int number = 1;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private IStringLocalizer<SharedTexts> T { get; set; } = default!;

    [Inject]
    private ILogger<Deferred> Logger { get; set; } = default!;

    /// <summary>What the table lists, for screen readers.</summary>
    [Parameter, EditorRequired]
    public string Label { get; set; } = string.Empty;

    /// <summary>The columns: <see cref="GridColumn{TItem}"/>.</summary>
    [Parameter]
    public RenderFragment? Columns { get; set; }

    /// <summary>Instead of columns, for a feed: what tells its story in sentences rather than in cells.</summary>
    [Parameter]
    public RenderFragment<TItem>? Entry { get; set; }

    /// <summary>Reads the wanted page, with the page's filters applied.</summary>
    [Parameter, EditorRequired]
    public Func<PageRequest, CancellationToken, Task<Page<TItem>>> Load { get; set; } = default!;

    /// <summary>The page's filters: when they are others (by <c>Equals</c>), the grid loads anew. Null where nothing filters.</summary>
    [Parameter]
    public object? Filter { get; set; }

    /// <summary>Whether the filters leave anything out; an empty grid then says so and leads back.</summary>
    [Parameter]
    public bool IsFiltered { get; set; }

    /// <summary>The page without filters.</summary>
    [Parameter]
    public string? ClearAddress { get; set; }

    /// <summary>A row's id: unchanging, it stands in the address.</summary>
    [Parameter, EditorRequired]
    public Func<TItem, string> Id { get; set; } = default!;

    /// <summary>The query parameter that names the open row.</summary>
    [Parameter]
    public string IdParameter { get; set; } = "id";

    /// <summary>Where a row leads, or null where that row leads nowhere; without it, to this page with the row open.</summary>
    [Parameter]
    public Func<TItem, string?>? Address { get; set; }

    /// <summary>The open row's id.</summary>
    [Parameter]
    public string? SelectedId { get; set; }

    /// <summary>A column's key, with a minus for descending.</summary>
    [Parameter]
    public string? DefaultSort { get; set; }

    /// <summary>1 to 100.</summary>
    [Parameter]
    public int PerPage { get; set; } = 25;

    /// <summary>Pages by cursor: for lists that grow at the top while they are read. Their rows are not counted.</summary>
    [Parameter]
    public bool ByCursor { get; set; }

    /// <summary>Above the table, on the left: the page's filters.</summary>
    [Parameter]
    public RenderFragment? Filters { get; set; }

    /// <summary>What is shown while there is nothing at all: an <see cref="EmptyState"/>.</summary>
    [Parameter, EditorRequired]
    public RenderFragment Empty { get; set; } = default!;

    /// <summary>A class for a row, or null.</summary>
    [Parameter]
    public Func<TItem, string?>? RowClass { get; set; }

    /// <summary>Told of every page that was loaded.</summary>
    [Parameter]
    public EventCallback<Page<TItem>> OnLoaded { get; set; }

    private IEnumerable<GridColumn<TItem>> Shown => columns.Where((column, index) => index == 0 || column.Actions || IsChosen(column));

    private (string Key, bool Descending) Order => (sort ?? DefaultSort) is { Length: > 0 } order ? (order.TrimStart('-', '+'), order[0] == '-') : (string.Empty, false);

    private int First => (number - 1) * PerPage + 1;

    /// <summary>Loads what is shown once more, without taking it away meanwhile.</summary>
    public async Task ReloadAsync()
    {
        if (leaving.IsCancellationRequested) return;
        var mine = ++version;
        try
        {
            var loaded = await Load(new PageRequest(number, PerPage, ByCursor ? cursor : null, sort ?? DefaultSort), leaving.Token);
            if (mine != version) return;
            (page, failure, isLoading) = (loaded, null, false);
            await OnLoaded.InvokeAsync(loaded);
        }
        catch (Exception e) when (LoadFailure.IsShowable(e))
        {
            if (mine == version) (failure, isLoading) = (LoadFailure.Of(e, Logger, Label), false);
        }

        StateHasChanged();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Navigation.LocationChanged -= Follow;
        leaving.Cancel();
        leaving.Dispose();
    }

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        path = PathOf(Navigation.Uri);
        Navigation.LocationChanged += Follow;
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        ReadAddress();
        var wanted = (sort, number, cursor, Filter);
        if (asked is { } before && before.Equals(wanted)) return;
        (asked, isLoading) = (wanted, true);
        await ReloadAsync();
    }

    // Not [SupplyParameterFromQuery]: the framework tells of a new address in a loop that fails when a grid comes or goes meanwhile.
    private void ReadAddress()
    {
        var query = QueryHelpers.ParseQuery(new Uri(Navigation.Uri).Query);
        (sort, cursor, chosen) = (Value("sort"), Value("cursor"), Value("cols"));
        number = int.TryParse(Value("page"), NumberStyles.None, CultureInfo.InvariantCulture, out var page) ? Math.Clamp(page, 1, PageRequest.LastPage) : 1;

        string? Value(string name) => query.TryGetValue(name, out var values) && values.ToString() is { Length: > 0 } value ? value : null;
    }

    private void Follow(object? sender, LocationChangedEventArgs change)
    {
        // On the way to another page, the address is no longer this one's.
        if (leaving.IsCancellationRequested || PathOf(change.Location) != path) return;
        _ = InvokeAsync(async () =>
        {
            await OnParametersSetAsync();
            StateHasChanged();
        });
    }

    private static string PathOf(string address) => new Uri(address).AbsolutePath;

    private bool IsChosen(GridColumn<TItem> column) => chosen is null ? !column.Optional : chosen.Split(',').Contains(column.Key, StringComparer.Ordinal);

    private string? RowAddress(TItem item) => Address is null ? Navigation.With((IdParameter, Id(item))) : Address(item);

    private string PageAddress(int wanted) => Navigation.With(("page", wanted == 1 ? null : wanted), (IdParameter, null));

    private string CursorAddress(string? place) => Navigation.With(("cursor", place), (IdParameter, null));

    private string SortAddress(string key, bool descending) =>
        Navigation.With(("sort", (descending ? "-" : "") + key), ("page", null), ("cursor", null), (IdParameter, null));

    private string HeadAddress(GridColumn<TItem> column) => SortAddress(column.Key, Order.Key == column.Key ? !Order.Descending : column.DescendingFirst);

    private string? AriaSort(GridColumn<TItem> column) => Order.Key != column.Key ? null : Order.Descending ? "descending" : "ascending";

    private void Choose(GridColumn<TItem> changed, bool shown)
    {
        var choices = columns.Skip(1).Where(column => !column.Actions).ToList();
        var keys = choices.Where(column => column == changed ? shown : IsChosen(column)).Select(column => column.Key).ToList();
        var isDefault = keys.SequenceEqual(choices.Where(column => !column.Optional).Select(column => column.Key), StringComparer.Ordinal);
        Navigation.NavigateTo(Navigation.With(("cols", isDefault ? null : string.Join(',', keys))), replace: true);
    }
}
