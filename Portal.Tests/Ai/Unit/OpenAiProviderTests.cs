using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Core.Ai;
using Portal.Core.Ai.OpenAi;
using Portal.Core.Shared.Problems;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;
using Portal.Tests.Shared.Outbound;
using Portal.Tests.Webhooks.Delivery;

namespace Portal.Tests.Ai.Unit;

/// <summary>What the portal sends to an endpoint like OpenAI's, and what it makes of every kind of answer.</summary>
public sealed class OpenAiProviderTests : IAsyncLifetime
{
    private const string Key = "sk-secret-4711";
    private static readonly AiCallable Function = new("create_invoice", "Creates one", JsonElement.Parse("""{"type":"object","properties":{"amount":{"type":"number"}}}"""));

    private readonly ManualTime _time = new();
    private readonly LogCapture _logs = new();
    private Receiver _server = null!;

    public async ValueTask InitializeAsync() => _server = await Receiver.Start();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Prompt_goes_out_with_its_context_and_the_answer_comes_back()
    {
        Answer(200, """{"model":"gpt-test-0613","choices":[{"message":{"content":"Blue light scatters."},"finish_reason":"length"}],"usage":{"prompt_tokens":11,"completion_tokens":4}}""");
        using var provider = Provider();
        var answer = await provider.Complete(Prompt("Why is the sky blue?") with { Context = ["Be short.", "Speak plainly."], MaxTokens = 50, Temperature = 0.5 }, default);
        Assert.Equal(("gpt-test-0613", "Blue light scatters.", null, "length"), (answer.Model, answer.Content, answer.Call, answer.FinishReason));
        Assert.Equal((11, 4, 15), (answer.Usage.PromptTokens, answer.Usage.CompletionTokens, answer.Usage.TotalTokens));
        var request = Assert.Single(_server.Requests);
        Assert.Equal(("/hook/chat/completions", $"Bearer {Key}"), (request.Path, request.Header("Authorization")));
        Assert.Equal(
            """{"model":"gpt-test","messages":[{"role":"user","content":"Be short."},{"role":"user","content":"Speak plainly."},{"role":"user","content":"Why is the sky blue?"}],"max_tokens":50,"temperature":0.5}""",
            request.Body);
    }

