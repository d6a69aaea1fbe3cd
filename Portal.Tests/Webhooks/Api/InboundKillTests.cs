using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Webhooks.Api;

/// <summary>What a provider was told is received becomes a lead, also when the process is killed in between.</summary>
public sealed class InboundKillTests
{
    private const string Secret = "whk_live_123456789";
    private const int Writers = 4;

    [Fact]
    public async Task Acknowledged_quotes_survive_kill_9_and_become_one_lead_each()
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
        using var client = Client(portal, key);
        (await client.PostAsJsonAsync("/api/v1/inbound-webhooks", new { provider = "quoteiq", secret = Secret })).EnsureSuccessStatusCode();

        var acknowledged = new ConcurrentBag<string>();
        var senders = Enumerable.Range(0, Writers).Select(writer => SendUntilItDies(client, writer, acknowledged)).ToArray();
        await WaitFor.Condition(() => acknowledged.Count > 100, "quotes are under way");
        await portal.KillHard();
        await Task.WhenAll(senders);
        await portal.StartAgainAsync();

        using var reader = Client(portal, key);
        // What the killed worker had claimed waits for its lease to end.
        await WaitFor.Condition(async () => await Total(reader, "/api/v1/leads") >= acknowledged.Count && await Waiting(reader) == 0, "all quotes are leads", TimeSpan.FromMinutes(2));
        var leads = await All(reader);
        Assert.Empty(acknowledged.Except(leads, StringComparer.Ordinal));
        Assert.Equal(leads.Count, leads.Distinct(StringComparer.Ordinal).Count());
    }

    private static HttpClient Client(PortalProcess portal, string key)
    {
        var client = new HttpClient { BaseAddress = portal.Http.BaseAddress };
        client.DefaultRequestHeaders.Add("X-API-Key", key);
        return client;
    }

    private static async Task SendUntilItDies(HttpClient client, int writer, ConcurrentBag<string> acknowledged)
    {
        try
        {
            for (var i = 0; ; i++)
            {
                var id = $"{writer}-{i}";
                var body = JsonSerializer.Serialize(new { quote_id = id, amount = 12.5, customer_name = "Jane Smith", customer_email = "jane@company.com" });
                using var request = new HttpRequestMessage(HttpMethod.Post, "/webhooks/quoteiq") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
                request.Headers.Add("X-QuoteIQ-Signature", Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(body))));
                using var answer = await client.SendAsync(request);
                if (answer.StatusCode == HttpStatusCode.Accepted) acknowledged.Add(id);
            }
        }
        catch (HttpRequestException)
        {
            // It died.
        }
    }

    private static async Task<int> Waiting(HttpClient client)
    {
        var sources = await client.GetFromJsonAsync<JsonElement>("/api/v1/inbound-webhooks");
        var id = sources.GetProperty("inbound_sources")[0].GetProperty("id").GetString();
        return await Total(client, $"/api/v1/inbound-webhooks/{id}/messages?status=received");
    }

    private static async Task<int> Total(HttpClient client, string path) =>
        (await client.GetFromJsonAsync<JsonElement>(path)).GetProperty("pagination").GetProperty("total").GetInt32();

    private static async Task<List<string>> All(HttpClient client)
    {
        var quotes = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await client.GetFromJsonAsync<JsonElement>($"/api/v1/leads?per_page=100{(cursor.Length > 0 ? $"&cursor={cursor}" : "")}");
            quotes.AddRange(page.GetProperty("leads").EnumerateArray().Select(lead => lead.GetProperty("quote_id").GetString()!));
            cursor = page.GetProperty("pagination").GetProperty("next_cursor").GetString();
        }

        return quotes;
    }
}
