using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;
using Portal.Shared.Parts;

namespace Portal.Tests.Shared.Components;

public sealed class DataGridTests : PartTest
{
    private readonly List<PageRequest> _asked = [];

    private NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    [Fact]
    public void Grid_shows_a_skeleton_until_its_rows_are_there()
    {
        var answer = new TaskCompletionSource<Page<string>>();
        var grid = Grid((_, _) => answer.Task);
        Assert.NotEmpty(grid.FindAll(".skeleton"));

        answer.SetResult(Rows(1, 2, "ada", "grace"));

        grid.WaitForAssertion(() => Assert.Equal(["ada", "grace"], grid.FindAll("tbody th a").Select(link => link.TextContent)));
        Assert.Empty(grid.FindAll(".skeleton"));
    }

    [Fact]
    public void Refusal_explains_itself_and_a_failure_has_a_trace_id_and_is_tried_again()
    {
        var failures = new Queue<Exception>([Problem.Field(ErrorCode.Validation, "sort", "sort must be name.").AsException(), new TimeoutException("secret")]);
        var grid = Grid((_, _) => failures.TryDequeue(out var failure) ? Task.FromException<Page<string>>(failure) : Task.FromResult(Rows(1, 1, "ada")));
        Assert.Contains("sort must be name.", grid.Find(".error-state").TextContent, StringComparison.Ordinal);
        Assert.Empty(grid.FindAll(".error-state code"));

        grid.Find(".error-state button").Click();
        Assert.Equal(32, grid.Find(".error-state code").TextContent.Length);
        Assert.DoesNotContain("secret", grid.Markup, StringComparison.Ordinal);

        grid.Find(".error-state > .actions button").Click();
        Assert.Single(grid.FindAll("tbody tr"));
    }

