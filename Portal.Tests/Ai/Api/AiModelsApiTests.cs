using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Billing;
using Portal.Core.Shared.Data;
using Portal.Tests.Infrastructure.Hosts;
using Portal.Tests.Shared.Outbound;
using Portal.Tests.Webhooks.Delivery;

namespace Portal.Tests.Ai.Api;

/// <summary>An organization's own models over HTTP: registering them, and every way in which one can answer.</summary>
public sealed class AiModelsApiTests(ApiHost api) : IClassFixture<ApiHost>
{
    private const string Models = "/api/v1/ai/models";
    private const string Churn = """{"model_id":"churn","version":"2.1.0","url":"https://models.example.com/churn"}""";

    [Fact]
    public async Task Model_is_registered_read_changed_and_deleted()
    {
        var client = await Client();
        var made = await client.Post(Models, """{"model_id":"churn","version":"2.1.0","url":"https://models.example.com/churn","headers":{"Authorization":"Bearer sesame-4711"},"input_schema":{"type":"object"},"description":"Who leaves"}""");
        Assert.Equal((201, Models + "/churn", "churn", "churn"), (made.Status, made.Location, made.Id, made.Text("model_id")));
        Assert.Equal(("2.1.0", "30", "Be••••11", "object"), (made.Text("version"), made.Text("timeout_seconds"), made.Text("headers.Authorization"), made.Text("input_schema.type")));
        Assert.Equal(409, (await client.Post(Models, Churn)).Status);
        Assert.Equal("1", (await client.Get(Models)).Text("pagination.total"));
        var changed = await client.Patch(Models + "/churn", """{"version":"3","timeout_seconds":5,"input_schema":null,"description":null,"headers":{"Authorization":"Be••••11","X-More":"1"}}""");
        Assert.Equal((200, "3", "5", "Be••••11", "••••"), (changed.Status, changed.Text("version"), changed.Text("timeout_seconds"), changed.Text("headers.Authorization"), changed.Text("headers.X-More")));
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (changed.Json.GetProperty("input_schema").ValueKind, changed.Json.GetProperty("description").ValueKind));
        Assert.Equal("https://models.example.com/churn", (await client.Get("/api/ai/models/churn")).Text("data.url"));
        Assert.Equal(204, (await client.Delete(Models + "/churn")).Status);
        Assert.Equal(404, (await client.Get(Models + "/churn")).Status);
        Assert.Equal(201, (await client.Post("/api/ai/models", Churn)).Status);
    }

    [Fact]
    public async Task Headers_are_stored_encrypted_and_each_change_is_audited()
    {
        var organization = await api.NewOrganization();
        var client = await api.WithKey(organization, ApiMode.Live, "ai:*");
        await client.Post(Models, """{"model_id":"churn","url":"https://models.example.com/churn","headers":{"Authorization":"Bearer sesame-4711"}}""");
        await client.Patch(Models + "/churn", """{"version":"2"}""");
        await using var db = api.Get<PortalStore>().Read(new Tenant(organization, ApiMode.Live));
        Assert.DoesNotContain("sesame", (await db.AiModels.SingleAsync()).Headers, StringComparison.Ordinal);
        await client.Delete(Models + "/churn");
        var entries = await db.AuditEntries.Where(entry => entry.TargetType == "ai_model").OrderBy(entry => entry.Id).ToListAsync();
        Assert.Equal(["ai_model.created", "ai_model.updated", "ai_model.deleted"], entries.Select(entry => entry.Action));
        Assert.All(entries, entry => Assert.DoesNotContain("sesame", entry.Summary + entry.Changes, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"url":"https://a.example"}""", "model_id")]
    [InlineData("""{"model_id":"a b","url":"https://a.example"}""", "model_id")]
    [InlineData("""{"model_id":"../a","url":"https://a.example"}""", "model_id")]
    [InlineData("""{"model_id":"a"}""", "url")]
    [InlineData("""{"model_id":"a","url":"ftp://a.example"}""", "url")]
    [InlineData("""{"model_id":"a","url":"http://169.254.169.254/latest"}""", "url")]
    [InlineData("""{"model_id":"a","url":"https://a.example","version":" "}""", "version")]
    [InlineData("""{"model_id":"a","url":"https://a.example","timeout_seconds":121}""", "timeout_seconds")]
    [InlineData("""{"model_id":"a","url":"https://a.example","headers":{"Content-Type":"b"}}""", "headers.Content-Type")]
    [InlineData("""{"model_id":"a","url":"https://a.example","headers":{"Host":"b"}}""", "headers.Host")]
    [InlineData("""{"model_id":"a","url":"https://a.example","headers":{"X-A":"a\r\nb"}}""", "headers.X-A")]
    [InlineData("""{"model_id":"a","url":"https://a.example","input_schema":[]}""", "input_schema")]
    [InlineData("""{"model_id":"a","url":"https://a.example","input_schema":{"type":"odd"}}""", "input_schema.type")]
    [InlineData("""{"model_id":"a","url":"https://a.example","description":"\u0000"}""", "description")]
    public async Task Bad_model_is_refused_with_its_field(string body, string field)
    {
        var answer = await (await Client()).Post(Models, body);
        Assert.Equal((400, field), (answer.Status, answer.Text("error.details.field")));
    }

    [Theory]
    [InlineData("""{"version":null}""", "version")]
    [InlineData("""{"url":null}""", "url")]
    [InlineData("""{"url":"http://10.0.0.1/"}""", "url")]
    [InlineData("""{"timeout_seconds":0}""", "timeout_seconds")]
    [InlineData("""{"input_schema":5}""", "input_schema")]
    public async Task Bad_change_is_refused_with_its_field(string body, string field)
    {
        var client = await Client();
        await client.Post(Models, Churn);
        var answer = await client.Patch(Models + "/churn", body);
        Assert.Equal((400, field), (answer.Status, answer.Text("error.details.field")));
    }

    [Fact]
    public async Task Prediction_sends_the_contracts_request_and_answers_with_the_contracts_response()
    {
        await using var model = await Receiver.Start();
        model.Answer = (context, _) => context.Response.WriteAsync("""{"output":{"risk":"low"},"confidence_score":0.91,"version":"1.4.3","metadata":{"trained":"2024-02"},"more":1}""");
        var (client, organization) = await Registered(model.Url, ",\"headers\":{\"X-Token\":\"sesame\"}");
        var answer = await client.Post(Models + "/risk/predict", """{"model_id":"risk","version":"1.4.2","input":{"income":4200},"parameters":{"horizon":12}}""");
        Assert.Equal((200, "risk", "1.4.3", "low", "0.91", "2024-02"),
            (answer.Status, answer.Text("model_id"), answer.Text("version"), answer.Text("output.risk"), answer.Text("confidence_score"), answer.Text("metadata.trained")));
        Assert.True(answer.Json.GetProperty("processing_time_ms").GetInt64() >= 0);
        var sent = Assert.Single(model.Requests);
        Assert.Equal(("sesame", "application/json"), (sent.Header("X-Token"), sent.Header("Content-Type")));
        Assert.Equal("""{"model_id":"risk","version":"1.4.2","input":{"income":4200},"parameters":{"horizon":12}}""", sent.Body);
        Assert.Equal(1, await api.Get<OrganizationUsage>().Used(organization, UsageKind.AiCalls));

        model.Answer = (context, _) => context.Response.WriteAsync("""{"output":{}}""");
        var bare = await client.Post("/api/ai/models/risk/predict", """{"input":{"income":1}}""");
        Assert.Equal((200, "1.4.2"), (bare.Status, bare.Text("data.version")));
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (bare.Json.GetProperty("data").GetProperty("confidence_score").ValueKind, bare.Json.GetProperty("data").GetProperty("metadata").ValueKind));
    }

    [Theory]
    [InlineData("""{}""", "input")]
    [InlineData("""{"input":5}""", "input")]
    [InlineData("""{"input":{}}""", "input.income")]
    [InlineData("""{"input":{"income":"much"}}""", "input.income")]
    [InlineData("""{"input":{"income":1},"parameters":[]}""", "parameters")]
    [InlineData("""{"input":{"income":1,"income":2}}""", "input.income")]
    [InlineData("""{"input":{"income":1},"version":"9"}""", "version")]
    [InlineData("""{"input":{"income":1},"model_id":"churn"}""", "model_id")]
    public async Task Bad_input_is_refused_before_the_model_is_asked(string body, string field)
    {
        await using var model = await Receiver.Start();
        var (client, organization) = await Registered(model.Url, ",\"input_schema\":{\"type\":\"object\",\"properties\":{\"income\":{\"type\":\"number\"}},\"required\":[\"income\"]}");
        var answer = await client.Post(Models + "/risk/predict", body);
        Assert.Equal((400, "VALIDATION_ERROR", field), (answer.Status, answer.Text("error.code"), answer.Text("error.details.field")));
        Assert.Empty(model.Requests);
        Assert.Equal(0, await api.Get<OrganizationUsage>().Used(organization, UsageKind.AiCalls));
    }

    [Theory]
    [InlineData(500, "", "status 500")]
    [InlineData(302, "", "status 302")]
    [InlineData(200, "", "no JSON")]
    [InlineData(200, "not JSON", "no JSON")]
    [InlineData(200, "[]", "no JSON object")]
    [InlineData(200, "{}", "no output")]
    [InlineData(200, """{"output":5}""", "no output")]
    [InlineData(200, """{"output":{},"confidence_score":1.01}""", "confidence_score")]
    [InlineData(200, """{"output":{},"confidence_score":"sure"}""", "confidence_score")]
    [InlineData(200, """{"output":{},"metadata":[]}""", "metadata")]
    [InlineData(200, """{"output":{"a":1,"a":2}}""", "given twice")]
    [InlineData(200, """{"output":{"a":"\ud800"}}""", "Unicode")]
    public async Task What_a_model_must_not_answer_is_503_with_the_reason_and_is_not_counted(int status, string body, string reason)
    {
        await using var model = await Receiver.Start();
        model.Answer = async (context, _) =>
        {
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(body);
        };
        var (client, organization) = await Registered(model.Url);
        var answer = await client.Post(Models + "/risk/predict", """{"input":{}}""");
        Assert.Equal((503, "AI_SERVICE_UNAVAILABLE", "risk"), (answer.Status, answer.Text("error.code"), answer.Text("error.details.model_id")));
        Assert.Contains(reason, answer.Text("error.details.reason"), StringComparison.Ordinal);
        Assert.Equal(0, await api.Get<OrganizationUsage>().Used(organization, UsageKind.AiCalls));
    }

    [Theory]
    [InlineData(20, 200)]
    [InlineData(60, 200)]
    [InlineData(70, 503)]
    [InlineData(1000, 503)]
    public async Task Answer_nested_too_deeply_is_the_models_failure(int depth, int status)
    {
        await using var model = await Receiver.Start();
        model.Answer = (context, _) => context.Response.WriteAsync($"{{\"output\":{{\"a\":{new string('[', depth)}{new string(']', depth)}}}}}");
        var (client, _) = await Registered(model.Url);
        foreach (var path in new[] { "/api/v1", "/api" }) Assert.Equal(status, (await client.Post(path + "/ai/models/risk/predict", """{"input":{}}""")).Status);
    }

    [Fact]
    public async Task Model_that_hangs_is_504_one_that_floods_or_is_gone_503()
    {
        await using var hanging = new RawServer(connection => connection.Hang());
        var (client, _) = await Registered(hanging.Url, ",\"timeout_seconds\":1");
        Assert.Equal((504, "AI_PROCESSING_TIMEOUT", "AI_004"), Of(await client.Post(Models + "/risk/predict", """{"input":{}}""")));
        string gone;
        await using (var model = await Receiver.Start())
        {
            gone = model.Url;
            model.Answer = (context, _) => context.Response.WriteAsync($"{{\"output\":{{\"a\":\"{new string('a', 2 * 1024 * 1024)}\"}}}}");
            await client.Patch(Models + "/risk", $$"""{"url":"{{gone}}","timeout_seconds":60}""");
            var flooded = await client.Post(Models + "/risk/predict", """{"input":{}}""");
            Assert.Equal((503, "AI_SERVICE_UNAVAILABLE", "AI_001"), Of(flooded));
            Assert.Contains("longer than 1024 KiB", flooded.Text("error.message"), StringComparison.Ordinal);
        }

        Assert.Equal((503, "AI_SERVICE_UNAVAILABLE", "AI_001"), Of(await client.Post(Models + "/risk/predict", """{"input":{}}""")));

        static (int, string, string) Of(ApiAnswer answer) => (answer.Status, answer.Text("error.code"), answer.Text("error.reference"));
    }

    [Fact]
    public async Task Other_tenants_modes_roles_and_scopes_reach_nothing()
    {
        var organization = await api.NewOrganization();
        await (await api.WithKey(organization, ApiMode.Live, "ai:*")).Post(Models, Churn);
        foreach (var stranger in new[] { await Client(), await api.WithKey(organization, ApiMode.Test, "ai:*") })
        {
            Assert.Equal(404, (await stranger.Get(Models + "/churn")).Status);
            Assert.Equal(404, (await stranger.Patch(Models + "/churn", """{"version":"2"}""")).Status);
            Assert.Equal(404, (await stranger.Post(Models + "/churn/predict", """{"input":{}}""")).Status);
            Assert.Equal(404, (await stranger.Delete(Models + "/churn")).Status);
            Assert.Equal("0", (await stranger.Get(Models)).Text("pagination.total"));
            Assert.Equal(201, (await stranger.Post(Models, Churn)).Status);
        }

        var viewer = await api.WithRole(organization, Role.Viewer);
        Assert.Equal(200, (await viewer.Get(Models + "/churn")).Status);
        Assert.Equal(403, (await viewer.Post(Models, Churn)).Status);
        Assert.Equal(403, (await viewer.Patch(Models + "/churn", "{}")).Status);
        Assert.Equal(403, (await viewer.Delete(Models + "/churn")).Status);
        Assert.Equal(403, (await viewer.Post(Models + "/churn/predict", """{"input":{}}""")).Status);
        Assert.Equal(401, (await api.Anonymous().Get(Models)).Status);
    }

    private async Task<ApiClient> Client() => await api.WithKey(await api.NewOrganization(), ApiMode.Live, "ai:*");

    private async Task<(ApiClient Client, string Organization)> Registered(string url, string more = "")
    {
        var organization = await api.NewOrganization();
        var client = await api.WithKey(organization, ApiMode.Live, "ai:*");
        Assert.Equal(201, (await client.Post(Models, $$"""{"model_id":"risk","version":"1.4.2","url":"{{url}}"{{more}}}""")).Status);
        return (client, organization);
    }
}
