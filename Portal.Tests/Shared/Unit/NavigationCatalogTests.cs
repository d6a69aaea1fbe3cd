using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Portal.Shared;
using Portal.Shared.Layout;
using Xunit;

namespace Portal.Tests.Shared.Unit;

public sealed class NavigationCatalogTests
{
    [Fact]
    public void Areas_are_those_of_the_portal_in_their_order()
    {
        string[] expected = ["Start", "Build", "Observe", "Webhooks", "Integrations", "Workflows", "Data", "Organization", "Admin"];

        Assert.Equal(expected, NavigationCatalog.Sections.Select(section => section.TitleKey["Nav.".Length..]));
    }

    [Fact]
    public void Every_shown_link_is_a_page_and_no_area_is_empty()
    {
        var routes = typeof(App).Assembly.GetTypes()
            .SelectMany(type => type.GetCustomAttributes(typeof(Microsoft.AspNetCore.Components.RouteAttribute), false))
            .Select(route => ((Microsoft.AspNetCore.Components.RouteAttribute)route).Template)
            .ToHashSet();

        Assert.All(NavigationCatalog.Reachable, section => Assert.NotEmpty(section.Entries));
        Assert.All(NavigationCatalog.Reachable.SelectMany(section => section.Entries), entry => Assert.Contains(entry.Address, routes));
        Assert.Contains(NavigationCatalog.Reachable.SelectMany(section => section.Entries), entry => entry.Address == "/");
    }

    [Fact]
    public void Every_title_and_entry_has_its_text()
    {
        using var services = new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider();
        var texts = services.GetRequiredService<IStringLocalizer<SharedTexts>>();
        var keys = NavigationCatalog.Sections.SelectMany(section => section.Entries.Select(entry => entry.TextKey).Prepend(section.TitleKey));

        Assert.All(keys, key => Assert.False(texts[key].ResourceNotFound, key));
    }
}
