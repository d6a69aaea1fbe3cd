using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;

namespace Portal.Shared.Layout;

/// <summary>A link of the side navigation. Where the addresses of several begin the open one, the longest is meant.</summary>
public sealed class EntryLink : NavLink
{
    [Inject]
    private NavigationManager Location { get; set; } = default!;

    /// <summary>Where it leads.</summary>
    [Parameter, EditorRequired]
    public NavigationEntry Entry { get; set; } = default!;

    /// <inheritdoc />
    protected override bool ShouldMatch(string uriAbsolute) =>
        NavigationCatalog.EntryOf("/" + Location.ToBaseRelativePath(uriAbsolute).Split('?', '#')[0])?.Address == Entry.Address;
}
