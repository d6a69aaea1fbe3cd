using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Tests.Gateway.Api;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;
using Portal.Tests.Webhooks.Delivery;

namespace Portal.Tests.Webhooks.Api;

/// <summary>An event that was acknowledged reaches its endpoint, whenever the process ends.</summary>
public sealed class WebhookKillTests
{
    [Fact]
    public async Task Acknowledged_events_are_delivered_through_kill_9()
    {
        await using var receiver = await Receiver.Start();
        var key = ApiKeyFormat.Generate(ApiMode.Live);
        await using var portal = await PortalProcess.StartAsync(new PortalProcessOptions
        {
            Settings =
            {
                ["Bootstrap:AdminEmail"] = "owner@example.com", ["Bootstrap:AdminPassword"] = "correct horse battery",
                ["Bootstrap:Plan"] = "enterprise", ["Bootstrap:ApiKey"] = key, ["Bootstrap:ApiKeyRateLimit"] = "1000000000",
            },
        });
        var acknowledged = new ConcurrentBag<string>();
        using (var first = Client(portal, key))
            Assert.Equal(HttpStatusCode.Created, (await first.PostAsJsonAsync("/api/v1/webhooks", new { url = receiver.Url, events = new[] { "form.*" } })).StatusCode);
        for (var kill = 0; kill < 3; kill++)
        {
            var before = acknowledged.Count;
            using var client = Client(portal, key);
            var publishers = Enumerable.Range(0, 4).Select(_ => PublishUntilItDies(client, acknowledged)).ToArray();
            await WaitFor.Condition(() => acknowledged.Count > before + 100, "events are published");
            await portal.KillHard();
            await Task.WhenAll(publishers);
            await portal.StartAgainAsync();
        }

        await WaitFor.Condition(() => !acknowledged.Except(receiver.EventIds, StringComparer.Ordinal).Any(), "every acknowledged event has arrived");
    }

    private static HttpClient Client(PortalProcess portal, string key)
    {
        var client = new HttpClient { BaseAddress = portal.Http.BaseAddress };
        client.DefaultRequestHeaders.Add("X-API-Key", key);
        return client;
    }

    private static async Task PublishUntilItDies(HttpClient client, ConcurrentBag<string> acknowledged)
    {
        try
        {
            while (true)
            {
                using var answer = await client.PostAsJsonAsync("/api/v1/events", new { type = "form.submitted", data = new { form_id = "frm_1" } });
                if (answer.StatusCode == HttpStatusCode.Accepted) acknowledged.Add((await answer.Json()).GetProperty("id").GetString()!);
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
        {
            // The portal is gone: what was not acknowledged by now does not count.
        }
    }
}
