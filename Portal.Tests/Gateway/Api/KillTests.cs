using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using Microsoft.Data.Sqlite;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Gateway.Api;

/// <summary>What was acknowledged survives the hardest end of the process, with its event, and nothing half done does.</summary>
public sealed class KillTests
{
    private const int Kills = 3;
    private const int Writers = 8;

    [Fact]
    public async Task Acknowledged_writes_survive_kill_9_with_their_events()
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
        var acknowledged = new ConcurrentBag<string>();
        for (var kill = 0; kill < Kills; kill++)
        {
            var before = acknowledged.Count;
            using var client = new HttpClient { BaseAddress = portal.Http.BaseAddress };
            client.DefaultRequestHeaders.Add("X-API-Key", key);
            var writers = Enumerable.Range(0, Writers).Select(_ => WriteUntilItDies(client, acknowledged)).ToArray();
            await WaitFor.Condition(() => acknowledged.Count > before + 200, "writes are under way");
            await portal.KillHard();
            await Task.WhenAll(writers);
            await portal.StartAgainAsync();
        }

        using var reader = new HttpClient { BaseAddress = portal.Http.BaseAddress };
        reader.DefaultRequestHeaders.Add("X-API-Key", key);
        var sample = acknowledged.Take(20).ToArray();
        foreach (var id in sample) Assert.Equal(HttpStatusCode.OK, (await reader.GetAsync("/api/v1/contacts/" + id)).StatusCode);
        await portal.StopAsync();

        var (contacts, events) = Stored(portal.DataDirectory);
        Assert.Empty(acknowledged.Except(contacts, StringComparer.Ordinal));
        Assert.Equal(contacts.Order(StringComparer.Ordinal), events.Order(StringComparer.Ordinal));
    }

    private static async Task WriteUntilItDies(HttpClient client, ConcurrentBag<string> acknowledged)
    {
        try
        {
            while (true)
            {
                using var answer = await client.PostAsJsonAsync("/api/v1/contacts", new { name = "Ada Lovelace", email = "ada@example.com" });
                if (answer.StatusCode == HttpStatusCode.Created) acknowledged.Add((await answer.Json()).GetProperty("id").GetString()!);
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
        {
            // The portal is gone: what was not acknowledged by now does not count.
        }
    }

    private static (List<string> Contacts, List<string> Events) Stored(string directory)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(directory, "portal.db")};Pooling=False");
        connection.Open();
        return (Read("SELECT id FROM contacts"), Read("SELECT object_id FROM events WHERE type = 'contact.created'"));

        List<string> Read(string sql)
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            using var reader = command.ExecuteReader();
            var ids = new List<string>();
            while (reader.Read()) ids.Add(reader.GetString(0));
            return ids;
        }
    }
}
