using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Portal.Bench.Workflows;

/// <summary>
/// From the request that starts a run to the answer that it has ended, everything durable in between, beside a plain
/// durable write of the same portal; and runs over kills. Each part starts from an empty data directory.
/// </summary>
internal static class WorkflowsBench
{
    private const int Rounds = 3;

    public static async Task<int> Run(IReadOnlyList<string> arguments)
    {
        var options = new Options(arguments, "seconds", "kills", "portal");
        Wrk.Ensure();
        var work = Directory.CreateTempSubdirectory("portal-bench-").FullName;
        try
        {
            var portal = options.Text("portal") ?? PublishedPortal.Build(work);
            var report = new JsonObject
            {
                ["command"] = string.Join(' ', ["dotnet run -c Release --project bench workflows", .. arguments]),
                ["cores"] = Environment.ProcessorCount,
                ["rounds"] = Rounds,
                ["seconds"] = options.Number("seconds", 10),
            };
            if (options.Has("seconds") || !options.Has("kills")) report["results"] = await Measure(portal, Path.Combine(work, "flows"), work, options.Number("seconds", 10));
            if (options.Has("kills") || !options.Has("seconds")) report["kills"] = await new KillRun(portal, Path.Combine(work, "kills"), options.Number("kills", 100)).Run();
            Print(report);
            await PublishedPortal.Save("workflows", report);
            return 0;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static async Task<JsonObject> Measure(string folder, string data, string work, int seconds)
    {
        using var portal = await PublishedPortal.Start(folder, data);
        using var http = new HttpClient { BaseAddress = new Uri(portal.Address), DefaultRequestHeaders = { { "X-API-Key", PublishedPortal.ApiKey } } };
        var post = Path.Combine(work, "post.lua");
        await File.WriteAllTextAsync(post, Script("""{"number":7,"name":"Ada Lovelace","email":"ada@example.com"}"""));
        Target[] targets =
        [
            new("write", portal.Address + "/api/v1/contacts", 64, 0),
            await Flow(http, "two_nodes", FlowSamples.Chain(1), 64, 2),
            await Flow(http, "five_nodes", FlowSamples.Chain(4), 64, 5),
            await Flow(http, "forty_nodes", FlowSamples.Chain(40), 16, 41),
            await Flow(http, "ten_branches", FlowSamples.Parallel(10), 32, 12),
            await Flow(http, "thousand_items", FlowSamples.ForEach(1000, 10), 2, 1002),
            await Flow(http, "two_nodes_alone", FlowSamples.Chain(1), 1, 2),
            await Flow(http, "forty_nodes_alone", FlowSamples.Chain(40), 1, 41),
        ];
        var loads = targets.ToDictionary(target => target.Name, _ => new List<Load>(), StringComparer.Ordinal);
        for (var round = 0; round <= Rounds; round++)
        {
            foreach (var target in targets)
            {
                var load = Wrk.Run(target.Url, TimeSpan.FromSeconds(seconds), PublishedPortal.ApiKey, post, target.Connections);
                if (load.Failures > 0) throw new InvalidOperationException($"{target.Name}: {load.Failures} runs failed.");
                if (round > 0) loads[target.Name].Add(load);
            }
        }

        return Summarize(targets, loads, portal.Memory);
    }

    private static JsonObject Summarize(Target[] targets, Dictionary<string, List<Load>> loads, long memory)
    {
        var medians = loads.ToDictionary(pair => pair.Key, pair => pair.Value.OrderBy(load => load.Rate).ElementAt(pair.Value.Count / 2), StringComparer.Ordinal);
        var rows = new JsonObject();
        foreach (var target in targets)
        {
            var load = medians[target.Name];
            rows[target.Name] = new JsonObject
            {
                ["connections"] = target.Connections,
                ["rate"] = Math.Round(load.Rate, 1),
                ["steps_per_second"] = Math.Round(load.Rate * target.Steps),
                ["p50_ms"] = Math.Round(load.P50, 2),
                ["p99_ms"] = Math.Round(load.P99, 2),
                ["of_write"] = Math.Round(load.Rate / medians["write"].Rate, 3),
            };
        }

        rows["forty_nodes_add_ms"] = Math.Round(medians["forty_nodes_alone"].P50 - medians["two_nodes_alone"].P50, 1);
        rows["memory_mib"] = memory;
        return rows;
    }

    private static async Task<Target> Flow(HttpClient http, string name, JsonObject definition, int connections, int steps) =>
        new(name, await Publish(http, definition), connections, steps);

    /// <summary>Makes a workflow and publishes it.</summary>
    /// <returns>The address of its webhook.</returns>
    public static async Task<string> Publish(HttpClient http, JsonObject definition)
    {
        var made = await Post(http, "/api/v1/workflows", definition);
        var published = await Post(http, $"/api/v1/workflows/{made.GetProperty("id").GetString()}/publish", new JsonObject());
        var url = new Uri(published.GetProperty("triggers")[0].GetProperty("url").GetString()!);
        // The portal names itself by its public address.
        return new Uri(http.BaseAddress!, url.AbsolutePath).AbsoluteUri;
    }

    public static async Task<JsonElement> Post(HttpClient http, string path, JsonNode body)
    {
        using var answer = await http.PostAsJsonAsync(path, body);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonElement.Parse(text) : throw new InvalidOperationException($"{path}: {(int)answer.StatusCode} {text}");
    }

    private static string Script(string body) => $"""
        wrk.method = "POST"
        wrk.headers["Content-Type"] = "application/json"
        wrk.body = '{body}'
        """;

    private static void Print(JsonObject report)
    {
        Console.WriteLine();
        if (report["results"] is JsonObject results)
        {
            Console.WriteLine($"{"",-20}{"at once",9}{"runs/s",10}{"steps/s",10}{"p50 ms",10}{"p99 ms",10}{"of write",10}");
            foreach (var (name, row) in results.Where(pair => pair.Value is JsonObject))
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-20}{(int)row!["connections"]!,9}{(double)row["rate"]!,10:N1}{(double)row["steps_per_second"]!,10:N0}{(double)row["p50_ms"]!,10:0.00}{(double)row["p99_ms"]!,10:0.00}{(double)row["of_write"]!,10:0.000}"));
            Console.WriteLine($"forty nodes add {results["forty_nodes_add_ms"]} ms · {results["memory_mib"]} MiB");
        }

        if (report["kills"] is { } kills) Console.WriteLine($"kills: {kills.ToJsonString()}");
    }

    private sealed record Target(string Name, string Url, int Connections, int Steps);
}
