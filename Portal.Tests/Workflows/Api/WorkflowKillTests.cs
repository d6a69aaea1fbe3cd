using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Tests.Gateway.Api;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;
using Portal.Tests.Workflows.Engine;

namespace Portal.Tests.Workflows.Api;

/// <summary>A run that was acknowledged ends, and each of its steps wrote once, whenever the process ends.</summary>
public sealed class WorkflowKillTests
{
    private const int Kills = 10;
    private static readonly string[] Steps = ["one", "two", "three"];

    [Fact]
    public async Task Acknowledged_runs_complete_through_ten_times_kill_9_and_each_step_writes_once()
    {
        var key = ApiKeyFormat.Generate(ApiMode.Live);
        await using var portal = await PortalProcess.StartAsync(new PortalProcessOptions
        {
            Settings =
            {
                ["Bootstrap:AdminEmail"] = "owner@example.com", ["Bootstrap:AdminPassword"] = "correct horse battery",
                ["Bootstrap:Plan"] = "enterprise", ["Bootstrap:ApiKey"] = key, ["Bootstrap:ApiKeyRateLimit"] = "1000000000",
            },
        });
        var (workflow, hook) = await Publish(portal, key);
        var runs = new ConcurrentBag<string>();
        var keyed = new List<string>();
        for (var kill = 0; kill < Kills; kill++)
        {
            using var client = Client(portal, key);
            using var execution = await Execute(client, workflow, $"kill-{kill}");
            keyed.Add(await Id(execution));
            // So many more, which is anywhere between steps of others.
            var enough = runs.Count + Random.Shared.Next(1, 30);
            var senders = Enumerable.Range(0, 3).Select(_ => SendUntilItDies(client, hook, runs)).ToArray();
            await WaitFor.Condition(() => runs.Count >= enough, "runs begin");
            await portal.KillHard();
            await Task.WhenAll(senders);
            await portal.StartAgainAsync();
        }

        using var reader = Client(portal, key);
        for (var kill = 0; kill < Kills; kill++)
        {
            using var again = await Execute(reader, workflow, $"kill-{kill}");
            Assert.Equal(keyed[kill], await Id(again));
        }

        await WaitFor.Condition(async () => await Total(reader, "pending") + await Total(reader, "running") == 0, "every run has ended");
        Assert.Equal(0, await Total(reader, "failed") + await Total(reader, "cancelled") + await Total(reader, "timeout"));
        var completed = await All(reader, "executions", "status=completed&", run => run.GetProperty("id").GetString()!);
        Assert.Empty(runs.Concat(keyed).Except(completed, StringComparer.Ordinal));
        // Runs that were begun but not acknowledged count as well.
        var expected = completed.SelectMany(run => Steps.Select(step => $"{run} {step}")).Order(StringComparer.Ordinal);
        Assert.Equal(expected, (await All(reader, "contacts", "", contact => contact.GetProperty("name").GetString()!)).Order(StringComparer.Ordinal));
    }

    private static async Task<(string Id, string Hook)> Publish(PortalProcess portal, string key)
    {
        var graph = new GraphText($"start:webhook-trigger > {string.Join(" > ", Steps.Select(step => $"{step}:database-query"))}");
        foreach (var step in Steps) graph.Config(step, $$$"""{"resource":"contacts","operation":"create","values":{"name":"{{ context.execution_id }} {{{step}}}"}}""");
        using var client = Client(portal, key);
        using var body = new StringContent(WorkflowCalls.Json(graph), System.Text.Encoding.UTF8, "application/json");
        using var made = await client.PostAsync("/api/v1/workflows", body);
        var id = (await made.Json()).GetProperty("id").GetString()!;
        using var published = await client.PostAsJsonAsync($"/api/v1/workflows/{id}/publish", new { });
        var trigger = (await published.Json()).GetProperty("triggers")[0];
        return (id, new Uri(trigger.GetProperty("url").GetString()!).AbsolutePath);
    }

    private static HttpClient Client(PortalProcess portal, string key)
    {
        var client = new HttpClient { BaseAddress = portal.Http.BaseAddress };
        client.DefaultRequestHeaders.Add("X-API-Key", key);
        return client;
    }

    private static async Task<HttpResponseMessage> Execute(HttpClient client, string workflow, string idempotencyKey)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/workflows/{workflow}/execute") { Content = JsonContent.Create(new { }) };
        request.Headers.Add("Idempotency-Key", idempotencyKey);
        var answer = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return answer;
    }

    private static async Task SendUntilItDies(HttpClient client, string hook, ConcurrentBag<string> runs)
    {
        try
        {
            while (true)
            {
                using var answer = await client.PostAsJsonAsync(hook, new { });
                if (answer.StatusCode == HttpStatusCode.Accepted) runs.Add(await Id(answer));
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
        {
            // The portal is gone: what was not acknowledged by now does not count.
        }
    }

    private static async Task<string> Id(HttpResponseMessage answer) => (await answer.Json()).GetProperty("execution_id").GetString()!;

    private static async Task<int> Total(HttpClient client, string status) =>
        (await client.GetFromJsonAsync<JsonElement>($"{WorkflowCalls.Executions}?per_page=1&status={status}")).GetProperty("pagination").GetProperty("total").GetInt32();

    private static async Task<List<string>> All(HttpClient client, string list, string filter, Func<JsonElement, string> read)
    {
        var all = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await client.GetFromJsonAsync<JsonElement>($"/api/v1/{list}?{filter}per_page=100{(cursor.Length > 0 ? $"&cursor={cursor}" : "")}");
            all.AddRange(page.GetProperty(list).EnumerateArray().Select(read));
            cursor = page.GetProperty("pagination").GetProperty("next_cursor").GetString();
        }

        return all;
    }
}
