using System.Net;
using System.Net.Http.Headers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Data;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Gateway.Api;

/// <summary>Every call is counted; the log shows them up to its ceiling, and never a secret.</summary>
public sealed class MeteringTests
{
    private const string Ping = "/api/v1/ping";

    [Fact]
    public async Task Counts_are_exact_whatever_the_answer_and_on_both_surfaces()
    {
        await using var host = new GatewayHost();
        var organization = await host.Organization();
        var (id, secret) = await host.Key(organization, key => key.Scopes = ["contacts:read"]);
        using var client = host.App.Client(secret);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => client.GetAsync(i % 2 == 0 ? Ping : "/api/ping")));
        for (var i = 0; i < 3; i++) await client.GetAsync("/api/v1/contacts/con_none");
        for (var i = 0; i < 2; i++) await client.DeleteAsync("/api/v1/contacts/con_none");
        host.Time.Advance(TimeSpan.FromMinutes(1));
        await client.GetAsync(Ping);
        await host.App.Services.GetRequiredService<UsageMeter>().Flush(CancellationToken.None);

        await using var db = host.Store.Read(new Tenant(organization, ApiMode.Live));
        var rows = await db.UsageMinutes.Where(row => row.CallerId == id).ToListAsync();
        var pings = rows.Where(row => row.Operation == "ping").OrderBy(row => row.Minute).ToArray();
        Assert.Equal([200, 1], pings.Select(row => row.Calls));
        Assert.All(pings, row => Assert.Equal(row.Calls, row.Charged));
        Assert.Equal((3, 3), Single("contacts_get"));
        Assert.Equal((2, 2), Single("contacts_delete"));

        (long Calls, long Errors) Single(string operation)
        {
            var row = Assert.Single(rows, row => row.Operation == operation);
            return (row.Calls, row.ClientErrors);
        }
    }

    [Fact]
    public async Task Log_has_a_row_a_call_up_to_its_ceiling_and_no_key_in_it()
    {
        await using var host = GatewayHost.With(new PortalAppOptions { Settings = { ["RequestLog:SuccessesPerSecond"] = "5", ["RequestLog:FailuresPerSecond"] = "2" } });
        var organization = await host.Organization();
        var (id, secret) = await host.Key(organization);
        using var client = host.App.Client(secret);
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("test", "1"));
        var first = await client.GetAsync(Ping);
        for (var i = 0; i < 9; i++) await client.GetAsync(Ping);
        for (var i = 0; i < 4; i++) await client.GetAsync("/api/contacts/con_none");
        var log = host.App.Services.GetRequiredService<RequestLogWriter>();
        await log.Flush();

        await using var db = host.Store.Read(new Tenant(organization, ApiMode.Live));
        var rows = await db.RequestLogs.OrderBy(row => row.Id).ToListAsync();
        Assert.Equal(5, rows.Count(row => row.Status == 200));
        Assert.Equal(2, rows.Count(row => row.Status == 404));
        Assert.Equal(7, log.LeftOut);
        Assert.Equal(first.Header("X-Request-Id"), rows[0].RequestId);
        Assert.Equal((id, "GET", Ping, "ping", "test/1"), (rows[0].CallerId, rows[0].Method, rows[0].Path, rows[0].Operation, rows[0].UserAgent));
        Assert.Equal("RESOURCE_NOT_FOUND", rows[^1].ErrorCode);
        host.App.Logs.AssertNever(secret);

        host.Time.Advance(TimeSpan.FromDays(31));
        await host.App.Services.GetRequiredService<RetentionSweep>().Sweep(CancellationToken.None);
        Assert.Equal(0, await db.RequestLogs.CountAsync());
    }

    [Fact]
    public async Task Calls_of_before_a_restart_count_against_the_quota()
    {
        var directory = Infrastructure.TestRun.NewDirectory("quota");
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Limits:Free:MonthlyCalls"] = "3" };
        string secret;
        await using (var before = new PortalApp(new PortalAppOptions { DataDirectory = directory, Settings = settings }))
        {
            secret = await FreeKey(before);
            Assert.Equal(HttpStatusCode.OK, (await before.Client(secret).GetAsync(Ping)).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await before.Client(secret).GetAsync(Ping)).StatusCode);
        }

        await using var after = new PortalApp(new PortalAppOptions { DataDirectory = directory, Settings = settings });
        Assert.Equal(HttpStatusCode.OK, (await after.Client(secret).GetAsync(Ping)).StatusCode);
        await (await after.Client(secret).GetAsync(Ping)).Refused(HttpStatusCode.TooManyRequests, "QUOTA_EXCEEDED", "SYS_004");
    }

    private static async Task<string> FreeKey(PortalApp app)
    {
        var secret = ApiKeyFormat.Generate(ApiMode.Test);
        await app.Services.GetRequiredService<PortalStore>().WriteAcross((db, _) =>
        {
            db.Organizations.Add(new Organization { Id = "org_1", Name = "Free", Plan = Plan.Free });
            db.ApiKeys.Add(new ApiKey
            {
                Id = "key_1", OrganizationId = "org_1", Mode = ApiMode.Test, Name = "Test", Prefix = "dyn_test_", LastFour = "0000",
                Hash = KeyHash.Of(secret).ToArray(), Scopes = [Scopes.Everything],
            });
            return Task.FromResult(true);
        }, CancellationToken.None);
        return secret;
    }
}
