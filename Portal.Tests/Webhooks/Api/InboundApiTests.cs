using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Webhooks.Api;

/// <summary>Receiving providers' webhooks and setting up their sources, over HTTP.</summary>
public sealed class InboundApiTests(ApiHost api) : IClassFixture<ApiHost>
{
    private const string Secret = "whk_live_123456789";
    private const string Configured = """{"provider":"quoteiq","url":"https://api.dynamis.ai/webhooks/quoteiq","events":["quote.created","quote.updated"],"secret":"whk_live_123456789"}""";
    private const string Quote = """{"event":"quote.created","quote_id":"Q-1","amount":1500.25,"customer_name":"Jane Smith","customer_email":"jane@company.com"}""";

    [Fact]
    public async Task Quote_that_quoteiq_sends_becomes_a_lead()
    {
        var client = await Client(await api.NewOrganization());
        var source = await client.Post("/api/v1/inbound-webhooks", Configured);
        Assert.Equal((201, "active"), (source.Status, source.Text("status")));
        var answer = await Send($"/webhooks/quoteiq/{source.Id}", Quote);
        Assert.Equal((202, "True", "received", "False"), (answer.Status, answer.Text("success"), answer.Text("status"), answer.Text("duplicate")));
        await WaitFor.Condition(async () => (await client.Get("/api/v1/leads?source=quoteiq&status=new_lead&quote_id=Q-1")).Text("pagination.total") == "1", "the lead is there");
        var lead = (await client.Get("/api/v1/leads")).Json.GetProperty("leads")[0];
        Assert.Equal(("1500.25", "jane@company.com"), (lead.GetProperty("amount").GetRawText(), lead.GetProperty("contact").GetProperty("email").GetString()));

        var again = await Send($"/webhooks/quoteiq/{source.Id}", Quote);
        Assert.Equal((200, "True", answer.Id), (again.Status, again.Text("duplicate"), again.Id));
        var messages = await client.Get($"/api/v1/inbound-webhooks/{source.Id}/messages?status=processed");
        Assert.Equal("1", messages.Text("pagination.total"));
        var message = await client.Get($"/api/inbound-webhooks/{source.Id}/messages/{answer.Id}");
        Assert.Equal((Quote, "quote.created"), (message.Text("data.body"), message.Text("data.type")));
        Assert.Equal(409, (await client.Post($"/api/v1/inbound-webhooks/{source.Id}/messages/{answer.Id}/retry", "")).Status);
    }

    [Fact]
    public async Task Address_of_the_document_without_an_id_works()
    {
        var organization = await api.NewOrganization();
        var client = await Client(organization);
        var source = await client.Post("/api/v1/inbound-webhooks", """{"provider":"quoteiq","secret":"a-secret-of-this-test"}""");
        Assert.Equal(202, (await Send("/webhooks/quoteiq", Quote, "a-secret-of-this-test")).Status);
        Assert.Equal("1", (await client.Get($"/api/v1/inbound-webhooks/{source.Id}/messages")).Text("pagination.total"));
    }

