using System.Globalization;
using System.Text.Json.Nodes;

namespace Portal.Bench.Webhooks;

/// <summary>
/// From publishing an event to its receipt: at a rate, with receivers that hang, and over kills of the portal. Each part
/// starts from an empty data directory.
/// </summary>
internal static class WebhooksBench
{
    public static async Task<int> Run(IReadOnlyList<string> arguments)
    {
        var options = new Options(arguments, "rate", "seconds", "hanging", "kill", "portal");
        var work = Directory.CreateTempSubdirectory("portal-bench-").FullName;
        try
        {
            var portal = options.Text("portal") ?? PublishedPortal.Build(work);
            var parts = Parts(options);
            var rows = new JsonObject();
            foreach (var (name, loading) in parts)
            {
                Console.WriteLine($"{name}: {loading.Rate} events a second for {loading.Seconds} s …");
                rows[name] = Describe(loading, await new WebhookRun(portal, Path.Combine(work, name), loading).Run());
            }

            if (rows["hanging"] is { } hanging) hanging["p99_ratio"] = new JsonObject { ["from_answer"] = Ratio(rows, "from_answer_ms"), ["from_request"] = Ratio(rows, "from_request_ms") };
            var report = new JsonObject
            {
                ["command"] = string.Join(' ', ["dotnet run -c Release --project bench webhooks", .. arguments]),
                ["cores"] = Environment.ProcessorCount,
                ["results"] = rows,
            };
            Print(rows);
            await PublishedPortal.Save("webhooks", report);
            return 0;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    // All of them unless some are named; hanging ones are compared with none.
    private static List<(string Name, Loading Loading)> Parts(Options options)
    {
        var steady = new Loading(options.Number("rate", 500), options.Number("seconds", 30));
        var isNamed = options.Has("rate") || options.Has("seconds") || options.Has("hanging") || options.Has("kill");
        var parts = new List<(string, Loading)>();
        if (!options.Has("kill") || options.Has("hanging")) parts.Add(("steady", steady));
        if (!isNamed || options.Has("hanging")) parts.Add(("hanging", steady with { Hanging = options.Number("hanging", 10) }));
        if (!isNamed || options.Has("kill")) parts.Add(("kill", steady with { Kills = options.Number("kill", 3) }));
        return parts;
    }

    private static JsonObject Describe(Loading loading, Outcome outcome)
    {
        if (outcome.FromDue.Length == 0)
            throw new InvalidOperationException($"Nothing came through: {string.Join("; ", outcome.Refusals.Take(3).Select(pair => $"{pair.Value} × {pair.Key}"))}");
        return new JsonObject
        {
            ["rate"] = loading.Rate,
            ["seconds"] = loading.Seconds,
            ["hanging_percent"] = loading.Hanging,
            ["kills"] = loading.Kills,
            ["acknowledged"] = outcome.Acknowledged,
            ["refused"] = new JsonObject(outcome.Refusals.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
            ["from_answer_ms"] = Percentiles(outcome.FromAnswer),
            ["from_request_ms"] = Percentiles(outcome.FromDue),
            ["lost"] = outcome.Lost,
            ["duplicates"] = outcome.Duplicates,
            ["published_twice"] = outcome.PublishedTwice,
            ["repeated_requests"] = outcome.Repeated,
            ["processor_ms_per_event"] = outcome.Processor is { } each ? Math.Round(each, 2) : null,
            ["restarts_ms"] = new JsonArray([.. outcome.Restarts.Select(value => (JsonNode)value)]),
        };
    }

    private static JsonObject Percentiles(double[] sorted) => new()
    {
        ["p50"] = At(sorted, 0.5), ["p95"] = At(sorted, 0.95), ["p99"] = At(sorted, 0.99), ["max"] = At(sorted, 1),
    };

    private static double Ratio(JsonObject rows, string span) =>
        Math.Round((double)rows["hanging"]![span]!["p99"]! / Math.Max(0.1, (double)rows["steady"]![span]!["p99"]!), 2);

    private static double At(double[] sorted, double share) => Math.Round(sorted[Math.Min((int)(sorted.Length * share), sorted.Length - 1)], 1);

    private static void Print(JsonObject rows)
    {
        Console.WriteLine();
        Console.WriteLine("publish to receipt, ms     from the answer             from the request");
        Console.WriteLine($"{"",-10}{"acked",8}{"p50",9}{"p95",9}{"p99",9}{"p50",10}{"p95",9}{"p99",9}{"lost",7}{"twice",7}{"refused",9}");
        foreach (var (name, row) in rows)
        {
            var (answer, request) = (row!["from_answer_ms"]!, row["from_request_ms"]!);
            var refused = row["refused"]!.AsObject().Sum(pair => (int)pair.Value!);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name,-10}{(int)row["acknowledged"]!,8}{(double)answer["p50"]!,9:0.0}{(double)answer["p95"]!,9:0.0}{(double)answer["p99"]!,9:0.0}{(double)request["p50"]!,10:0.0}{(double)request["p95"]!,9:0.0}{(double)request["p99"]!,9:0.0}{(int)row["lost"]!,7}{(int)row["duplicates"]!,7}{refused,9}"));
        }

        foreach (var (name, row) in rows.Where(pair => pair.Value!["processor_ms_per_event"] is not null))
            Console.WriteLine($"{name}: the portal took {row!["processor_ms_per_event"]} ms of processor time for an event");
        if (rows["hanging"]?["p99_ratio"] is { } ratio) Console.WriteLine($"p99 of healthy endpoints beside hanging ones: {ratio["from_answer"]} times what it is without (from the request: {ratio["from_request"]})");
        if (rows["kill"] is { } kill)
            Console.WriteLine($"killed {kill["kills"]} times, up again after {kill["restarts_ms"]!.ToJsonString()} ms · {kill["repeated_requests"]} requests repeated, {kill["published_twice"]} of them not recognized");
    }
}
