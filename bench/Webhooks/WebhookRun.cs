using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace Portal.Bench.Webhooks;

/// <summary>How a part of the bench loads the portal.</summary>
/// <param name="Rate">Events a second.</param>
/// <param name="Seconds">Of what is measured.</param>
/// <param name="Hanging">Endpoints, in per cent, whose receiver never answers.</param>
/// <param name="Kills">How often the portal is killed and started again, evenly over the run.</param>
internal sealed record Loading(int Rate, int Seconds, int Hanging = 0, int Kills = 0);

/// <summary>What came of a part.</summary>
/// <param name="Acknowledged">Events for healthy endpoints whose publishing was answered with 2xx, those of the warm-up included.</param>
/// <param name="Refusals">Why others were not.</param>
/// <param name="FromAnswer">From the answer to the receipt, of the measured events, in milliseconds, sorted; 0 where the receipt was first.</param>
/// <param name="FromDue">From the moment in which the event was to be published, the same way.</param>
/// <param name="Lost">Acknowledged and not received within a minute after the last answer.</param>
/// <param name="Duplicates">Receipts of an event after its first.</param>
/// <param name="PublishedTwice">Events that the portal has under two ids, since a repetition was not recognized.</param>
/// <param name="Repeated">Requests of the publisher that were repetitions.</param>
/// <param name="Restarts">How long each start after a kill took, in milliseconds.</param>
/// <param name="Processor">Milliseconds of processor time that the portal took for an event, over everything from the first on; null where it was killed.</param>
internal sealed record Outcome(
    int Acknowledged, IReadOnlyDictionary<string, int> Refusals, double[] FromAnswer, double[] FromDue, int Lost, int Duplicates, int PublishedTwice, int Repeated,
    List<double> Restarts, double? Processor);

/// <summary>
/// One part: a portal on a fresh data directory, a receiver, and twenty endpoints that each hear one custom event type,
/// so that each event makes one delivery.
/// </summary>
internal sealed class WebhookRun(string portalFolder, string data, Loading loading)
{
    private const int Endpoints = 20;
    private const int WarmupSeconds = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);
    private readonly string[] _types = [.. Enumerable.Range(1, Endpoints).Select(number => $"bench.e{number:00}")];
    private readonly int _hanging = (int)Math.Ceiling(Endpoints * loading.Hanging / 100.0);

    public async Task<Outcome> Run()
    {
        using var receiver = await Server.Start(url => [typeof(WebhookRun).Assembly.Location, "receiver", url], "/");
        using var portal = await PublishedPortal.Start(portalFolder, data);
        await AddEndpoints(portal.Address, receiver.Address);
        using var load = new EventLoad(portal.Address, loading.Rate, _types, insists: loading.Kills > 0);
        var before = portal.ProcessorTime;
        var publishing = load.Run(loading.Rate * (WarmupSeconds + loading.Seconds));
        var restarts = await KillAndRestart(portal, load);
        await publishing;
        var wanted = load.Acknowledged.Where(row => !IsHanging(row.Number)).ToList();
        var receipts = await Collect(receiver.Address, wanted);
        var outcome = Judge(load, wanted, receipts, restarts);
        return loading.Kills > 0 ? outcome : outcome with { Processor = (portal.ProcessorTime - before).TotalMilliseconds / load.Acknowledged.Count };
    }

    private bool IsHanging(int number) => number % Endpoints < _hanging;

    private async Task AddEndpoints(string portal, string receiver)
    {
        using var http = new HttpClient { BaseAddress = new Uri(portal), DefaultRequestHeaders = { { "X-API-Key", PublishedPortal.ApiKey } } };
        for (var i = 0; i < Endpoints; i++)
        {
            await Post(http, "/api/v1/event-types", new
            {
                type = _types[i],
                description = "An event of the bench.",
                schema = new { type = "object", properties = new { number = new { type = "integer" }, text = new { type = "string" } } },
                sample = new { number = 1, text = "An event" },
            });
            await Post(http, "/api/v1/webhooks", new { url = $"{receiver}/{(IsHanging(i) ? "hang" : "hook")}/{i + 1}", events = new[] { _types[i] } });
        }
    }

    private static async Task Post(HttpClient http, string path, object body)
    {
        using var answer = await http.PostAsJsonAsync(path, body);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    private async Task<List<double>> KillAndRestart(Server portal, EventLoad load)
    {
        var restarts = new List<double>();
        var clock = Stopwatch.StartNew();
        for (var kill = 1; kill <= loading.Kills; kill++)
        {
            var at = TimeSpan.FromSeconds(WarmupSeconds + ((double)loading.Seconds * kill / (loading.Kills + 1)));
            if (at > clock.Elapsed) await Task.Delay(at - clock.Elapsed);
            load.Hold();
            portal.Kill();
            await portal.Begin();
            restarts.Add(Math.Round(portal.StartedIn.TotalMilliseconds));
            load.Release();
        }

        return restarts;
    }

    // Until all are there and nothing more comes.
    private static async Task<List<Receipt>> Collect(string receiver, List<Published> wanted)
    {
        using var http = new HttpClient { BaseAddress = new Uri(receiver) };
        var receipts = new List<Receipt>();
        var missing = wanted.Select(row => row.EventId).ToHashSet(StringComparer.Ordinal);
        var clock = Stopwatch.StartNew();
        var last = clock.Elapsed;
        while (clock.Elapsed < Patience && (missing.Count > 0 || clock.Elapsed - last < Quiet))
        {
            var lines = (await http.GetStringAsync($"/receipts?from={receipts.Count}")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            foreach (var receipt in lines.Select(Receipt.Of))
            {
                receipts.Add(receipt);
                missing.Remove(receipt.EventId);
            }

            if (lines.Length > 0) last = clock.Elapsed;
            await Task.Delay(200);
        }

        return receipts;
    }

    private Outcome Judge(EventLoad load, List<Published> wanted, List<Receipt> receipts, List<double> restarts)
    {
        var first = receipts.GroupBy(receipt => receipt.EventId, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Min(receipt => receipt.At), StringComparer.Ordinal);
        var measured = wanted.Where(row => row.Number >= loading.Rate * WarmupSeconds && first.ContainsKey(row.EventId)).ToList();
        return new Outcome(
            wanted.Count,
            load.Refusals,
            Sorted(measured.Select(row => first[row.EventId] - row.Answered)),
            Sorted(measured.Select(row => first[row.EventId] - row.Due)),
            wanted.Count(row => !first.ContainsKey(row.EventId)),
            receipts.Count - first.Count,
            receipts.GroupBy(receipt => receipt.Number).Count(group => group.Select(receipt => receipt.EventId).Distinct(StringComparer.Ordinal).Skip(1).Any()),
            load.Repeated,
            restarts,
            null);
    }

    private static double[] Sorted(IEnumerable<long> ticks) => [.. ticks.Select(value => Math.Max(0, value) * 1000.0 / Stopwatch.Frequency).Order()];
}
