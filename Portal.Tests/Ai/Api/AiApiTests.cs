using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Portal.Core.Access;
using Portal.Core.Billing;
using Portal.Core.Shared.Data;
using Portal.Tests.Infrastructure.Hosts;
using Portal.Tests.Webhooks.Delivery;

namespace Portal.Tests.Ai.Api;

/// <summary>Language models over HTTP, on both surfaces.</summary>
public sealed class AiApiTests(ApiHost api) : IClassFixture<ApiHost>
{
    private const string Complete = "/api/v1/ai/complete";
    private const string Summarize = """{"model":"gpt-4","prompt":"Summarize: The pump leaks."}""";

    [Fact]
    public async Task Contracts_request_is_answered_with_the_contracts_fields()
    {
        var client = await Client();
        var answer = await client.Post(Complete, """
            {"model":"gpt-3.5-turbo","prompt":"Bill ada@analytical.example","max_tokens":100,"temperature":0.7,"context":["She ordered twelve gears."],"function_call":{"name":"bill"},
             "functions":[{"name":"bill","description":"Bills somebody","parameters":{"type":"object","properties":{"email":{"type":"string"}},"required":["email"]}}]}
            """);
        Assert.Equal((200, "chat.completion", "portal-offline"), (answer.Status, answer.Text("object"), answer.Text("model")));
        Assert.StartsWith("cmp_", answer.Id, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Number, answer.Json.GetProperty("created").ValueKind);
        var choice = answer.Json.GetProperty("choices")[0];
        Assert.Equal("function_call", choice.GetProperty("finish_reason").GetString());
        var message = choice.GetProperty("message");
        Assert.Equal(("assistant", JsonValueKind.Null), (message.GetProperty("role").GetString(), message.GetProperty("content").ValueKind));
        Assert.Equal("""{"email":"ada@analytical.example"}""", message.GetProperty("function_call").GetProperty("arguments").GetString());
        var usage = answer.Json.GetProperty("usage");
        Assert.Equal(usage.GetProperty("total_tokens").GetInt64(), usage.GetProperty("prompt_tokens").GetInt64() + usage.GetProperty("completion_tokens").GetInt64());
        Assert.Equal("0", answer.Text("cost_estimate"));
    }

