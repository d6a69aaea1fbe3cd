using Microsoft.Playwright;
using Portal.Tests.Infrastructure.Processes;

namespace Portal.Tests.Infrastructure.Browser;

/// <summary>The one Chromium of this test run, started when the first test opens a session.</summary>
internal static class Chromium
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private static readonly Lazy<Task<IBrowser>> Shared = new(LaunchAsync);

    internal static Task<IBrowser> GetAsync() => Shared.Value;

    private static async Task<IBrowser> LaunchAsync()
    {
        // Playwright's own browser build cannot be downloaded everywhere; the distribution's is installed as a package.
        var path = await Debian.FindOrInstallAsync(Find, "chromium");
        // A busy machine is slow, not broken.
        Assertions.SetDefaultExpectTimeout(15_000);
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = path,
            Headless = true,
            Args = Arguments,
        });
        TestRun.OnEnd(async () =>
        {
            await browser.CloseAsync();
            playwright.Dispose();
        });
        return browser;
    }

    private static string? Find() =>
        Names.Select(name => Path.Combine("/usr/bin", name)).FirstOrDefault(File.Exists)
        ?? Names.Select(Command.Find).FirstOrDefault(path => path is not null);
}
