using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Portal.Bench;

/// <summary>
/// How soon the pages can be used, what they transfer, and what an open one costs the server: in Chromium, on the same
/// machine, with a Release build. Each figure is the median of several rounds.
/// </summary>
internal static class PagesBench
{
    private const int PagesOfAContext = 20;

    // Pages with a circuit: those without one can be used as soon as they are shown.
    private static readonly string[] Paths = ["/", "/keys", "/playground", "/reference", "/logs", "/usage", "/organization/members", "/organization/audit"];

    public static async Task<int> Run(IReadOnlyList<string> arguments)
    {
        var options = new Options(arguments, "rounds", "circuits", "portal");
        var rounds = options.Number("rounds", 5);
        var circuits = options.Number("circuits", 200);
        if (!File.Exists("/usr/bin/chromium")) Shell.Run("apt-get", ["install", "-y", "chromium"]);
        var work = Directory.CreateTempSubdirectory("portal-bench-").FullName;
        try
        {
            using var portal = await PublishedPortal.Start(options.Text("portal") ?? PublishedPortal.Build(work), Path.Combine(work, "data"));
            using var playwright = await Playwright.CreateAsync();
            await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = "/usr/bin/chromium",
                Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--renderer-process-limit=4"],
            });
            var visitor = new Visitor(browser, portal.Address, await SignIn(browser, portal.Address));
            var report = new JsonObject
            {
                ["command"] = string.Join(' ', ["dotnet run -c Release --project bench pages", .. arguments]),
                ["cores"] = Environment.ProcessorCount,
                ["rounds"] = rounds,
                ["pages"] = await MeasurePages(visitor, rounds),
                ["page_change_ms"] = await MeasureChanges(visitor, rounds),
                ["circuits"] = await MeasureCircuits(visitor, portal, circuits),
            };
            Print(report);
            await PublishedPortal.Save("pages", report);
            return 0;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static async Task<string> SignIn(IBrowser browser, string address)
    {
        await using var context = await browser.NewContextAsync(new BrowserNewContextOptions { BaseURL = address });
        var page = await context.NewPageAsync();
        await page.GotoAsync("/sign-in");
        await page.Locator("input[type=email]").FillAsync(PublishedPortal.Email);
        await page.Locator("input[type=password]").FillAsync(PublishedPortal.Password);
        await page.Locator("main form button[type=submit]").First.ClickAsync();
        await page.WaitForURLAsync(address + "/");
        return await context.StorageStateAsync();
    }

    private static async Task<JsonObject> MeasurePages(Visitor visitor, int rounds)
    {
        // Once unmeasured: what the server compiles at its first use is not the page's.
        foreach (var path in Paths) await visitor.OpenCold(path);
        var report = new JsonObject();
        foreach (var path in Paths)
        {
            var visits = new List<Visit>();
            for (var round = 0; round < rounds; round++) visits.Add(await visitor.OpenCold(path));
            report[path] = new JsonObject
            {
                ["shown_ms"] = Median(visits.Select(visit => visit.Shown)),
                ["usable_ms"] = Median(visits.Select(visit => visit.Usable)),
                ["transferred_kib"] = Median(visits.Select(visit => visit.Bytes / 1024.0)),
                ["requests"] = Median(visits.Select(visit => (double)visit.Requests)),
            };
        }

        return report;
    }

    // From one page to the next by a link, until the new heading stands there.
    private static async Task<double> MeasureChanges(Visitor visitor, int rounds)
    {
        await using var context = await visitor.NewContext();
        var page = await context.NewPageAsync();
        await page.GotoAsync("/");
        await page.WaitForSelectorAsync(Visitor.Mark, new() { State = WaitForSelectorState.Attached });
        var changes = new List<double>();
        for (var round = 0; round < (rounds * 2) + 2; round++)
        {
            foreach (var target in new[] { "keys", "organization/members" })
            {
                changes.Add(await page.EvaluateAsync<double>("""
                    target => new Promise(resolve => {
                      const before = document.querySelector('h1')?.textContent;
                      const began = performance.now();
                      const watch = () => document.querySelector('h1')?.textContent !== before
                        ? requestAnimationFrame(() => resolve(performance.now() - began))
                        : requestAnimationFrame(watch);
                      document.querySelector(`nav a[href="${target}"]`).click();
                      watch();
                    })
                    """, target));
                await page.WaitForSelectorAsync(Visitor.Mark, new() { State = WaitForSelectorState.Attached });
            }
        }

        return Median(changes.Skip(4));
    }