    [Fact]
    public async Task Bad_signature_is_refused_and_leaves_a_masked_trace_in_the_log()
    {
        var organization = await api.NewOrganization();
        var client = await Client(organization);
        var id = (await client.Post("/api/v1/inbound-webhooks", Configured)).Id;
        var signature = Sign(Quote, "wrong-secret");
        var refused = await Send($"/webhooks/quoteiq/{id}", Quote, "wrong-secret");
        Assert.Equal((401, "AUTHENTICATION_FAILED", "AUTH_001", "X-QuoteIQ-Signature", "False"),
            (refused.Status, refused.Text("error.code"), refused.Text("error.reference"), refused.Text("error.details.header"), refused.Text("success")));
        Assert.StartsWith("req_", refused.Text("error.trace_id"), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, refused.Json.GetRawText(), StringComparison.Ordinal);
        var source = await client.Get($"/api/v1/inbound-webhooks/{id}");
        Assert.Equal(("1", refused.Text("error.details.reason")), (source.Text("rejected_count"), source.Text("last_rejection")));

        await api.Get<Portal.Core.Gateway.RequestLogWriter>().Flush();
        await using var db = api.Get<PortalStore>().Read(new Tenant(organization, ApiMode.Live));
        var row = db.RequestLogs.Single(log => log.Operation == "webhooks_receive");
        Assert.Equal((401, id, "AUTHENTICATION_FAILED", refused.Text("error.trace_id")), (row.Status, row.CallerId, row.ErrorCode, row.RequestId));
        Assert.Contains("X-QuoteIQ-Signature", row.Exchange, StringComparison.Ordinal);
        Assert.DoesNotContain(signature, row.Exchange, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusals_have_the_shape_of_the_api()
    {
        var client = await Client(await api.NewOrganization());
        var id = (await client.Post("/api/v1/inbound-webhooks", Configured)).Id;
        foreach (var path in new[] { "/webhooks/nonsense", $"/webhooks/nonsense/{id}", "/webhooks/quoteiq/whk_unknown", $"/webhooks/github/{id}", "/webhooks/stripe" })
        {
            var missing = await Send(path, Quote);
            Assert.Equal((path, 404, "RESOURCE_NOT_FOUND"), (path, missing.Status, missing.Text("error.code")));
        }

        var large = await Send($"/webhooks/quoteiq/{id}", new string('x', (1024 * 1024) + 1));
        Assert.Equal((413, "VALIDATION_ERROR", "body"), (large.Status, large.Text("error.code"), large.Text("error.details.field")));
        Assert.Equal(202, (await Send($"/webhooks/quoteiq/{id}", new string('x', 1024 * 1024))).Status);
        for (var i = 0; i < 60; i++) await Send($"/webhooks/quoteiq/{id}", Quote, "wrong-secret");
        var limited = await Send($"/webhooks/quoteiq/{id}", Quote);
        Assert.Equal((429, "RATE_LIMIT_EXCEEDED"), (limited.Status, limited.Text("error.code")));
        Assert.InRange(int.Parse(limited.Text("error.details.retry_after"), System.Globalization.CultureInfo.InvariantCulture), 1, 61);
    }

    [Fact]
    public async Task Slack_and_Twilio_get_the_answers_that_they_read()
    {
        var client = await Client(await api.NewOrganization());
        var slack = (await client.Post("/api/v1/inbound-webhooks", """{"provider":"slack","secret":"8f742231b10e8888"}""")).Id;
        const string Challenge = """{"type":"url_verification","challenge":"3eZbrw1aB"}""";
        var seconds = $"{api.Get<TimeProvider>().GetUtcNow().ToUnixTimeSeconds()}";
        var answered = await Send($"/webhooks/slack/{slack}", Challenge, headers: [("X-Slack-Signature", "v0=" + Sign($"v0:{seconds}:{Challenge}", "8f742231b10e8888")), ("X-Slack-Request-Timestamp", seconds)]);
        Assert.Equal((200, """{"challenge":"3eZbrw1aB"}"""), (answered.Status, answered.Json.GetRawText()));

        var twilio = (await client.Post("/api/v1/inbound-webhooks", """{"provider":"twilio","secret":"an-auth-token"}""")).Id;
#pragma warning disable CA5350 // Twilio signs so.
        var signature = Convert.ToBase64String(HMACSHA1.HashData("an-auth-token"u8, Encoding.UTF8.GetBytes($"http://localhost:5080/webhooks/twilio/{twilio}MessageSidSM1")));
#pragma warning restore CA5350
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/webhooks/twilio/{twilio}") { Content = new FormUrlEncodedContent([new("MessageSid", "SM1")]) };
        request.Headers.Add("X-Twilio-Signature", signature);
        using var http = api.Http();
        using var taken = await http.SendAsync(request);
        Assert.Equal((HttpStatusCode.OK, "text/xml", "<Response/>"), (taken.StatusCode, taken.Content.Headers.ContentType?.MediaType, await taken.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Sources_are_managed_on_both_surfaces()
    {
        var client = await Client(await api.NewOrganization());
        foreach (var (root, data) in new[] { ("/api/v1/inbound-webhooks", ""), ("/api/inbound-webhooks", "data.") })
        {
            var made = await client.Post(root, """{"provider":"github","events":["push"]}""");
            var id = made.Text(data + "id");
            Assert.Equal((201, $"{root}/{id}", "GitHub"), (made.Status, made.Location, made.Text(data + "name")));
            Assert.StartsWith("whsec_", made.Text(data + "secret"), StringComparison.Ordinal);
            Assert.EndsWith($"/webhooks/github/{id}", made.Text(data + "receive_url"), StringComparison.Ordinal);
            Assert.Equal("", (await client.Get($"{root}/{id}")).Text(data + "secret"));
            Assert.Equal("disabled", (await client.Patch($"{root}/{id}", """{"active":false}""")).Text(data + "status"));
            Assert.StartsWith("whsec_", (await client.Post($"{root}/{id}/rotate", "{}")).Text(data + "secret"), StringComparison.Ordinal);
            Assert.Equal(id, (await client.Get($"{root}?provider=github&active=false")).Json.GetProperty(data.Length > 0 ? "data" : "inbound_sources")[0].GetProperty("id").GetString());
            Assert.Equal(data.Length > 0 ? 200 : 204, (await client.Delete($"{root}/{id}")).Status);
            Assert.Equal(404, (await client.Get($"{root}/{id}")).Status);
        }
    }

    [Fact]
    public async Task Each_operation_needs_its_scope()
    {
        var organization = await api.NewOrganization();
        var id = (await (await Client(organization)).Post("/api/v1/inbound-webhooks", Configured)).Id;
        var root = "/api/v1/inbound-webhooks";
        await Expect(api.Anonymous(), 401, 401, 401);
        await Expect(await api.WithKey(organization, ApiMode.Live, "contacts:*"), 403, 403, 403);
        await Expect(await api.WithKey(organization, ApiMode.Live, "webhooks:read"), 200, 403, 403);
        await Expect(await api.WithKey(organization, ApiMode.Live, "webhooks:update"), 403, 403, 200);
        await Expect(await api.WithRole(organization, Role.Viewer), 200, 403, 403);
        await Expect(await api.WithRole(organization, Role.Developer), 200, 201, 200);
        await Expect(await api.WithKey(organization, ApiMode.Test, "*"), 404, 201, 404);
        await Expect(await api.WithKey(await api.NewOrganization(), ApiMode.Live, "*"), 404, 201, 404);

        async Task Expect(ApiClient client, int read, int create, int update)
        {
            Assert.Equal(read, (await client.Get($"{root}/{id}")).Status);
            Assert.Equal(read, (await client.Get($"{root}/{id}/messages")).Status);
            Assert.Equal(create, (await client.Post(root, Configured)).Status);
            Assert.Equal(update, (await client.Patch($"{root}/{id}", """{"name":"Quotes"}""")).Status);
            if (read >= 400 && update >= 400)
            {
                Assert.Equal(read, (await client.Get($"{root}/{id}/messages/inb_1")).Status);
                Assert.Equal(update, (await client.Post($"{root}/{id}/rotate", "{}")).Status);
                Assert.Equal(update, (await client.Post($"{root}/{id}/messages/inb_1/retry", "")).Status);
                Assert.Equal(update, (await client.Delete($"{root}/{id}")).Status);
            }
        }
    }

    [Theory]
    [InlineData("""{"provider":"nonsense"}""", "provider")]
    [InlineData("""{"secret":"whk_live_123456789"}""", "provider")]
    [InlineData("""{"provider":"quoteiq","events":["quote.deleted"]}""", "events[0]")]
    [InlineData("""{"provider":"quoteiq","events":"quote.created"}""", "events")]
    [InlineData("""{"provider":"stripe"}""", "secret")]
    [InlineData("""{"provider":"hmac","secret":"whk_live_123456789","hmac":{"signature_header":"X-S","algorithm":"md5"}}""", "hmac.algorithm")]
    [InlineData("""{"provider":"quoteiq","url":"nowhere"}""", "url")]
    public async Task Fault_names_the_field(string body, string field)
    {
        var answer = await (await Client(await api.NewOrganization())).Post("/api/v1/inbound-webhooks", body);
        Assert.Equal((400, "VALIDATION_ERROR", field), (answer.Status, answer.Text("error.code"), answer.Text("error.details.field")));
    }

    private async Task<ApiAnswer> Send(string path, string body, string secret = Secret, (string Name, string Value)[]? headers = null)
    {
        using var http = api.Http();
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers ?? [("X-QuoteIQ-Signature", Sign(body, secret))]) request.Headers.Add(name, value);
        using var response = await http.SendAsync(request);
        return new ApiAnswer((int)response.StatusCode, null, JsonElement.Parse(await response.Content.ReadAsByteArrayAsync()));
    }

    private async Task<ApiClient> Client(string organization) => await api.WithKey(organization, ApiMode.Live, "*");

    private static string Sign(string body, string secret) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(body)));
}
