using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Portal.Tests.Infrastructure.Browser;

/// <summary>What a visitor's browser is like.</summary>
public sealed record BrowserOptions
{
    /// <summary>What relative addresses are relative to.</summary>
    public Uri? BaseUrl { get; init; }

    /// <summary>Width of the page in CSS pixels.</summary>
    public int Width { get; init; } = 1280;

    /// <summary>Height of the page in CSS pixels.</summary>
    public int Height { get; init; } = 800;

    /// <summary>The colour scheme that the visitor prefers.</summary>
    public ColorScheme ColorScheme { get; init; } = ColorScheme.Light;

    /// <summary>Whether the visitor wants less movement; on by default, so that screenshots catch no half-way state.</summary>
    public bool ReducedMotion { get; init; } = true;

    /// <summary>The visitor's language.</summary>
    public string Locale { get; init; } = "en-US";

    /// <summary>Saved cookies and local storage to begin with (Playwright's storage state, JSON), or null.</summary>
    public string? StorageState { get; init; }
}

/// <summary>
/// One visitor: a browser context (cookies, storage) with a first page, that notes what goes wrong in any of its pages.
/// </summary>
public sealed class BrowserSession : IAsyncDisposable
{
    private const float ActionTimeoutMilliseconds = 15_000;

    private readonly ConcurrentQueue<string> _problems = new();

    private BrowserSession(IBrowserContext context) => Context = context;

    /// <summary>The context: further pages, cookies, permissions.</summary>
    public IBrowserContext Context { get; }

    /// <summary>The first page.</summary>
    public IPage Page { get; private set; } = null!;

    /// <summary>
    /// Errors on the console, uncaught exceptions, requests that failed and answers of 500 and above, of all pages so far.
    /// </summary>
    public IReadOnlyList<string> Problems => [.. _problems];

    /// <summary>Opens a new visitor's browser at an empty page.</summary>
    public static async Task<BrowserSession> OpenAsync(BrowserOptions? options = null)
    {
        options ??= new BrowserOptions();
        var browser = await Chromium.GetAsync();
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = options.BaseUrl?.ToString(),
            ViewportSize = new ViewportSize { Width = options.Width, Height = options.Height },
            ColorScheme = options.ColorScheme,
            ReducedMotion = options.ReducedMotion ? ReducedMotion.Reduce : ReducedMotion.NoPreference,
            Locale = options.Locale,
            TimezoneId = "UTC",
            StorageState = options.StorageState,
        });
        context.SetDefaultTimeout(ActionTimeoutMilliseconds);
        var session = new BrowserSession(context);
        session.Listen();
        session.Page = await context.NewPageAsync();
        return session;
    }

    /// <summary>Waits until the page's circuit listens: before that a click on what the server handles is lost.</summary>
    public static Task InteractiveAsync(IPage page) =>
        page.Locator("[data-interactive]").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Attached });

    /// <summary>Fails when anything went wrong that <paramref name="expected"/> does not name a part of.</summary>
    public void AssertNoProblems(params string[] expected)
    {
        var unexpected = _problems
            .Where(problem => !expected.Any(part => problem.Contains(part, StringComparison.OrdinalIgnoreCase)))
            .ToList();
        Assert.True(unexpected.Count == 0, $"The browser met problems:\n{string.Join('\n', unexpected)}");
    }

    /// <summary>Writes artifacts/screenshots/NAME.png of the page (all of it, if asked) and returns its path.</summary>
    public async Task<string> ScreenshotAsync(string name, bool fullPage = false)
    {
        var path = Path.Combine(Repository.Artifacts, "screenshots", name + ".png");
        await Page.ScreenshotAsync(new PageScreenshotOptions { Path = path, FullPage = fullPage });
        return path;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await Context.CloseAsync();

    private void Listen()
    {
        Context.Console += (_, message) =>
        {
            if (message.Type == "error")
                _problems.Enqueue($"console: {message.Text} ({message.Location})");
        };
        Context.WebError += (_, error) => _problems.Enqueue($"exception: {error.Error}");
        Context.RequestFailed += (_, request) =>
        {
            // Leaving a page aborts what it was still loading: that is no fault of the page.
            if (request.Failure is not "net::ERR_ABORTED")
                _problems.Enqueue($"request: {request.Method} {request.Url} {request.Failure}");
        };
        Context.Response += (_, response) =>
        {
            if (response.Status >= 500)
                _problems.Enqueue($"response: {response.Status} {response.Request.Method} {response.Url}");
        };
    }
}
