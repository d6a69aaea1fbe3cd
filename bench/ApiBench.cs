using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Portal.Bench;

/// <summary>
/// Rates and latencies of the API beside a bare endpoint, in one run: each round measures all of them in turn, and the
/// median round counts, so that what else the machine does meets all alike.
/// </summary>
internal static class ApiBench
{
    private const int Rounds = 3;
    private static readonly TimeSpan Warmup = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);

    public static async Task<int> Run()
    {
        Wrk.Ensure();
        var work = Directory.CreateTempSubdirectory("portal-bench-").FullName;
        try
        {
            using var portal = await PublishedPortal.Start(PublishedPortal.Build(work), Path.Combine(work, "data"));
            const string key = PublishedPortal.ApiKey;
            using var http = new HttpClient { BaseAddress = new Uri(portal.Address) };
            http.DefaultRequestHeaders.Add("X-API-Key", key);
            var report = await Measure(portal, http, key, work);
            report["start_ms"] = Math.Round(portal.StartedIn.TotalMilliseconds);
            report["memory_mib"] = portal.Memory;
            Print(report);
            await PublishedPortal.Save("api", report);
            return 0;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static async Task<JsonObject> Measure(Server portal, HttpClient http, string key, string work)
    {
        var contact = await CreateContact(http);
        using var bare = await StartBare(work, "ping.json", await http.GetStringAsync("/api/v1/ping"));
        using var bareContact = await StartBare(work, "contact.json", await http.GetStringAsync($"/api/v1/contacts/{contact}"));
        var script = Path.Combine(work, "post.lua");
        await File.WriteAllTextAsync(script, """
            wrk.method = "POST"
            wrk.headers["Content-Type"] = "application/json"
            wrk.body = '{"first_name":"Ada","last_name":"Lovelace","email":"ada@example.com","company":"Analytical Engines"}'
            """);
        Target[] targets =
        [
            new("bare", bare.Address + "/", null, null, null),
            new("gateway", portal.Address + "/api/v1/ping", key, null, "bare"),
            new("bare_contact", bareContact.Address + "/", null, null, null),
            new("read", $"{portal.Address}/api/v1/contacts/{contact}", key, null, "bare_contact"),
            new("write", portal.Address + "/api/v1/contacts", key, script, "bare_contact"),
        ];
        // Three calls of our own so far: the contact, the ping, the reading.
        long sent = 3;
        var loads = targets.ToDictionary(target => target.Name, _ => new List<Load>(), StringComparer.Ordinal);
        for (var round = 0; round <= Rounds; round++)
        {
            foreach (var target in targets)
            {
                var load = Wrk.Run(target.Url, round == 0 ? Warmup : Duration, target.ApiKey, target.Script);
                if (load.Failures > 0) throw new InvalidOperationException($"{target.Name}: {load.Failures} calls failed.");
                if (target.ApiKey is not null) sent += load.Requests;
                if (round > 0) loads[target.Name].Add(load);
            }
        }

        var report = Summarize(targets, loads);
        report["usage"] = await CheckUsage(http, sent, targets.Count(target => target.ApiKey is not null) * (Rounds + 1));
        return report;
    }

    private static JsonObject Summarize(Target[] targets, Dictionary<string, List<Load>> loads)
    {
        var medians = loads.ToDictionary(pair => pair.Key, pair => pair.Value.OrderBy(load => load.Rate).ElementAt(pair.Value.Count / 2), StringComparer.Ordinal);
        var rows = new JsonObject();
        foreach (var target in targets)
        {
            var load = medians[target.Name];
            rows[target.Name] = new JsonObject
            {
                ["rate"] = Math.Round(load.Rate),
                ["p50_ms"] = Math.Round(load.P50, 2),
                ["p99_ms"] = Math.Round(load.P99, 2),
                ["ratio"] = target.Baseline is { } baseline ? Math.Round(load.Rate / medians[baseline].Rate, 2) : null,
            };
        }

        return new JsonObject
        {
            ["command"] = "dotnet run -c Release --project bench api",
            ["cores"] = Environment.ProcessorCount,
            ["connections"] = Wrk.Connections,
            ["rounds"] = Rounds,
            ["seconds"] = Duration.TotalSeconds,
            ["results"] = rows,
        };
    }

    // wrk leaves with answers still on their way: for each run up to one a connection more may have been served.
    private static async Task<JsonObject> CheckUsage(HttpClient http, long sent, int runs)
    {
        var usage = await http.GetFromJsonAsync<JsonElement>("/api/v1/integrations/usage");
        var counted = usage.GetProperty("total_requests").GetInt64();
        var missing = Math.Max(0, sent - counted);
        if (counted > sent + 1 + (runs * Wrk.Connections)) throw new InvalidOperationException($"{counted} calls counted, {sent} made.");
        return new JsonObject { ["sent"] = sent, ["counted"] = counted, ["missing"] = missing };
    }

    private static async Task<string> CreateContact(HttpClient http)
    {
        using var answer = await http.PostAsJsonAsync("/api/v1/contacts", new { first_name = "Ada", last_name = "Lovelace", email = "ada@example.com", company = "Analytical Engines" });
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    private static async Task<Server> StartBare(string work, string name, string body)
    {
        var file = Path.Combine(work, name);
        await File.WriteAllTextAsync(file, body);
        return await Server.Start(url => [typeof(ApiBench).Assembly.Location, "bare", url, file], "/");
    }

    private static void Print(JsonObject report)
    {
        Console.WriteLine();
        Console.WriteLine($"{"",-14}{"rate/s",10}{"p50 ms",10}{"p99 ms",10}{"of bare",10}");
        foreach (var (name, row) in report["results"]!.AsObject())
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-14}{(double)row!["rate"]!,10:N0}{(double)row["p50_ms"]!,10:0.00}{(double)row["p99_ms"]!,10:0.00}{(double?)row["ratio"],10:0.00}"));
        Console.WriteLine($"ready in {report["start_ms"]} ms · {report["memory_mib"]} MiB · usage: {report["usage"]!.ToJsonString()}");
    }

    /// <param name="Baseline">The target whose rate this one's is compared with.</param>
    private sealed record Target(string Name, string Url, string? ApiKey, string? Script, string? Baseline);
}
