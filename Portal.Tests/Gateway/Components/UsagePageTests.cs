using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Gateway;
using Portal.Gateway.Pages;
using Portal.Gateway.Parts;

namespace Portal.Tests.Gateway.Components;

public sealed class UsagePageTests : GatewayPageTest
{
    private NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    [Fact]
    public void Without_calls_the_page_leads_to_the_keys()
    {
        var page = Render<UsagePage>();

        page.WaitForAssertion(() => Assert.Equal("keys", page.Find(".empty-state a").GetAttribute("href")));
    }

    [Fact]
    public async Task Totals_charts_and_rows_tell_of_the_same_calls()
    {
        await Call();
        await Call();
        await Call(404, operation: "deals_get");

        var page = Render<UsagePage>();

        page.WaitForAssertion(() => Assert.Equal("3", page.FindAll(".tile__value")[0].TextContent));
        Assert.Equal(2, page.FindAll("[data-chart=brush]").Count);
        Assert.Equal(["contacts_list", "deals_get"], page.FindAll(".usage-rows tbody th a").Select(row => row.TextContent));
        Assert.Contains("1 · 100.0", page.FindAll(".usage-rows tbody tr")[1].TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("endpoint", "operation=contacts_list")]
    [InlineData("key", "key=key_shop")]
    [InlineData("status", "logs?status=2&span=7d")]
    [InlineData("day", "from=2026-03-20T00%3A00%3A00Z")]
    public async Task Row_leads_to_what_it_is_made_of(string by, string expected)
    {
        await Call();
        Navigation.NavigateTo($"usage?by={by}");

        var page = Render<UsagePage>();

        page.WaitForAssertion(() => Assert.Contains(expected, page.Find(".usage-rows tbody th a").GetAttribute("href"), StringComparison.Ordinal));
        Assert.EndsWith($"usage/export.csv?by={by}", page.Find("a[download]").GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusal_is_shown_in_its_words()
    {
        Render<UsagePage>();
        await Leave();

        var page = Render<UsagePage>();

        page.WaitForAssertion(() => Assert.Contains("does not belong to this organization", page.Find(".error-state").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task New_calls_are_counted_without_reload()
    {
        await Call();
        var page = Render<UsagePage>();
        page.WaitForAssertion(() => Assert.Equal("1", page.Find(".tile__value").TextContent));

        await Call(minutesAgo: 0);
        Host.Time.Advance(TimeSpan.FromSeconds(1));

        page.WaitForAssertion(() => Assert.Equal("2", page.Find(".tile__value").TextContent));
    }

    [Fact]
    public void Limits_tell_what_is_left_and_which_refused()
    {
        var limits = Render<AppliedLimits>(p => p.Add(l => l.Limits, [new AppliedLimit("key", 100, 0, true), new AppliedLimit("monthly_calls", 10_000, 9_000, false)]));

        Assert.Equal(["0 of 100 left this minute", "9,000 of 10,000 left this month"], limits.FindAll(".limits-met__left").Select(left => left.TextContent));
        Assert.Equal("key", limits.Find("[data-refused] code").TextContent);
        Assert.Equal(["100", "1000"], limits.FindAll("meter").Select(meter => meter.GetAttribute("value")));
    }
}
