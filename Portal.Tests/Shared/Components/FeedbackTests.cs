using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Shared.Problems;
using Portal.Shared;
using Portal.Shared.Parts;

namespace Portal.Tests.Shared.Components;

public sealed class FeedbackTests : PartTest
{
    private Toasts Toasts => Services.GetRequiredService<Toasts>();

    [Fact]
    public void Toast_is_announced_by_a_region_that_was_there_before()
    {
        var region = Render<ToastRegion>();
        Assert.Equal("status", region.Find(".toast-place").GetAttribute("role"));

        Toasts.Show("Saved");

        region.WaitForAssertion(() => Assert.Equal("Saved", region.Find(".toast span").TextContent));
    }

    [Fact]
    public void Toast_goes_by_itself_and_one_with_undo_stays()
    {
        var region = Render<ToastRegion>();
        Toasts.Show("Saved");
        Toasts.Show("Disabled", () => Task.CompletedTask);

        Time.Advance(Toasts.ShownFor);

        region.WaitForAssertion(() => Assert.Equal("Disabled", Assert.Single(region.FindAll(".toast span")).TextContent));
    }

    [Fact]
    public void Undo_takes_it_back_once_and_the_toast_away()
    {
        var undone = 0;
        var region = Render<ToastRegion>();
        Toasts.Show("Disabled", () => Task.FromResult(undone++));

        region.WaitForElement(".toast .button").Click();

        Assert.Equal(1, undone);
        Assert.Empty(Toasts.Shown);
    }

    [Fact]
    public void Same_words_twice_are_two_toasts()
    {
        var region = Render<ToastRegion>();
        var first = Toasts.Show("Saved");
        Toasts.Show("Saved");
        region.WaitForAssertion(() => Assert.Equal(2, region.FindAll(".toast").Count));

        Toasts.Dismiss(first);
        region.WaitForAssertion(() => Assert.Single(region.FindAll(".toast")));
    }

    [Fact]
    public void Fourth_toast_takes_the_place_of_the_first()
    {
        foreach (var text in new[] { "1", "2", "3", "4" }) Toasts.Show(text);

        Assert.Equal(["2", "3", "4"], Toasts.Shown.Select(toast => toast.Text));
    }

    [Fact]
    public void Toasts_are_shown_inside_an_open_drawer_because_the_page_behind_is_inert()
    {
        var page = Render<ToastRegion>();
        var drawer = Render<Drawer>(p => p.Add(d => d.Title, "Key").Add(d => d.Open, true));
        Toasts.Show("Saved");
        drawer.WaitForElement(".toast");
        Assert.Empty(page.FindAll(".toast"));

        drawer.Render(p => p.Add(d => d.Open, false));

        page.WaitForElement(".toast");
    }

    [Fact]
    public void Detail_waits_then_shows_and_closes_by_taking_the_id_from_the_address()
    {
        var navigation = Services.GetRequiredService<NavigationManager>();
        navigation.NavigateTo("?q=a&id=one");
        var answer = new TaskCompletionSource<string>();
        var drawer = Detail("one", (_, _) => answer.Task);
        Assert.NotEmpty(drawer.FindAll(".skeleton"));
        Assert.Equal("Request", drawer.Find("dialog").GetAttribute("aria-label"));

        answer.SetResult("loaded");
        drawer.WaitForAssertion(() => Assert.Equal("loaded", drawer.Find("b").TextContent));
        drawer.Find(".drawer__head button").Click();

        Assert.EndsWith("?q=a", navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Detail_that_is_not_there_says_so_in_the_refusals_words()
    {
        var drawer = Detail("one", (_, _) => Task.FromException<string>(new Problem(ErrorCode.NotFound, "There is no such request.").AsException()));

        Assert.Contains("There is no such request.", drawer.Find(".error-state").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Question_names_the_damage_and_asks_for_the_name()
    {
        var dialog = Render<ConfirmDialog>();
        Task<bool>? answer = null;
        await dialog.InvokeAsync(() =>
        {
            answer = dialog.Instance.AskAsync(new ConfirmQuestion("Delete Orders?", "Delete", "Deliveries stop.") { Damage = ["3 workflows wait"], TypeToConfirm = "Orders" });
        });
        Assert.Equal("3 workflows wait", dialog.Find(".dialog__damage li").TextContent);
        Assert.True(dialog.Find(".button--danger").HasAttribute("disabled"));

        await dialog.Find("input").InputAsync(new() { Value = "Orders" });
        await dialog.Find(".button--danger").ClickAsync(new());

        Assert.True(await answer!);
    }

    [Fact]
    public void Stepper_tells_where_one_is_and_leads_back_only()
    {
        var steps = Render<Stepper>(p => p.Add(s => s.Label, "Install").Add(s => s.Steps, ["Choose", "Connect", "Start"]).Add(s => s.Current, 1).Add(s => s.Address, step => $"?step={step}"));

        Assert.Contains("Connect", steps.Find("[aria-current=step]").TextContent, StringComparison.Ordinal);
        Assert.Equal("?step=0", Assert.Single(steps.FindAll("a")).GetAttribute("href"));
    }

    [Fact]
    public void Search_waits_for_a_pause_in_typing()
    {
        var found = new List<string?>();
        var field = Render<SearchField>(p => p.Add(f => f.Label, "Name").Add(f => f.OnSearch, text => found.Add(text)));
        field.Find("input").Input("a");
        field.Find("input").Input("ad");
        Assert.Empty(found);

        Time.Advance(TimeSpan.FromSeconds(1));
        field.WaitForAssertion(() => Assert.Equal(["ad"], found));
        field.Find("input").Input(" ");
        Time.Advance(TimeSpan.FromSeconds(1));

        field.WaitForAssertion(() => Assert.Equal(["ad", null], found));
    }

    private IRenderedComponent<DetailDrawer<string>> Detail(string id, Func<string, CancellationToken, Task<string>> load) => Render<DetailDrawer<string>>(p => p
        .Add(d => d.Id, id).Add(d => d.WaitingTitle, "Request").Add(d => d.Title, text => text).Add(d => d.Load, load).Add(d => d.ChildContent, text => $"<b>{text}</b>"));
}