    [Fact]
    public void Empty_filtered_and_beyond_the_end_are_three_different_things()
    {
        Assert.Equal("Begin", Grid((_, _) => Task.FromResult(Rows(1, 0))).Find("b").TextContent);
        Assert.Equal("all", Grid((_, _) => Task.FromResult(Rows(1, 0)), filtered: true).Find(".empty-state a").GetAttribute("href"));

        Navigation.NavigateTo("?page=9");
        Assert.DoesNotContain("page", Grid((_, _) => Task.FromResult(Rows(9, 40))).Find(".empty-state a").GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public void Order_and_page_are_read_from_the_address_and_led_to_by_links()
    {
        Navigation.NavigateTo("?q=a&sort=-name&page=2");
        var grid = Grid(total: 60);

        Assert.Equal(new PageRequest(2, 25, null, "-name"), Assert.Single(_asked));
        Assert.Equal("descending", grid.Find("th[aria-sort]").GetAttribute("aria-sort"));
        Assert.EndsWith("?q=a&sort=name", grid.Find(".grid__sort").GetAttribute("href"), StringComparison.Ordinal);
        Assert.EndsWith("?q=a&sort=-name", grid.Find("[rel=prev]").GetAttribute("href"), StringComparison.Ordinal);
        Assert.EndsWith("page=3", grid.Find("[rel=next]").GetAttribute("href"), StringComparison.Ordinal);
        Assert.StartsWith("26 to 27 of 60", grid.Find(".pager").TextContent.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public void New_address_loads_anew_and_an_open_row_does_not()
    {
        var grid = Grid(total: 60);

        Navigation.NavigateTo("?page=2");
        grid.WaitForAssertion(() => Assert.Equal(2, _asked.Count));
        Navigation.NavigateTo("?page=2&id=ada");

        Assert.Equal(2, _asked.Count);
        Assert.EndsWith("page=2&id=ada", grid.Find("tbody th a").GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public void Other_filters_load_anew_and_equal_ones_do_not()
    {
        var grid = Grid(filter: ("open", 1));
        grid.Render(p => p.Add(g => g.Filter, ("open", 1)));
        Assert.Single(_asked);

        grid.Render(p => p.Add(g => g.Filter, ("open", 2)));

        Assert.Equal(2, _asked.Count);
    }

    [Fact]
    public void Cursor_leads_on_and_back_to_the_newest()
    {
        Navigation.NavigateTo("?cursor=c1");
        var grid = Grid((request, _) => Task.FromResult(new Page<string>([request.Cursor!], null, 25, 0, "c2")), byCursor: true);

        Assert.Equal("c1", grid.Find("tbody th a").TextContent);
        Assert.EndsWith("cursor=c2", grid.Find("[rel=next]").GetAttribute("href"), StringComparison.Ordinal);
        Assert.DoesNotContain("cursor", grid.Find("[rel=first]").GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public void Chosen_columns_are_in_the_address_and_the_default_is_not()
    {
        var grid = Grid();
        Assert.Equal(["Name", "Length"], Heads(grid));

        grid.FindAll(".popup input")[1].Change(true);
        Assert.EndsWith("cols=length%2Cupper", Navigation.Uri, StringComparison.Ordinal);
        grid.WaitForAssertion(() => Assert.Equal(["Name", "Length", "Upper"], Heads(grid)));

        grid.FindAll(".popup input")[1].Change(false);
        Assert.DoesNotContain("cols", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_row_is_marked_and_cells_carry_their_heading_for_cards()
    {
        var grid = Grid(selected: "grace");

        Assert.Equal("grace", grid.Find("tr[aria-current]").QuerySelector("th a")!.TextContent);
        Assert.Equal("Length", grid.Find("tbody td").GetAttribute("data-label"));
        Assert.Equal("!", grid.Find("tbody th b").TextContent);
    }

    private static IEnumerable<string> Heads(IRenderedComponent<DataGrid<string>> grid) => grid.FindAll("thead th").Select(head => head.TextContent.Trim());

    private static Page<string> Rows(int number, int total, params string[] rows) => new(rows, number, 25, total, null);

    private IRenderedComponent<DataGrid<string>> Grid(
        Func<PageRequest, CancellationToken, Task<Page<string>>>? load = null, int total = 2, bool filtered = false, object? filter = null, bool byCursor = false, string? selected = null) =>
        Render<DataGrid<string>>(p => p
            .Add(g => g.Label, "People")
            .Add(g => g.Load, load ?? ((request, _) =>
            {
                _asked.Add(request);
                return Task.FromResult(Rows(request.Page, total, "ada", "grace"));
            }))
            .Add(g => g.Id, row => row).Add(g => g.SelectedId, selected).Add(g => g.IsFiltered, filtered).Add(g => g.ClearAddress, "all").Add(g => g.Filter, filter).Add(g => g.ByCursor, byCursor)
            .Add(g => g.Empty, "<b>Begin</b>")
            .Add(g => g.Columns, builder =>
            {
                builder.OpenRegion(0);
                Column(builder, "name", "Name", row => row, sortable: true, after: "!");
                builder.CloseRegion();
                builder.OpenRegion(1);
                Column(builder, "length", "Length", row => $"{row.Length}");
                builder.CloseRegion();
                builder.OpenRegion(2);
                Column(builder, "upper", "Upper", row => row.ToUpperInvariant(), optional: true);
                builder.CloseRegion();
            }));

    private static void Column(Microsoft.AspNetCore.Components.Rendering.RenderTreeBuilder builder, string key, string title, Func<string, string> text, bool sortable = false, bool optional = false, string? after = null)
    {
        builder.OpenComponent<GridColumn<string>>(0);
        builder.AddComponentParameter(1, nameof(GridColumn<>.Key), key);
        builder.AddComponentParameter(2, nameof(GridColumn<>.Title), title);
        builder.AddComponentParameter(3, nameof(GridColumn<>.Sortable), sortable);
        builder.AddComponentParameter(4, nameof(GridColumn<>.Optional), optional);
        builder.AddComponentParameter(5, nameof(GridColumn<>.ChildContent), (RenderFragment<string>)(row => cell => cell.AddContent(0, text(row))));
        if (after is not null) builder.AddComponentParameter(6, nameof(GridColumn<>.After), (RenderFragment<string>)(_ => cell => cell.AddMarkupContent(0, $"<b>{after}</b>")));
        builder.CloseComponent();
    }
}
