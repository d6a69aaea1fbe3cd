using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Ai.OpenAi;

/// <summary>A language model behind OpenAI's chat-completions API, which many servers speak. The operator chose the address, so it may be a private one.</summary>
internal sealed class OpenAiProvider : IAiProvider, IDisposable
{
    private const int LargestAnswer = 4 * 1024 * 1024;
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(30);

    private readonly HttpMessageInvoker _client;
    private readonly AiOptions _options;
    private readonly Uri _address;
    private readonly TimeProvider _time;
    private readonly ILogger<OpenAiProvider> _logger;

    public OpenAiProvider(IOptions<AiOptions> options, TimeProvider time, ILogger<OpenAiProvider> logger)
    {
        _options = options.Value;
        _address = new Uri(_options.BaseUrl!.TrimEnd('/') + "/chat/completions");
        _time = time;
        _logger = logger;
        // A redirect would take the key elsewhere.
        _client = new HttpMessageInvoker(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.All, PooledConnectionLifetime = TimeSpan.FromMinutes(5) });
    }

    public string Name => "openai";
    public string Model => _options.Model!;
    public string Description => "A language model that the operator configured, behind an API like OpenAI's.";
    public AiPrices Prices => new(_options.PromptPricePer1000, _options.CompletionPricePer1000);

    public async Task<AiAnswer> Complete(AiPrompt prompt, CancellationToken cancellation)
    {
        var answer = await Ask(OpenAiMessages.Of(Model, prompt), prompt.Tokens, cancellation);
        // Models make functions up; nobody who asked could call one.
        return answer.Call is not { } call || prompt.Functions.Any(function => function.Name == call.Name) ? answer : throw Unavailable("The AI provider asks for a function that it was not offered.");
    }

    public Task<AiAnswer> Look(AiImagePrompt prompt, CancellationToken cancellation) => Ask(OpenAiMessages.Of(Model, prompt), TokenEstimate.Of(prompt.Text ?? ""), cancellation);

    public void Dispose() => _client.Dispose();

    private async Task<AiAnswer> Ask(JsonObject request, long promptTokens, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(_options.TimeoutSeconds), _time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, _address) { Content = JsonContent.Create(request) };
            // Some servers take no chunked body.
            await message.Content.LoadIntoBufferAsync(limit.Token);
            if (_options.ApiKey is { } key) message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            using var response = await _client.SendAsync(message, limit.Token);
            var body = await Read(response, limit.Token);
            if (response.StatusCode != HttpStatusCode.OK) throw Refused(response, body);
            return OpenAiMessages.Read(body, Model, promptTokens) ?? throw Unavailable("The AI provider answered with something that the portal cannot read.");
        }
        catch (Exception e) when (e is OperationCanceledException or HttpRequestException or IOException && timeout.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new Problem(ErrorCode.AiProcessingTimeout, $"The AI provider did not answer within {_options.TimeoutSeconds} s.")
            {
                Details = Problem.Pairs(("provider", Name), ("timeout_seconds", _options.TimeoutSeconds)),
            }.AsException();
        }
        catch (Exception e) when (e is HttpRequestException or IOException && !cancellation.IsCancellationRequested)
        {
            _logger.LogWarning(e, "The AI provider at {Host} cannot be reached", _address.Authority);
            throw Unavailable("The AI provider cannot be reached.");
        }
    }

    private async Task<byte[]> Read(HttpResponseMessage response, CancellationToken cancellation)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var body = new MemoryStream();
        var chunk = new byte[16 * 1024];
        int read;
        while ((read = await stream.ReadAsync(chunk, cancellation)) > 0)
        {
            if (body.Length + read > LargestAnswer) throw Unavailable($"The AI provider's answer is longer than {LargestAnswer / 1024 / 1024} MiB.");
            body.Write(chunk, 0, read);
        }

        return body.ToArray();
    }

    // What the provider says of a bad request is about the request, and helps; what it says of credentials is the operator's.
    private ProblemException Refused(HttpResponseMessage response, byte[] body)
    {
        var status = (int)response.StatusCode;
        var seconds = RetryAfter(response);
        switch (status)
        {
            case 429:
                return new Problem(ErrorCode.AiQuotaExceeded, "The AI provider takes no more requests of the portal for now.") { Details = Problem.Pairs(("limit", "provider"), ("provider", Name), ("retry_after", seconds)) }.AsException();
            case 400 or 413 or 422:
                var reason = OpenAiMessages.ErrorOf(body) ?? "It says no more.";
                return new Problem(ErrorCode.AiInvalidContext, $"The AI provider refuses the request: {reason}") { Details = Problem.Pairs(("provider", Name), ("reason", reason)) }.AsException();
            case 408 or 504:
                return new Problem(ErrorCode.AiProcessingTimeout, "The model behind the AI provider did not answer in time.") { Details = Problem.Pairs(("provider", Name)) }.AsException();
            default:
                _logger.LogError("The AI provider at {Host} answered {Status}", _address.Authority, status);
                return Unavailable(status >= 500 ? $"The AI provider failed with status {status}." : $"The AI provider refuses the portal with status {status}; the operator must look at the settings Ai:BaseUrl, Ai:ApiKey and Ai:Model.", seconds);
        }
    }

    private long RetryAfter(HttpResponseMessage response)
    {
        var after = response.Headers.RetryAfter is { } header ? header.Delta ?? header.Date - _time.GetUtcNow() ?? Retry : Retry;
        return Math.Clamp((long)Math.Ceiling(after.TotalSeconds), 1, 86_400);
    }

    private ProblemException Unavailable(string message, long? retryAfter = null) => new Problem(ErrorCode.AiServiceUnavailable, message)
    {
        Details = Problem.Pairs(("provider", Name), ("retry_after", retryAfter ?? (long)Retry.TotalSeconds)),
    }.AsException();
}
