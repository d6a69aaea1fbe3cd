using System.Text.Json;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;
using Portal.Tests.Webhooks.Delivery;

namespace Portal.Tests.Webhooks.Api;

/// <summary>Webhook endpoints, their deliveries and replays, over HTTP and on both surfaces.</summary>
public sealed class WebhooksApiTests(ApiHost api) : IClassFixture<ApiHost>
{
    private const string Input = """{"url":"https://api.example.com/webhook","events":["contact.created","deal.updated"]}""";

    [Fact]
    public async Task Endpoint_is_made_read_changed_and_deleted()
    {
        var client = await Client();
        var made = await client.Post("/api/v1/webhooks", Input);
        Assert.Equal((201, $"/api/v1/webhooks/{made.Id}"), (made.Status, made.Location));
        Assert.Equal((made.Id, "api.example.com", "active", "True"), (made.Text("webhook_id"), made.Text("name"), made.Text("status"), made.Text("active")));
        Assert.StartsWith("whk_", made.Id, StringComparison.Ordinal);
        Assert.StartsWith("whsec_", made.Text("secret"), StringComparison.Ordinal);
        var read = await client.Get($"/api/v1/webhooks/{made.Id}");
        Assert.Equal(JsonValueKind.Null, read.Json.GetProperty("secret").ValueKind);
        Assert.Equal(JsonValueKind.Null, read.Json.GetProperty("last_triggered").ValueKind);
        Assert.Equal("1", (await client.Get("/api/v1/webhooks?q=EXAMPLE")).Text("pagination.total"));
        Assert.Equal("0", (await client.Get("/api/v1/webhooks?active=false")).Text("pagination.total"));
        Assert.Equal("1", (await client.Get("/api/v1/webhooks?status=active")).Text("pagination.total"));
        Assert.Equal(400, (await client.Get("/api/v1/webhooks?status=odd")).Status);

        var changed = await client.Patch($"/api/v1/webhooks/{made.Id}", """{"name":"Orders","retry_policy":{"max_retries":3,"backoff_ms":1000},"rate_limit":60,"ordering_key":"data.id","headers":{"X-Token":"sesame-open-wide"},"active":false}""");
        Assert.Equal((200, "Orders", "paused", "se••••de"), (changed.Status, changed.Text("name"), changed.Text("status"), changed.Text("headers.X-Token")));
        // The mask that was shown keeps the value that stands.
        Assert.Equal(200, (await client.Patch($"/api/v1/webhooks/{made.Id}", """{"headers":{"X-Token":"se••••de","X-More":"1"},"rate_limit":null}""")).Status);
        Assert.Equal(204, (await client.Delete($"/api/v1/webhooks/{made.Id}")).Status);
        Assert.Equal(404, (await client.Get($"/api/v1/webhooks/{made.Id}")).Status);
    }

    [Fact]
    public async Task Examples_of_the_documents_work_on_the_enveloped_surface()
    {
        var client = await Client();
        var made = await client.Post("/api/webhooks", """{"url":"https://your-app.example/webhooks/neuracrm","secret":"your_webhook_secret","events":["deal.created","deal.updated","lead.scored","call.completed","invoice.paid"]}""");
        Assert.Equal((201, "True"), (made.Status, made.Text("success")));
        Assert.Equal("your_webhook_secret", made.Text("data.secret"));
        var id = made.Text("data.id");
        Assert.Equal("1", (await client.Get("/api/webhooks")).Text("meta.total"));
        Assert.Equal(0, (await client.Get($"/api/webhooks/{id}/events")).Json.GetProperty("data").GetArrayLength());
        var status = await client.Get($"/api/v1/webhooks/{id}/status");
        Assert.Equal((id, "active"), (status.Text("webhook_id"), status.Text("status")));
        Assert.Equal(JsonValueKind.Null, status.Json.GetProperty("last_triggered").ValueKind);
        Assert.Equal(0, status.Json.GetProperty("recent_errors").GetArrayLength());
    }

