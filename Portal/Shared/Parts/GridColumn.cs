using Microsoft.AspNetCore.Components;

namespace Portal.Shared.Parts;

/// <summary>From which width of the page on a column is shown as one; on narrow screens, where rows are cards, all are.</summary>
public enum GridWidth
{
    Always,

    /// <summary>From 1000 pixels.</summary>
    Medium,

    /// <summary>From 1280 pixels.</summary>
    Wide,
}

/// <summary>A column of a <see cref="DataGrid{TItem}"/>. The first one is each row's heading and its link.</summary>
public sealed class GridColumn<TItem> : ComponentBase
{
    [CascadingParameter]
    private List<GridColumn<TItem>>? Columns { get; set; }

    /// <summary>The name in the address: of the column choice, and of the sort order.</summary>
    [Parameter, EditorRequired]
    public string Key { get; set; } = string.Empty;

    [Parameter, EditorRequired]
    public string Title { get; set; } = string.Empty;

    /// <summary>Whether the rows can be had in this column's order; the list's service must know <see cref="Key"/>.</summary>
    [Parameter]
    public bool Sortable { get; set; }

    /// <summary>Whether the first click sorts downwards, as for times and numbers.</summary>
    [Parameter]
    public bool DescendingFirst { get; set; }

    /// <summary>Numbers stand on the right.</summary>
    [Parameter]
    public bool Number { get; set; }

    /// <summary>Not shown until the reader chooses it.</summary>
    [Parameter]
    public bool Optional { get; set; }

    [Parameter]
    public GridWidth Width { get; set; }

    /// <summary>Holds a row's buttons: at the end, always shown, its heading for screen readers only.</summary>
    [Parameter]
    public bool Actions { get; set; }

    /// <summary>The cell; in the first column it is the text of the link.</summary>
    [Parameter, EditorRequired]
    public RenderFragment<TItem> ChildContent { get; set; } = default!;

    /// <summary>Stands behind the first column's link: what can be clicked on its own.</summary>
    [Parameter]
    public RenderFragment<TItem>? After { get; set; }

    internal string? CellClass => Actions ? "list__actions" : (Number, Width) switch
    {
        (false, GridWidth.Always) => null,
        (true, GridWidth.Always) => "list__number",
        (false, _) => WidthClass,
        (true, _) => $"list__number {WidthClass}",
    };

    private string WidthClass => $"grid__{Width.ToString().ToLowerInvariant()}";

    /// <inheritdoc />
    protected override void OnParametersSet() => Columns!.Add(this);
}