    [Fact]
    public async Task Enveloped_surface_wraps_the_same_answer()
    {
        var answer = await (await Client()).Post("/api/ai/complete", Summarize);
        Assert.Equal((200, "True", "portal-offline"), (answer.Status, answer.Text("success"), answer.Text("data.model")));
        Assert.Equal("The pump leaks.", answer.Json.GetProperty("data").GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
    }

    [Fact]
    public async Task Providers_say_what_there_is()
    {
        var answer = await (await Client()).Get("/api/v1/ai/providers");
        var provider = Assert.Single(answer.Json.GetProperty("providers").EnumerateArray());
        Assert.Equal(("portal", "portal-offline"), (provider.GetProperty("id").GetString(), provider.GetProperty("models")[0].GetString()));
        Assert.Equal((true, false), (provider.GetProperty("is_default").GetBoolean(), provider.GetProperty("is_language_model").GetBoolean()));
        Assert.Equal("1", answer.Text("pagination.total"));
    }

    [Theory]
    [InlineData("""{"prompt":"Hello"}""", "model")]
    [InlineData("""{"model":"gpt-4"}""", "prompt")]
    [InlineData("""{"model":"gpt-4","prompt":" "}""", "prompt")]
    [InlineData("""{"model":"gpt-4","prompt":"\u0000"}""", "prompt")]
    [InlineData("""{"model":"gpt-4","prompt":5}""", "prompt")]
    [InlineData("""{"model":"gpt-4","prompt":"a","max_tokens":0}""", "max_tokens")]
    [InlineData("""{"model":"gpt-4","prompt":"a","max_tokens":1.5}""", "max_tokens")]
    [InlineData("""{"model":"gpt-4","prompt":"a","temperature":2.1}""", "temperature")]
    [InlineData("""{"model":"gpt-4","prompt":"a","temperature":-1}""", "temperature")]
    [InlineData("""{"model":"gpt-4","prompt":"a","functions":[null]}""", "functions[0].name")]
    [InlineData("""{"model":"gpt-4","prompt":"a","functions":[{"name":"a b","parameters":{"type":"object"}}]}""", "functions[0].name")]
    [InlineData("""{"model":"gpt-4","prompt":"a","functions":[{"name":"a"}]}""", "functions[0].parameters")]
    [InlineData("""{"model":"gpt-4","prompt":"a","functions":[{"name":"a","parameters":{"type":"string"}}]}""", "functions[0].parameters.type")]
    [InlineData("""{"model":"gpt-4","prompt":"a","functions":[{"name":"a","parameters":{"type":"object","properties":{"x":{"pattern":"("}}}}]}""", "functions[0].parameters.properties.x.pattern")]
    [InlineData("""{"model":"gpt-4","prompt":"a","functions":[{"name":"a","parameters":{"type":"object"}},{"name":"a","parameters":{"type":"object"}}]}""", "functions[1].name")]
    [InlineData("""{"model":"gpt-4","prompt":"a","function_call":"nothing"}""", "function_call")]
    [InlineData("""{"model":"gpt-4","prompt":"a","function_call":{"name":"b"},"functions":[{"name":"a","parameters":{"type":"object"}}]}""", "function_call")]
    [InlineData("""{"model":"gpt-4","prompt":"a","function_call":7}""", "function_call")]
    public async Task Bad_request_is_refused_with_its_field(string body, string field)
    {
        var answer = await (await Client()).Post(Complete, body);
        Assert.Equal((400, "VALIDATION_ERROR", field), (answer.Status, answer.Text("error.code"), answer.Text("error.details.field")));
    }

    [Fact]
    public async Task Bad_context_has_a_code_of_its_own()
    {
        var client = await Client();
        foreach (var (context, field) in new[]
        {
            ("[null]", "context[0]"), ("""["a","\u0000"]""", "context[1]"), ("[" + string.Join(',', Enumerable.Repeat("\"a\"", 101)) + "]", "context"), ($"[\"{new string('a', 400_001)}\"]", "context"),
        })
        {
            var answer = await client.Post(Complete, $$"""{"model":"gpt-4","prompt":"a","context":{{context}}}""");
            Assert.Equal((400, "AI_INVALID_CONTEXT", "AI_003", field), (answer.Status, answer.Text("error.code"), answer.Text("error.reference"), answer.Text("error.details.field")));
        }
    }

    [Fact]
    public async Task Scope_role_and_credential_are_checked()
    {
        var organization = await api.NewOrganization();
        Assert.Equal(401, (await api.Anonymous().Post(Complete, Summarize)).Status);
        Assert.Equal(403, (await (await api.WithKey(organization, ApiMode.Live, "ai:read")).Post(Complete, Summarize)).Status);
        Assert.Equal(403, (await (await api.WithKey(organization, ApiMode.Live, "contacts:*")).Get("/api/v1/ai/providers")).Status);
        Assert.Equal(403, (await (await api.WithRole(organization, Role.Viewer)).Post(Complete, Summarize)).Status);
        Assert.Equal(200, (await (await api.WithRole(organization, Role.Developer)).Post(Complete, Summarize)).Status);
        Assert.Equal(200, (await (await api.WithKey(organization, ApiMode.Test, "ai:write")).Post(Complete, Summarize)).Status);
    }

    [Fact]
    public async Task Quota_that_is_used_up_is_429_with_the_time_to_wait()
    {
        var (organization, client) = await OnFreePlan();
        await api.Get<OrganizationUsage>().Count(organization, UsageKind.AiCalls, 50);
        var refused = await client.Post(Complete, Summarize);
        Assert.Equal((429, "AI_QUOTA_EXCEEDED", "AI_002"), (refused.Status, refused.Text("error.code"), refused.Text("error.reference")));
        Assert.Equal(("ai_api_calls", "50", "50", "free"), (refused.Text("error.details.limit"), refused.Text("error.details.quota"), refused.Text("error.details.used"), refused.Text("error.details.plan")));
        Assert.True(refused.Json.GetProperty("error").GetProperty("details").GetProperty("reset_date").TryGetDateTimeOffset(out _));
        Assert.Equal("50", (await client.Get("/api/v1/quotas")).Text("current_usage.ai_api_calls"));
    }

    [Fact]
    public async Task Repeated_request_is_answered_again_and_counted_once()
    {
        var organization = await api.NewOrganization();
        var client = await api.WithKey(organization, ApiMode.Live, "ai:*");
        var first = await client.Post(Complete, Summarize, "once-4711");
        var again = await client.Post(Complete, Summarize, "once-4711");
        Assert.Equal((200, first.Id), (again.Status, again.Id));
        Assert.Equal(1, await api.Get<OrganizationUsage>().Used(organization, UsageKind.AiCalls));
        Assert.Equal(409, (await client.Post(Complete, Summarize.Replace("leaks", "hums", StringComparison.Ordinal), "once-4711")).Status);
    }

    [Fact]
    public async Task Configured_model_answers_and_its_failures_are_the_contracts()
    {
        await using var server = await Receiver.Start();
        var app = new PortalApp(new PortalAppOptions
        {
            Settings = new(StringComparer.OrdinalIgnoreCase) { ["Ai:BaseUrl"] = server.Url, ["Ai:Model"] = "gpt-test", ["Ai:ApiKey"] = "sk-secret-4711", ["Ai:PromptPricePer1000"] = "0.5", ["Ai:CompletionPricePer1000"] = "1.5" },
        });
        server.Answer = (context, _) => context.Response.WriteAsync("""{"model":"gpt-test","choices":[{"message":{"content":"Yes."},"finish_reason":"stop"}],"usage":{"prompt_tokens":1000,"completion_tokens":100}}""");
        await using var host = ApiHost.Of(app);
        var client = await host.WithKey(await host.NewOrganization(), ApiMode.Live, "ai:*");
        var answer = await client.Post(Complete, Summarize);
        Assert.Equal((200, "gpt-test", "openai"), (answer.Status, answer.Text("model"), answer.Text("metadata.provider")));
        Assert.Equal(0.65m, answer.Json.GetProperty("cost_estimate").GetDecimal());
        Assert.Equal(JsonValueKind.Null, answer.Json.GetProperty("metadata").GetProperty("notice").ValueKind);
        Assert.Equal("portal-offline", (await client.Post(Complete, Summarize.Replace("gpt-4", "portal-offline", StringComparison.Ordinal))).Text("model"));
        Assert.Equal("2", (await client.Get("/api/v1/ai/providers")).Text("pagination.total"));
        server.AnswerWith(503, ("Retry-After", "300"));
        var failed = await client.Post(Complete, Summarize);
        Assert.Equal((503, "AI_SERVICE_UNAVAILABLE", "AI_001", "openai", "300"), (failed.Status, failed.Text("error.code"), failed.Text("error.reference"), failed.Text("error.details.provider"), failed.Text("error.details.retry_after")));
        server.AnswerWith(429);
        Assert.Equal((429, "AI_QUOTA_EXCEEDED"), Of(await client.Post(Complete, Summarize)));
        server.AnswerWith(400);
        Assert.Equal((400, "AI_INVALID_CONTEXT"), Of(await client.Post(Complete, Summarize)));
        server.AnswerWith(504);
        Assert.Equal((504, "AI_PROCESSING_TIMEOUT"), Of(await client.Post(Complete, Summarize)));
        app.Logs.AssertNever("sk-secret-4711");

        static (int, string) Of(ApiAnswer refused) => (refused.Status, refused.Text("error.code"));
    }

    private async Task<ApiClient> Client() => await api.WithKey(await api.NewOrganization(), ApiMode.Live, "ai:*");

    private async Task<(string Organization, ApiClient Client)> OnFreePlan()
    {
        var organization = await api.NewOrganization();
        await api.Get<PortalStore>().WriteAcross(async (db, token) =>
        {
            (await db.Organizations.FindAsync([organization], token))!.Plan = Plan.Free;
            return true;
        }, CancellationToken.None);
        return (organization, await api.WithKey(organization, ApiMode.Live, "ai:*", "usage:read"));
    }
}