    [Fact]
    public async Task Configure_sets_up_either_direction_and_status_knows_both()
    {
        var client = await Client();
        var source = await client.Post("/api/v1/webhooks/configure", """{"provider":"quoteiq","url":"https://api.dynamis.ai/webhooks/quoteiq","events":["quote.created","quote.updated"],"secret":"whk_live_123456789"}""");
        Assert.Equal((200, "active"), (source.Status, source.Text("status")));
        Assert.Equal(JsonValueKind.Null, source.Json.GetProperty("last_triggered").ValueKind);
        var status = await client.Get($"/api/v1/webhooks/{source.Text("webhook_id")}/status");
        Assert.Equal((200, source.Text("webhook_id"), "active"), (status.Status, status.Text("webhook_id"), status.Text("status")));
        var endpoint = await client.Post("/api/v1/webhooks/configure", """{"url":"https://api.example.com/hook","events":["deal.updated"]}""");
        Assert.StartsWith("whsec_", endpoint.Text("secret"), StringComparison.Ordinal);
        Assert.Equal(200, (await client.Get($"/api/v1/webhooks/{endpoint.Text("webhook_id")}")).Status);
        Assert.Equal(400, (await client.Post("/api/v1/webhooks/configure", """{"provider":"nobody","url":"https://a.example"}""")).Status);
        Assert.Equal(400, (await client.Post("/api/v1/webhooks/configure", """{"url":"https://a.example"}""")).Status);
        Assert.Equal(404, (await (await Client()).Get($"/api/v1/webhooks/{source.Text("webhook_id")}/status")).Status);
    }

    [Theory]
    [InlineData("""{"events":["*"]}""", "url")]
    [InlineData("""{"url":"https://a.example"}""", "events")]
    [InlineData("""{"url":"https://a.example","events":[]}""", "events")]
    [InlineData("""{"url":"https://a.example","events":["nothing.happens"]}""", "events[0]")]
    [InlineData("""{"url":"https://a.example","events":[null]}""", "events[0]")]
    [InlineData("""{"url":"https://a.example","events":"*"}""", "events")]
    [InlineData("""{"url":"ftp://a.example","events":["*"]}""", "url")]
    [InlineData("""{"url":"https://user:pass@a.example","events":["*"]}""", "url")]
    [InlineData("""{"url":"http://169.254.169.254/latest","events":["*"]}""", "url")]
    [InlineData("""{"url":"http://2852039166/","events":["*"]}""", "url")]
    [InlineData("""{"url":"http://[::ffff:10.0.0.1]/","events":["*"]}""", "url")]
    [InlineData("""{"url":"http://0x0a.1/","events":["*"]}""", "url")]
    [InlineData("""{"url":"https://a.example","events":["*"],"filter":"data.value >"}""", "filter")]
    [InlineData("""{"url":"https://a.example","events":["*"],"filter":"nobody.knows == 1"}""", "filter")]
    [InlineData("""{"url":"https://a.example","events":["*"],"filter":"'text'"}""", "filter")]
    [InlineData("""{"url":"https://a.example","events":["*"],"headers":{"Host":"b"}}""", "headers.Host")]
    [InlineData("""{"url":"https://a.example","events":["*"],"headers":{"Webhook-Id":"b"}}""", "headers.Webhook-Id")]
    [InlineData("""{"url":"https://a.example","events":["*"],"headers":{"X-A":"a\r\nb"}}""", "headers.X-A")]
    [InlineData("""{"url":"https://a.example","events":["*"],"retry_policy":{"max_retries":21}}""", "retry_policy.max_retries")]
    [InlineData("""{"url":"https://a.example","events":["*"],"retry_policy":{"backoff_ms":1}}""", "retry_policy.backoff_ms")]
    [InlineData("""{"url":"https://a.example","events":["*"],"rate_limit":0}""", "rate_limit")]
    [InlineData("""{"url":"https://a.example","events":["*"],"ordering_key":"data[0]"}""", "ordering_key")]
    [InlineData("""{"url":"https://a.example","events":["*"],"secret":"whsec_short"}""", "secret")]
    [InlineData("""{"url":"https://a.example","events":["*"],"secret":"short"}""", "secret")]
    [InlineData("""{"url":"https://a.example","events":["*"],"name":"\u0000"}""", "name")]
    public async Task Bad_endpoint_is_refused_with_its_field(string body, string field)
    {
        var answer = await (await Client()).Post("/api/v1/webhooks", body);
        Assert.Equal((400, field), (answer.Status, answer.Text("error.details.field")));
    }

