using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Portal.Core.Access;
using Portal.Core.Ai;
using Portal.Core.Ai.Offline;
using Portal.Core.Ai.OpenAi;
using Portal.Core.Billing;
using Portal.Core.Expressions;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Nodes;
using Portal.Tests.Ai.Unit;
using Portal.Tests.Infrastructure.Hosts;
using Portal.Tests.Webhooks.Delivery;

namespace Portal.Tests.Workflows.Nodes;

/// <summary>The two AI nodes: on the built-in model, on a server like OpenAI's, and where they may not or cannot.</summary>
public sealed class AiNodeTests(SqliteCore core) : IClassFixture<SqliteCore>
{
    private readonly Actor _actor = Actor.System(core.NewTenant());

    private static CancellationToken None => CancellationToken.None;

    [Theory]
    [InlineData("""{"task":"summarize","sentences":1}""", "The pump was damaged and the buyer wants a new pump.")]
    [InlineData("""{"task":"sentiment"}""", "negative")]
    [InlineData("""{"task":"classify","labels":["pump trouble","invoice"]}""", "pump trouble")]
    [InlineData("""{"task":"sentiment","text":"We love it"}""", "positive")]
    [InlineData("""{"prompt":"What is the sentiment of: great work"}""", "positive")]
    public async Task Text_is_worked_on(string config, string expected)
    {
        var (output, context) = await Text(config, "\"The pump arrived on Monday. The pump was damaged and the buyer wants a new pump. Thanks.\"");
        Assert.Equal((expected, "portal-offline", "stop"), (output.GetProperty("text").GetString(), output.GetProperty("model").GetString(), output.GetProperty("finish_reason").GetString()));
        Assert.NotNull(output.GetProperty("notice").GetString());
        Assert.Equal(output.GetProperty("usage").GetProperty("total_tokens").GetInt64(), context.Meter.Tokens);
        Assert.Equal(context.Meter.Tokens, await core.Get<OrganizationUsage>().Used(_actor.Tenant.OrganizationId, UsageKind.AiTokens));
    }

    [Fact]
    public async Task Extracted_entities_are_data()
    {
        var (output, _) = await Text("""{"task":"extract"}""", """{"from":"ada@analytical.example","body":"Pay 40 EUR"}""");
        Assert.Equal("ada@analytical.example", output.GetProperty("data").GetProperty("emails")[0].GetString());
        Assert.Equal("40 EUR", output.GetProperty("data").GetProperty("amounts")[0].GetString());
    }

    [Fact]
    public async Task Function_that_is_to_be_called_comes_with_its_arguments()
    {
        var (output, _) = await Text("""{"prompt":"Bill ada@analytical.example","function_call":"bill","functions":[{"name":"bill","parameters":{"type":"object","properties":{"email":{"type":"string"}}}}]}""");
        Assert.Equal(("bill", "ada@analytical.example"), (output.GetProperty("function_call").GetProperty("name").GetString(), output.GetProperty("function_call").GetProperty("arguments").GetProperty("email").GetString()));
        Assert.Equal(JsonValueKind.Null, output.GetProperty("text").ValueKind);
    }

    [Theory]
    [InlineData("Write a poem about pumps")]
    [InlineData("Classify this: the pump leaks")]
    public async Task What_takes_a_language_model_fails_where_there_is_none_and_counts_nothing(string prompt)
    {
        var failure = await Assert.ThrowsAsync<NodeException>(() => Text($$"""{"prompt":"{{prompt}}","max_tokens":1}"""));
        Assert.Equal(("AI_SERVICE_UNAVAILABLE", false), (failure.Code, failure.Retryable));
        Assert.StartsWith("The built-in model can", failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, await core.Get<OrganizationUsage>().Used(_actor.Tenant.OrganizationId, UsageKind.AiCalls));
    }

