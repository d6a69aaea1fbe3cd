using System.Reflection;
using Microsoft.AspNetCore.Components;
using Portal.Shared.Parts;

namespace Portal.Shared.Layout;

/// <summary>A page in the side navigation.</summary>
/// <param name="Address">Path from the portal's root, with a leading slash; the page's own <c>@page</c> route.</param>
/// <param name="TextKey">Key in <see cref="SharedTexts"/>.</param>
/// <param name="Icon">The icon before the text.</param>
/// <param name="ForOperators">Whether only operators see it.</param>
public sealed record NavigationEntry(string Address, string TextKey, IconName Icon, bool ForOperators = false)
{
    /// <summary>Relative to the base element, so that the portal also works under a path.</summary>
    public string Href => Address[1..];
}

/// <summary>An area of the portal with its pages, in the order in which they are shown.</summary>
/// <param name="TitleKey">Key in <see cref="SharedTexts"/>.</param>
/// <param name="Entries">The area's pages.</param>
public sealed record NavigationSection(string TitleKey, IReadOnlyList<NavigationEntry> Entries);

/// <summary>What the side navigation shows: the areas, and in them the pages.</summary>
internal static class NavigationCatalog
{
    private static readonly HashSet<string> Routes = typeof(NavigationCatalog).Assembly.GetTypes()
        .SelectMany(type => type.GetCustomAttributes<RouteAttribute>())
        .Select(route => route.Template)
        .ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Every area and entry, also those whose page is not in this build.</summary>
    internal static IReadOnlyList<NavigationSection> Sections { get; } =
    [
        new("Nav.Start", [new("/", "Nav.Home", IconName.Home)]),
        new("Nav.Build", [new("/keys", "Nav.ApiKeys", IconName.Key), new("/playground", "Nav.Playground", IconName.Play), new("/reference", "Nav.Reference", IconName.Braces), new("/docs/errors", "Nav.Errors", IconName.Book), new("/docs/versions", "Nav.Versions", IconName.History)]),
        new("Nav.Observe", [new("/usage", "Nav.Usage", IconName.Chart), new("/logs", "Nav.Logs", IconName.List)]),
        new("Nav.Webhooks", [new("/webhooks", "Nav.Endpoints", IconName.Send), new("/webhooks/events", "Nav.EventTypes", IconName.Bolt), new("/webhooks/tester", "Nav.Tester", IconName.Inbox)]),
        new("Nav.Integrations", []),
        new("Nav.Workflows", [new("/tasks", "Nav.Tasks", IconName.Check)]),
        new("Nav.Data", []),
        new("Nav.Organization", [new("/organization/members", "Nav.Members", IconName.People), new("/organization/audit", "Nav.Audit", IconName.History), new("/organization/security", "Nav.Security", IconName.Shield), new("/organization", "Nav.Settings", IconName.Organization)]),
        new("Nav.Admin", [new("/operator/limits", "Nav.Limits", IconName.Sliders, ForOperators: true), new("/mail", "Nav.Outbox", IconName.Mail, ForOperators: true)]),
    ];

    /// <summary>Areas with at least one page; an entry whose address no page answers is left out, so no link is dead.</summary>
    internal static IReadOnlyList<NavigationSection> Reachable { get; } =
    [
        .. Sections
            .Select(section => section with { Entries = [.. section.Entries.Where(entry => Routes.Contains(entry.Address))] })
            .Where(section => section.Entries.Count > 0),
    ];

    private static IReadOnlyList<NavigationSection> ForEverybody { get; } =
    [
        .. Reachable
            .Select(section => section with { Entries = [.. section.Entries.Where(entry => !entry.ForOperators)] })
            .Where(section => section.Entries.Count > 0),
    ];

    /// <summary>Whether a page of this build answers an address: for links to pages that a build may lack.</summary>
    /// <param name="address">A route with a leading slash and without parameters.</param>
    internal static bool Exists(string address) => Routes.Contains(address);

    /// <summary>The page that an address belongs to, if it is in the navigation: the one whose own address is the longest beginning of it.</summary>
    /// <param name="path">Without query, from the portal's root, with a leading slash.</param>
    internal static NavigationEntry? EntryOf(string path) => Reachable.SelectMany(section => section.Entries)
        .Where(entry => path == entry.Address || (entry.Address != "/" && path.StartsWith(entry.Address + "/", StringComparison.OrdinalIgnoreCase)))
        .MaxBy(entry => entry.Address.Length);

    /// <summary>The areas and pages that a user is shown.</summary>
    internal static IReadOnlyList<NavigationSection> For(bool isOperator) => isOperator ? Reachable : ForEverybody;
}
