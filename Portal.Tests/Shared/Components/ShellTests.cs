using Bunit;
using Bunit.TestDoubles;
using Portal.Shared.Layout;
using Portal.Shared.Palette;
using Xunit;

namespace Portal.Tests.Shared.Components;

public sealed class ShellTests : PartTest
{
    [Fact]
    public void Skip_link_comes_first_and_leads_to_the_main_landmark_of_the_same_page()
    {
        var shell = Render<Shell>(p => p.AddChildContent("<h1>Keys</h1>"));

        var first = shell.Find("a");
        Assert.Equal("Skip to the content", first.TextContent);
        Assert.EndsWith("#" + shell.Find("main").Id, first.GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public void Menu_button_opens_the_navigation()
    {
        var shell = Render<Shell>();

        var target = shell.Find(".top-bar button").GetAttribute("popovertarget");
        Assert.Equal("nav", shell.Find("#" + target).LocalName);
        Assert.True(shell.Find("#" + target).HasAttribute("popover"));
    }

    [Fact]
    public void Test_mode_marks_the_shell_and_slots_are_filled()
    {
        var shell = Render<Shell>(p => p
            .Add(s => s.Mode, "test").Add(s => s.Context, "<b>Acme</b>").Add(s => s.Account, "<i>Ada</i>"));

        Assert.Equal("test", shell.Find(".shell").GetAttribute("data-mode"));
        Assert.Equal("Acme", shell.Find(".top-bar__context b").TextContent);
        Assert.Equal("Ada", shell.Find(".top-bar i").TextContent);
    }

    [Fact]
    public void Test_mode_is_said_in_words_and_live_mode_says_nothing()
    {
        Assert.Equal("Test mode · nothing here touches live data", Render<Shell>(p => p.Add(s => s.Mode, "test")).Find(".mode-bar").TextContent.Trim());
        Assert.Empty(Render<Shell>(p => p.Add(s => s.Mode, "live")).FindAll(".mode-bar"));
    }

    [Fact]
    public void Palette_is_a_combobox_over_an_empty_list_until_it_is_opened()
    {
        AddAuthorization().SetAuthorized("ada@meridian.example");

        var palette = Render<CommandPalette>();

        var input = palette.Find("input[role=combobox]");
        Assert.Equal("listbox", palette.Find("#" + input.GetAttribute("aria-controls")).GetAttribute("role"));
        Assert.Equal("false", input.GetAttribute("aria-expanded"));
        Assert.Equal("palette.json", palette.Find("dialog").GetAttribute("data-index"));
    }

    [Fact]
    public void Home_is_current_on_the_start_page_only()
    {
        var navigation = Render<SideNavigation>();
        Assert.Equal("Home", navigation.Find(".side-nav__link.active span").TextContent);

        Services.GetRequiredNavigation().NavigateTo("keys");
        Assert.DoesNotContain(navigation.FindAll(".side-nav__link.active"), link => link.TextContent.Trim() == "Home");
    }

    [Fact]
    public void Account_menu_names_the_user_and_signs_out_by_a_form()
    {
        AddAuthorization().SetAuthorized("ada@meridian.example");

        var menu = Render<AccountMenu>();

        Assert.Equal("Account of ada@meridian.example", menu.Find("button").GetAttribute("aria-label"));
        Assert.Equal("A", menu.Find(".avatar").TextContent);
        Assert.Equal("post", menu.Find("form").GetAttribute("method"));
        Assert.Equal("sign-out", menu.Find("form").GetAttribute("action"));
    }

    [Fact]
    public void Account_menu_is_absent_for_visitors()
    {
        AddAuthorization().SetNotAuthorized();

        Assert.Empty(Render<AccountMenu>().FindAll("button"));
    }

    [Fact]
    public void Theme_switch_offers_three_named_choices()
    {
        var choices = Render<ThemeSwitch>().FindAll("input[type=radio]");

        Assert.Equal(["light", "dark", "system"], choices.Select(c => c.GetAttribute("data-theme-choice")));
        Assert.All(choices, c => Assert.False(string.IsNullOrEmpty(c.GetAttribute("aria-label"))));
    }

    [Fact]
    public void Visitor_is_sent_to_sign_in_and_back()
    {
        var navigation = Services.GetRequiredNavigation();
        navigation.NavigateTo("keys?state=active");

        Render<RedirectToSignIn>();

        Assert.EndsWith("/sign-in?ended=true&returnUrl=%2Fkeys%3Fstate%3Dactive", navigation.Uri, StringComparison.Ordinal);
    }
}

internal static class NavigationOf
{
    internal static BunitNavigationManager GetRequiredNavigation(this IServiceProvider services) =>
        (BunitNavigationManager)services.GetService(typeof(Microsoft.AspNetCore.Components.NavigationManager))!;
}
