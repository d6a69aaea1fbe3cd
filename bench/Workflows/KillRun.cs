using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Portal.Bench.Workflows;

/// <summary>
/// Runs of six steps, each of which makes a contact, while the portal is killed (SIGKILL) again and again at moments that
/// a seeded generator chooses. Afterwards every acknowledged run must have completed, with each of its contacts once.
/// </summary>
internal sealed class KillRun(string folder, string data, int kills)
{
    private const int Nodes = 6;
    private const int Senders = 8;
    private const int Seed = 20240115;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly List<string> _acknowledged = [];
    private readonly Lock _gate = new();

    public async Task<JsonObject> Run()
    {
        using var portal = await PublishedPortal.Start(folder, data);
        using var http = new HttpClient { BaseAddress = new Uri(portal.Address), DefaultRequestHeaders = { { "X-API-Key", PublishedPortal.ApiKey } }, Timeout = TimeSpan.FromSeconds(10) };
        var hook = await WorkflowsBench.Publish(http, FlowSamples.Contacts(Nodes));
        using var done = new CancellationTokenSource();
        var senders = Enumerable.Range(0, Senders).Select(_ => Send(hook, done.Token)).ToArray();
        var moments = new Random(Seed);
        var restarts = new List<double>();
        for (var kill = 1; kill <= kills; kill++)
        {
            await Task.Delay(moments.Next(50, 400));
            portal.Kill();
            await portal.Begin();
            restarts.Add(portal.StartedIn.TotalMilliseconds);
            if (kill % 10 == 0) Console.WriteLine($"killed {kill} times, {_acknowledged.Count} runs acknowledged");
        }

        await done.CancelAsync();
        await Task.WhenAll(senders);
        return await Judge(http, restarts);
    }

    // As webhooks are sent: one after the other, the next one also when an answer did not come.
    private async Task Send(string hook, CancellationToken cancellation)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                using var answer = await http.PostAsJsonAsync(hook, new { number = 7 }, CancellationToken.None);
                if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{hook}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(CancellationToken.None)}");
                var id = (await answer.Content.ReadFromJsonAsync<JsonElement>(CancellationToken.None)).GetProperty("execution_id").GetString()!;
                lock (_gate) _acknowledged.Add(id);
                await Task.Delay(20, CancellationToken.None);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException or JsonException)
            {
                // The portal is down.
                await Task.Delay(20, CancellationToken.None);
            }
        }
    }

    private async Task<JsonObject> Judge(HttpClient http, List<double> restarts)
    {
        var clock = Stopwatch.StartNew();
        int unfinished;
        while ((unfinished = await Count(http, "pending") + await Count(http, "running")) > 0 && clock.Elapsed < Patience) await Task.Delay(200);
        var runs = await All(http, "executions", "id");
        var contacts = await All(http, "contacts", "name");
        var names = contacts.ToHashSet(StringComparer.Ordinal);
        return new JsonObject
        {
            ["times"] = kills,
            ["acknowledged"] = _acknowledged.Count,
            ["runs"] = runs.Count,
            ["lost"] = _acknowledged.Except(runs, StringComparer.Ordinal).Count(),
            ["unfinished"] = unfinished,
            ["failed"] = await Count(http, "failed"),
            ["steps_missing"] = runs.Sum(run => Enumerable.Range(1, Nodes).Count(step => !names.Contains($"{run} {step}"))),
            ["steps_twice"] = contacts.Count - names.Count,
            ["restart_ms_median"] = Math.Round(restarts.Order().ElementAt(restarts.Count / 2)),
        };
    }

    private static async Task<int> Count(HttpClient http, string status) =>
        (await http.GetFromJsonAsync<JsonElement>($"/api/v1/executions?status={status}&per_page=1")).GetProperty("pagination").GetProperty("total").GetInt32();

    private static async Task<List<string>> All(HttpClient http, string plural, string field)
    {
        var found = new List<string>();
        string? cursor = null;
        do
        {
            var page = await http.GetFromJsonAsync<JsonElement>($"/api/v1/{plural}?per_page=100{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}");
            found.AddRange(page.GetProperty(plural).EnumerateArray().Select(item => item.GetProperty(field).GetString()!));
            cursor = page.GetProperty("pagination").GetProperty("next_cursor").GetString();
        }
        while (cursor is not null);
        return found;
    }
}