    [Fact]
    public async Task Fault_of_a_filter_says_where_it_is()
    {
        var answer = await (await Client()).Post("/api/v1/webhooks", """{"url":"https://a.example","events":["*"],"filter":"data.value > > 5"}""");
        Assert.Contains("(line 1, column 14)", answer.Text("error.message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_tenants_modes_roles_and_scopes_reach_nothing()
    {
        var organization = await api.NewOrganization();
        var owner = await api.WithKey(organization, ApiMode.Live, "webhooks:*");
        var id = (await owner.Post("/api/v1/webhooks", Input)).Id;
        var strangers = new[] { await Client(), await api.WithKey(organization, ApiMode.Test, "webhooks:*") };
        string[] reads = ["", "/status", "/secret", "/deliveries", "/deliveries/dlv_x", "/events", "/feed", "/replays", "/replays/rpl_x"];
        string[] writes = ["/secret/rotate", "/deliveries/dlv_x/retry", "/deliveries/dlv_x/cancel", "/replays", "/replays/rpl_x/pause", "/replays/rpl_x/resume", "/replays/rpl_x/cancel"];
        foreach (var stranger in strangers)
        {
            foreach (var path in reads) Assert.Equal((path, 404), (path, (await stranger.Get($"/api/v1/webhooks/{id}{path}")).Status));
            foreach (var path in writes) Assert.Equal((path, 404), (path, (await stranger.Post($"/api/v1/webhooks/{id}{path}", "{}")).Status));
            Assert.Equal(404, (await stranger.Patch($"/api/v1/webhooks/{id}", """{"name":"Mine"}""")).Status);
            Assert.Equal(404, (await stranger.Delete($"/api/v1/webhooks/{id}")).Status);
            Assert.Equal("0", (await stranger.Get("/api/v1/webhooks")).Text("pagination.total"));
        }

        var viewer = await api.WithRole(organization, Role.Viewer);
        Assert.Equal(200, (await viewer.Get($"/api/v1/webhooks/{id}")).Status);
        Assert.Equal(403, (await viewer.Get($"/api/v1/webhooks/{id}/secret")).Status);
        Assert.Equal(403, (await viewer.Post("/api/v1/webhooks", Input)).Status);
        foreach (var path in writes) Assert.Equal((path, 403), (path, (await viewer.Post($"/api/v1/webhooks/{id}{path}", "{}")).Status));
        Assert.Equal(403, (await (await api.WithKey(organization, ApiMode.Live, "contacts:*")).Get("/api/v1/webhooks")).Status);
        Assert.Equal(401, (await api.Anonymous().Get("/api/v1/webhooks")).Status);
    }

    [Fact]
    public async Task Plan_limits_the_number_of_endpoints()
    {
        var organization = await api.NewOrganization();
        await api.Get<PortalStore>().WriteAcross(async (db, token) =>
        {
            (await db.Organizations.FindAsync([organization], token))!.Plan = Plan.Free;
            return true;
        }, CancellationToken.None);
        var client = await api.WithKey(organization, ApiMode.Live, "webhooks:*");
        var first = await client.Post("/api/v1/webhooks", Input);
        Assert.Equal(201, first.Status);
        var second = await client.Post("/api/v1/webhooks", Input);
        Assert.Equal((429, "QUOTA_EXCEEDED", "webhook_endpoints", "free"), (second.Status, second.Text("error.code"), second.Text("error.details.limit"), second.Text("error.details.plan")));
        await client.Delete($"/api/v1/webhooks/{first.Id}");
        Assert.Equal(201, (await client.Post("/api/v1/webhooks", Input)).Status);
    }

    [Fact]
    public async Task Rotated_secrets_both_sign_until_the_overlap_is_over()
    {
        var client = await Client();
        var made = await client.Post("/api/v1/webhooks", Input);
        var path = $"/api/v1/webhooks/{made.Id}/secret";
        Assert.Equal(made.Text("secret"), (await client.Get(path)).Text("secret"));
        var rotated = await client.Post($"{path}/rotate", """{"overlap_hours":1}""");
        Assert.Equal((200, 2), (rotated.Status, rotated.Json.GetProperty("secrets").GetArrayLength()));
        Assert.NotEqual(made.Text("secret"), rotated.Text("secret"));
        var at = await client.Post($"{path}/rotate", """{"overlap_hours":0,"secret":"a secret of my own"}""");
        Assert.Equal(("a secret of my own", 1), (at.Text("secret"), at.Json.GetProperty("secrets").GetArrayLength()));
        Assert.Equal(400, (await client.Post($"{path}/rotate", """{"overlap_hours":-1}""")).Status);
        Assert.Equal(400, (await client.Post($"{path}/rotate", """{"secret":"short"}""")).Status);
    }

    [Fact]
    public async Task Delivery_is_verified_by_an_independent_receiver_and_shown_with_all_that_happened()
    {
        await using var receiver = await Receiver.Start();
        var client = await Client();
        var made = await client.Post("/api/v1/webhooks", $$"""{"url":"{{receiver.Url}}","events":["form.*"]}""");
        var published = await client.Post("/api/v1/events", """{"type":"form.submitted","data":{"form_id":"invoices","submitted_by":"ada@example.com"}}""");
        await WaitFor.Condition(() => receiver.Requests.Count == 1, "the delivery arrives");
        Assert.True(receiver.Requests.TryPeek(out var request));
        var headers = JsonSerializer.Serialize(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["webhook-id"] = request.Header("webhook-id"), ["webhook-timestamp"] = request.Header("webhook-timestamp"), ["webhook-signature"] = request.Header("webhook-signature"),
        });
        var verified = await NodeTool.RunScriptAsync("standard-webhooks.mjs", ["verify", made.Text("secret"), headers, request.Body]);
        Assert.Equal("verified", verified.Succeeded().Output.Trim());
        var keys = await api.Anonymous().Get($"/.well-known/webhook-keys/{made.Id}");
        Assert.Equal(made.Text("public_key"), keys.Json.GetProperty("keys")[0].GetString());
        Assert.Equal(404, (await api.Anonymous().Get("/.well-known/webhook-keys/whk_nobody")).Status);

        var path = $"/api/v1/webhooks/{made.Id}";
        var delivery = await WaitFor.Value(async () => (await client.Get($"{path}/deliveries?status=succeeded")).Json.GetProperty("deliveries") is var list && list.GetArrayLength() == 1 ? list[0].GetRawText() : null, "it is recorded");
        using var shown = JsonDocument.Parse(delivery);
        Assert.Equal(("form.submitted", 204, 1), (shown.RootElement.GetProperty("event_type").GetString(), shown.RootElement.GetProperty("response_status").GetInt32(), shown.RootElement.GetProperty("sequence").GetInt32()));
        Assert.Equal("invoices", shown.RootElement.GetProperty("payload").GetProperty("data").GetProperty("form_id").GetString());
        var id = shown.RootElement.GetProperty("id").GetString();
        Assert.Equal(1, (await client.Get($"{path}/deliveries/{id}")).Json.GetProperty("attempts").GetArrayLength());
        Assert.Equal(published.Id, (await client.Get($"{path}/events")).Json.GetProperty("events")[0].GetProperty("id").GetString());
        Assert.Equal("1", (await client.Get($"{path}/feed?after=0")).Text("next_after"));
        Assert.Equal(400, (await client.Get($"{path}/feed?after=-1")).Status);
        Assert.Equal(400, (await client.Get($"{path}/deliveries?status=odd")).Status);
        Assert.Equal(409, (await client.Post($"{path}/deliveries/{id}/cancel", "{}")).Status);
        Assert.Equal("1", (await client.Get($"{path}/status")).Text("success_rate"));
        Assert.Equal(200, (await client.Post($"{path}/deliveries/{id}/retry", "{}")).Status);
        await WaitFor.Condition(() => receiver.Requests.Count == 2, "it is delivered again");
        Assert.Equal(published.Id, (await client.Get($"/api/v1/events/{published.Id}")).Id);
        Assert.Equal("1", (await client.Get("/api/v1/events?type=form.submitted")).Text("pagination.total"));
    }

    [Fact]
    public async Task Replay_is_counted_begun_and_read()
    {
        var client = await Client();
        var path = $"/api/v1/webhooks/{(await client.Post("/api/v1/webhooks", Input)).Id}/replays";
        var dry = await client.Post(path, """{"dry_run":true}""");
        Assert.Equal((202, "0", "True"), (dry.Status, dry.Text("total"), dry.Text("dry_run")));
        var begun = await client.Post(path, """{"selection":{"status":"all","events":["deal.*"],"filter":"data.value > 5.0"},"rate_limit":60}""");
        Assert.Equal((202, "completed"), (begun.Status, begun.Text("status")));
        Assert.Equal("1", (await client.Get(path)).Text("pagination.total"));
        Assert.Equal(begun.Id, (await client.Get($"{path}/{begun.Id}")).Id);
        Assert.Equal(409, (await client.Post($"{path}/{begun.Id}/pause", "{}")).Status);
        Assert.Equal(400, (await client.Post(path, """{"selection":{"status":"odd"}}""")).Status);
    }

    private async Task<ApiClient> Client() => await api.WithKey(await api.NewOrganization(), ApiMode.Live, "webhooks:*", "events:*");
}
