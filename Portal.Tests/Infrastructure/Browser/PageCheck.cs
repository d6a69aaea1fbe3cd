using Microsoft.Playwright;

namespace Portal.Tests.Infrastructure.Browser;

/// <summary>What holds for every page: no accessibility fault in light and dark, no sideways scrolling at any width.</summary>
public static class PageCheck
{
    private static readonly int[] Widths = [320, 768, 1440];

    /// <summary>Opens a page of the portal and waits until it has its circuit: what is typed before is lost.</summary>
    public static async Task OpenAsync(IPage page, string path)
    {
        await page.GotoAsync(path);
        await BrowserSession.InteractiveAsync(page);
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
    }

    /// <summary>Looks at the page that is open, in both colour schemes and at three widths.</summary>
    public static async Task AssertGoodAsync(IPage page)
    {
        // Between the server's HTML and the circuit's a page has no title for a moment.
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await page.WaitForFunctionAsync("() => document.title !== ''");
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
            await AxeCheck.AssertNoneAsync(page);
        }

        foreach (var width in Widths)
        {
            await page.SetViewportSizeAsync(width, 900);
            var overflow = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            Assert.True(overflow <= 0, $"{page.Url} is {overflow} px too wide at {width} px.");
        }
    }
}