    [Theory]
    [InlineData("{}", "A prompt is needed.")]
    [InlineData("""{"task":"summarize","prompt":"Do"}""", "A prompt is for the task prompt alone")]
    [InlineData("""{"task":"classify","labels":["a"]}""", "Two labels")]
    [InlineData("""{"task":"classify","labels":["a","b, c"]}""", "labels[1]")]
    [InlineData("""{"task":"dance"}""", "task")]
    [InlineData("""{"prompt":"a","temperature":3}""", "temperature")]
    public async Task Bad_configuration_fails_with_a_reason(string config, string reason)
    {
        var failure = await Assert.ThrowsAsync<NodeException>(() => Text(config));
        Assert.Equal(("INVALID_CONFIG", false), (failure.Code, failure.Retryable));
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_to_work_on_and_an_author_without_the_scope_are_failures()
    {
        Assert.Equal("NO_TEXT", (await Assert.ThrowsAsync<NodeException>(() => Text("""{"task":"summarize"}""", "\" \""))).Code);
        var without = Context("""{"prompt":"a"}""", "{}", _actor with { GrantedScopes = Scopes.Expand(["workflows:*"]) });
        Assert.Equal("FORBIDDEN", (await Assert.ThrowsAsync<NodeException>(() => new AiTextProcessingNode(core.Get<AiService>()).Run(without, None).AsTask())).Code);
    }

    [Fact]
    public async Task Plan_that_is_used_up_fails_for_good_and_a_busy_provider_for_a_while()
    {
        await core.Get<OrganizationUsage>().Count(_actor.Tenant.OrganizationId, UsageKind.AiCalls, 50);
        var used = await Assert.ThrowsAsync<NodeException>(() => Text("""{"prompt":"a"}"""));
        Assert.Equal(("AI_QUOTA_EXCEEDED", false, null), (used.Code, used.Retryable, used.RetryAfter));
        await core.Get<OrganizationUsage>().Return(_actor.Tenant.OrganizationId, UsageKind.AiCalls, 50, core.Time.GetUtcNow());

        await using var server = await Receiver.Start();
        server.AnswerWith(429, ("Retry-After", "7"));
        var busy = await Assert.ThrowsAsync<NodeException>(() => Remote(server, """{"prompt":"a"}"""));
        Assert.Equal(("AI_QUOTA_EXCEEDED", true, TimeSpan.FromSeconds(7)), (busy.Code, busy.Retryable, busy.RetryAfter));
        server.AnswerWith(400);
        Assert.False((await Assert.ThrowsAsync<NodeException>(() => Remote(server, """{"prompt":"a"}"""))).Retryable);
    }

    [Fact]
    public async Task Model_gets_the_tasks_prompt_and_its_json_is_read_out_of_fences()
    {
        await using var server = await Receiver.Start();
        server.Answer = (context, _) => context.Response.WriteAsync("""{"model":"gpt-test","choices":[{"message":{"content":"```json\n{\"emails\":[\"a@b.example\"]}\n```"}}],"usage":{"prompt_tokens":1000,"completion_tokens":100}}""");
        var (output, context) = await Remote(server, """{"task":"extract","text":"a@b.example","context":["Before."]}""");
        Assert.Equal("a@b.example", output.GetProperty("data").GetProperty("emails")[0].GetString());
        Assert.Equal((1100, 0.002, "0.002"), (context.Meter.Tokens, context.Meter.Cost, output.GetProperty("cost_estimate").ToString()));
        var messages = Assert.Single(server.Requests).Json.GetProperty("messages");
        Assert.Equal("Before.", messages[0].GetProperty("content").GetString());
        Assert.EndsWith("and nothing else.\na@b.example", messages[1].GetProperty("content").GetString(), StringComparison.Ordinal);

        server.Answer = (http, _) => http.Response.WriteAsync("""{"choices":[{"message":{"content":"Sorry, no."}}]}""");
        var failure = await Assert.ThrowsAsync<NodeException>(() => Remote(server, """{"prompt":"List them","parse_json":true}"""));
        Assert.Equal(("INVALID_JSON", true), (failure.Code, failure.Retryable));
    }

    [Fact]
    public async Task Image_is_read_from_base_64_and_from_a_data_url()
    {
        var image = Convert.ToBase64String(ImageFactsTests.Png(64, 32));
        foreach (var given in new[] { image, "data:image/png;base64," + image })
        {
            var output = await Image($$"""{"image":"{{given}}"}""");
            Assert.Equal(("png", 64, 32), (output.GetProperty("image").GetProperty("format").GetString(), output.GetProperty("image").GetProperty("width").GetInt32(), output.GetProperty("image").GetProperty("height").GetInt32()));
        }
    }

    [Theory]
    [InlineData("not base 64!", null, "INVALID_IMAGE")]
    [InlineData("data:image/svg+xml,<svg/>", null, "INVALID_IMAGE")]
    [InlineData("JVBERi0xLjc=", null, "VALIDATION_ERROR")]
    [InlineData(null, "What is it?", "AI_SERVICE_UNAVAILABLE")]
    public async Task Image_that_cannot_be_looked_at_fails_for_good(string? image, string? prompt, string code)
    {
        var config = JsonSerializer.Serialize(new Dictionary<string, string>(StringComparer.Ordinal) { ["image"] = image ?? Convert.ToBase64String(ImageFactsTests.Png(64, 32)), ["prompt"] = prompt ?? "" });
        var failure = await Assert.ThrowsAsync<NodeException>(() => Image(config));
        Assert.Equal((code, false), (failure.Code, failure.Retryable));
    }

    private Task<(JsonElement Output, NodeContext Context)> Text(string config, string input = "{}") => Run(new AiTextProcessingNode(core.Get<AiService>()), Context(config, input, _actor));

    private async Task<(JsonElement Output, NodeContext Context)> Remote(Receiver server, string config)
    {
        var options = Options.Create(new AiOptions { BaseUrl = server.Url, Model = "gpt-test", PromptPricePer1000 = 0.001m, CompletionPricePer1000 = 0.01m });
        using var provider = new OpenAiProvider(options, core.Time, NullLogger<OpenAiProvider>.Instance);
        var ai = core.Make<AiService>(new AiProviders(core.Get<OfflineProvider>(), provider));
        return await Run(new AiTextProcessingNode(ai), Context(config, "{}", _actor));
    }

    private async Task<JsonElement> Image(string config) => (await Run(new AiImageAnalysisNode(core.Get<AiService>()), Context(config, "{}", _actor))).Output;

    private static async Task<(JsonElement Output, NodeContext Context)> Run(INodeType node, NodeContext context) =>
        (Assert.IsType<NodeDone>(await node.Run(context, None)).Output, context);

    private NodeContext Context(string config, string input, Actor actor) => new(core.Get<INodeHost>())
    {
        Node = new WorkflowNode { Id = "ai", Type = "ai-text-processing" },
        WorkflowId = "wf_1",
        WorkflowName = "Test",
        ExecutionId = "exe_1",
        Step = 1,
        Attempt = 1,
        Config = JsonElement.Parse(config),
        Input = JsonElement.Parse(input),
        Trigger = JsonElement.Parse("{}"),
        Values = new Dictionary<string, CelValue>(StringComparer.Ordinal),
        Actor = actor,
    };
}