    private static async Task<JsonObject> MeasureCircuits(Visitor visitor, Server portal, int circuits)
    {
        var contexts = new List<IBrowserContext>();
        try
        {
            await OpenCircuits(visitor, contexts, PagesOfAContext);
            var before = portal.Memory;
            await OpenCircuits(visitor, contexts, circuits);
            var after = portal.Memory;
            return new JsonObject
            {
                ["count"] = circuits,
                ["memory_before_mib"] = before,
                ["memory_after_mib"] = after,
                ["memory_each_kib"] = Math.Round((after - before) * 1024.0 / circuits),
            };
        }
        finally
        {
            foreach (var context in contexts) await context.CloseAsync();
        }
    }

    private static async Task OpenCircuits(Visitor visitor, List<IBrowserContext> contexts, int count)
    {
        for (var opened = 0; opened < count; opened += PagesOfAContext)
        {
            var context = await visitor.NewContext();
            contexts.Add(context);
            for (var i = 0; i < PagesOfAContext; i++)
            {
                var page = await context.NewPageAsync();
                await page.GotoAsync("/keys");
                await page.WaitForSelectorAsync(Visitor.Mark, new() { State = WaitForSelectorState.Attached, Timeout = 60_000 });
            }
        }
    }

    private static void Print(JsonObject report)
    {
        Console.WriteLine();
        Console.WriteLine($"{"cold browser",-26}{"shown ms",10}{"usable ms",11}{"KiB",8}{"requests",10}");
        foreach (var (path, row) in report["pages"]!.AsObject())
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path,-26}{(double)row!["shown_ms"]!,10:0}{(double)row["usable_ms"]!,11:0}{(double)row["transferred_kib"]!,8:0}{(double)row["requests"]!,10:0}"));
        Console.WriteLine($"page change {report["page_change_ms"]} ms · circuits: {report["circuits"]!.ToJsonString()}");
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return Math.Round(sorted[sorted.Length / 2], 1);
    }

    /// <param name="Shown">From the start of the navigation to the first contentful paint, in milliseconds.</param>
    /// <param name="Usable">To the moment when the page answers to its visitor, in milliseconds.</param>
    /// <param name="Bytes">Transferred, as compressed.</param>
    private sealed record Visit(double Shown, double Usable, long Bytes, int Requests);

    private sealed class Visitor(IBrowser browser, string address, string storage)
    {
        /// <summary>What a page renders once its circuit listens.</summary>
        public const string Mark = "[data-interactive]";

        public Task<IBrowserContext> NewContext() => browser.NewContextAsync(new BrowserNewContextOptions { BaseURL = address, StorageState = storage });

        public async Task<Visit> OpenCold(string path)
        {
            await using var context = await NewContext();
            var page = await context.NewPageAsync();
            await page.AddInitScriptAsync($$"""
                new MutationObserver((_, observer) => {
                  if (!document.querySelector('{{Mark}}')) return;
                  window.usableAt = performance.now();
                  observer.disconnect();
                }).observe(document, { childList: true, subtree: true, attributes: true });
                """);
            var network = await context.NewCDPSessionAsync(page);
            long bytes = 0;
            var requests = 0;
            network.Event("Network.loadingFinished").OnEvent += (_, json) =>
            {
                Interlocked.Add(ref bytes, (long)(json?.GetProperty("encodedDataLength").GetDouble() ?? 0));
                Interlocked.Increment(ref requests);
            };
            await network.SendAsync("Network.enable");
            await page.GotoAsync(path);
            await page.WaitForFunctionAsync("() => window.usableAt !== undefined");
            await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            var shown = await page.EvaluateAsync<double>("() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0");
            var usable = await page.EvaluateAsync<double>("() => window.usableAt");
            return new Visit(shown, usable, bytes, requests);
        }
    }
}