    [Theory]
    [InlineData("""{"content":null,"tool_calls":[{"type":"function","function":{"name":"create_invoice","arguments":"{\"amount\":5}"}}]}""")]
    [InlineData("""{"content":null,"function_call":{"name":"create_invoice","arguments":"{\"amount\":5}"}}""")]
    public async Task Functions_go_out_as_tools_and_either_form_of_call_is_understood(string message)
    {
        Answer(200, $$"""{"choices":[{"message":{{message}},"finish_reason":"tool_calls"}]}""");
        using var provider = Provider();
        var answer = await provider.Complete(Prompt("Bill 5") with { Functions = [Function], Required = Function }, default);
        Assert.Equal((new AiFunctionCall("create_invoice", """{"amount":5}"""), null, "function_call", "gpt-test"), (answer.Call, answer.Content, answer.FinishReason, answer.Model));
        // The server counted nothing, so it is estimated.
        Assert.True(answer.Usage is { PromptTokens: > 0, CompletionTokens: 3 });
        var sent = Assert.Single(_server.Requests).Json;
        Assert.Equal("create_invoice", sent.GetProperty("tools")[0].GetProperty("function").GetProperty("name").GetString());
        Assert.Equal("create_invoice", sent.GetProperty("tool_choice").GetProperty("function").GetProperty("name").GetString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Function_that_was_not_offered_is_not_passed_on(bool isAnyOffered)
    {
        Answer(200, """{"choices":[{"message":{"tool_calls":[{"type":"function","function":{"name":"delete_everything","arguments":"{}"}}]}}]}""");
        using var provider = Provider();
        var refused = await Assert.ThrowsAsync<ProblemException>(() => provider.Complete(Prompt("Bill 5") with { Functions = isAnyOffered ? [Function] : [] }, default));
        Assert.Equal(ErrorCode.AiServiceUnavailable, refused.Problem.Code);
    }

    [Fact]
    public async Task Image_goes_out_as_a_data_url()
    {
        Answer(200, """{"choices":[{"message":{"content":"A gear."}}]}""");
        var image = ImageFactsTests.Png(2, 2);
        using var provider = Provider();
        Assert.Equal("A gear.", (await provider.Look(new AiImagePrompt("What is it?", image, ImageFacts.Read(image)!, 20), default)).Content);
        var parts = Assert.Single(_server.Requests).Json.GetProperty("messages")[0].GetProperty("content");
        Assert.Equal("What is it?", parts[0].GetProperty("text").GetString());
        Assert.Equal("data:image/png;base64," + Convert.ToBase64String(image), parts[1].GetProperty("image_url").GetProperty("url").GetString());
    }

    [Theory]
    [InlineData(429, "", "AI_QUOTA_EXCEEDED", "takes no more requests")]
    [InlineData(500, "", "AI_SERVICE_UNAVAILABLE", "status 500")]
    [InlineData(503, "<html>", "AI_SERVICE_UNAVAILABLE", "status 503")]
    [InlineData(504, "", "AI_PROCESSING_TIMEOUT", "in time")]
    [InlineData(401, """{"error":{"message":"Incorrect API key provided: sk-secret-4711"}}""", "AI_SERVICE_UNAVAILABLE", "Ai:ApiKey")]
    [InlineData(404, """{"error":{"message":"No such model"}}""", "AI_SERVICE_UNAVAILABLE", "Ai:Model")]
    [InlineData(302, "", "AI_SERVICE_UNAVAILABLE", "status 302")]
    [InlineData(400, """{"error":{"message":"This model's maximum context length is 4097 tokens."}}""", "AI_INVALID_CONTEXT", "maximum context length is 4097")]
    [InlineData(413, "nothing", "AI_INVALID_CONTEXT", "says no more")]
    [InlineData(200, "", "AI_SERVICE_UNAVAILABLE", "cannot read")]
    [InlineData(200, "not JSON", "AI_SERVICE_UNAVAILABLE", "cannot read")]
    [InlineData(200, "[]", "AI_SERVICE_UNAVAILABLE", "cannot read")]
    [InlineData(200, """{"choices":[]}""", "AI_SERVICE_UNAVAILABLE", "cannot read")]
    [InlineData(200, """{"choices":[{}]}""", "AI_SERVICE_UNAVAILABLE", "cannot read")]
    [InlineData(200, """{"choices":[{"message":{"content":5}}]}""", "AI_SERVICE_UNAVAILABLE", "cannot read")]
    [InlineData(200, """{"choices":[{"message":{"content":"\ud800"}}]}""", "AI_SERVICE_UNAVAILABLE", "cannot read")]
    public async Task Failure_has_its_code_and_a_reason(int status, string body, string code, string reason)
    {
        Answer(status, body, ("Retry-After", "7"));
        var problem = await Refusal();
        Assert.Equal((code, "openai"), (problem.Code.Code, problem.Details["provider"]));
        Assert.Contains(reason, problem.Message, StringComparison.Ordinal);
        if (status is 429 or 500 or 503) Assert.Equal(7L, problem.Details["retry_after"]);
        Assert.DoesNotContain(Key, problem.Message, StringComparison.Ordinal);
        _logs.AssertNever(Key);
    }

    [Fact]
    public async Task Huge_answer_is_not_read_to_its_end()
    {
        _server.Answer = async (context, _) =>
        {
            var chunk = new byte[64 * 1024];
            for (var sent = 0; sent < 1000 && !context.RequestAborted.IsCancellationRequested; sent++) await context.Response.Body.WriteAsync(chunk);
        };
        var problem = await Refusal();
        Assert.Equal((ErrorCode.AiServiceUnavailable, "The AI provider's answer is longer than 4 MiB."), (problem.Code, problem.Message));
    }

    [Fact]
    public async Task Server_that_hangs_is_a_timeout_once_the_time_is_over()
    {
        await using var server = new RawServer(connection => connection.Hang());
        using var provider = Provider(server.Url);
        var asking = provider.Complete(Prompt("Hello"), default);
        await WaitFor.Condition(() => server.Requests.Count == 1, "the request has come");
        _time.Advance(TimeSpan.FromSeconds(19));
        Assert.False(asking.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        var problem = (await Assert.ThrowsAsync<ProblemException>(() => asking)).Problem;
        Assert.Equal((ErrorCode.AiProcessingTimeout, 20), (problem.Code, problem.Details["timeout_seconds"]));
    }

    [Fact]
    public async Task Caller_who_gives_up_ends_the_request()
    {
        await using var server = new RawServer(connection => connection.Hang());
        using var provider = Provider(server.Url);
        using var gone = new CancellationTokenSource();
        var asking = provider.Complete(Prompt("Hello"), gone.Token);
        await WaitFor.Condition(() => server.Requests.Count == 1, "the request has come");
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    [Fact]
    public async Task Server_that_nobody_runs_or_that_breaks_off_is_unavailable()
    {
        string gone;
        await using (var server = new RawServer(connection =>
        {
            connection.Reset();
            return Task.CompletedTask;
        }))
        {
            gone = server.Url;
            Assert.Equal(ErrorCode.AiServiceUnavailable, (await Refusal(gone)).Code);
        }

        var problem = await Refusal(gone);
        Assert.Equal((ErrorCode.AiServiceUnavailable, "The AI provider cannot be reached.", 30L), (problem.Code, problem.Message, problem.Details["retry_after"]));
    }

    [Theory]
    [InlineData("ftp://a", "m", 60, "Ai:BaseUrl")]
    [InlineData("api.openai.com", "m", 60, "Ai:BaseUrl")]
    [InlineData("https://a/v1?x=1", "m", 60, "Ai:BaseUrl")]
    [InlineData("https://a/v1", null, 60, "Ai:Model")]
    [InlineData("https://a/v1", "m", 0, "Ai:TimeoutSeconds")]
    [InlineData(null, null, 60, "Ai:ApiKey")]
    public void Setting_that_cannot_be_used_is_named(string? url, string? model, int timeout, string setting)
    {
        var result = new AiOptionsValidation().Validate(null, new AiOptions { BaseUrl = url, Model = model, ApiKey = Key, TimeoutSeconds = timeout });
        Assert.StartsWith(setting, Assert.Single(result.Failures!), StringComparison.Ordinal);
        Assert.DoesNotContain(Key, result.FailureMessage, StringComparison.Ordinal);
        Assert.True(new AiOptionsValidation().Validate(null, new AiOptions { BaseUrl = "http://10.0.0.1:8080/v1", Model = "m" }).Succeeded);
    }

    private void Answer(int status, string body, params (string Name, string Value)[] headers) => _server.Answer = async (context, _) =>
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers) context.Response.Headers[name] = value;
        await context.Response.WriteAsync(body);
    };

    private async Task<Problem> Refusal(string? url = null)
    {
        using var provider = Provider(url);
        return (await Assert.ThrowsAsync<ProblemException>(() => provider.Complete(Prompt("Hello"), default))).Problem;
    }

    private OpenAiProvider Provider(string? url = null) => new(
        Options.Create(new AiOptions { BaseUrl = url ?? _server.Url, ApiKey = Key, Model = "gpt-test", TimeoutSeconds = 20 }), _time,
        LoggerFactory.Create(logging => logging.AddProvider(_logs)).CreateLogger<OpenAiProvider>());

    private static AiPrompt Prompt(string text) => new(text, [], null, null, [], null);
}
