using System.Net;
using System.Text.RegularExpressions;
using Xunit;

namespace Portal.Tests.Shared.Api;

public sealed class PagesTests(PagesHost host) : IClassFixture<PagesHost>
{
    [Fact]
    public async Task Pages_are_locked_for_visitors_and_open_for_users()
    {
        Assert.Equal(HttpStatusCode.OK, (await host.OpenAsync("/", signedIn: true)).StatusCode);
        var visitor = await host.OpenAsync("/");
        Assert.Equal(HttpStatusCode.Redirect, visitor.StatusCode);
        Assert.EndsWith("/sign-in?returnUrl=%2F", visitor.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_page_answers_404_with_our_page()
    {
        var response = await host.OpenAsync("/no/such/page");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("There is no such page", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Not_found_page_itself_answers_404() =>
        Assert.Equal(HttpStatusCode.NotFound, (await host.OpenAsync("/not-found")).StatusCode);

    [Fact]
    public async Task Failure_answers_500_with_a_trace_id_and_without_the_reason()
    {
        var response = await host.OpenAsync("/fails");
        var page = await response.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Contains("Something failed on our side", page, StringComparison.Ordinal);
        Assert.Matches("data-copy=\"[^\"]+\"", page);
        Assert.DoesNotContain("secret reason", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/refuses", "application/json")]
    [InlineData("/no/such/file.json", "application/json")]
    public async Task Programs_get_no_page_in_place_of_a_status(string path, string accept) =>
        Assert.Empty(await (await host.OpenAsync(path, accept: accept)).Content.ReadAsByteArrayAsync());

    [Fact]
    public async Task Every_asset_of_a_page_is_served_under_a_fingerprint_and_cached_for_ever()
    {
        var page = await (await host.OpenAsync("/", signedIn: true)).Content.ReadAsStringAsync();
        var assets = Regex.Matches(page, "(?:src|href)=\"([^\"]+\\.(?:js|css|svg))\"").Select(match => match.Groups[1].Value).ToList();

        Assert.Equal(7, assets.Count);
        foreach (var asset in assets)
        {
            var response = await host.OpenAsync("/" + asset, accept: "*/*");
            Assert.True(response.StatusCode == HttpStatusCode.OK, asset);
            Assert.True(response.Headers.CacheControl?.ToString().Contains("immutable", StringComparison.Ordinal), asset);
        }
    }

    [Fact]
    public async Task Theme_script_runs_before_the_first_paint_and_no_script_is_inline()
    {
        var page = await (await host.OpenAsync("/", signedIn: true)).Content.ReadAsStringAsync();

        Assert.Matches("<script src=\"assets/theme\\.[^\"]+\"></script>", page[..page.IndexOf("<body", StringComparison.Ordinal)]);
        Assert.DoesNotMatch("<script(?![^>]*src=)", page);
    }
}
