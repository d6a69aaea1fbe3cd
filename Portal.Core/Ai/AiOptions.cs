using Microsoft.Extensions.Options;

namespace Portal.Core.Ai;

/// <summary>The settings <c>Ai:*</c>: which language model answers. Without one the built-in model does, which works offline and is none.</summary>
public sealed class AiOptions
{
    /// <summary>The section's name in the configuration.</summary>
    public const string Section = "Ai";

    /// <summary>An endpoint that speaks OpenAI's chat-completions API, as <c>https://api.openai.com/v1</c>; null leaves it to the built-in model.</summary>
    public string? BaseUrl { get; set; }

    /// <summary>The endpoint's key, sent as a bearer token; null sends none.</summary>
    public string? ApiKey { get; set; }

    /// <summary>The model to ask for; required with <see cref="BaseUrl"/>.</summary>
    public string? Model { get; set; }

    /// <summary>Seconds that the endpoint has for its whole answer; default 60.</summary>
    public int TimeoutSeconds { get; set; } = 60;

    /// <summary>What 1,000 tokens that the model reads cost, for the cost estimate; default 0.</summary>
    public decimal PromptPricePer1000 { get; set; }

    /// <summary>What 1,000 tokens that the model writes cost, for the cost estimate; default 0.</summary>
    public decimal CompletionPricePer1000 { get; set; }
}

internal sealed class AiOptionsValidation : IValidateOptions<AiOptions>
{
    public ValidateOptionsResult Validate(string? name, AiOptions options)
    {
        var faults = new List<string>();
        if (options.BaseUrl is { } url && !IsHttp(url)) faults.Add("Ai:BaseUrl must be an absolute http or https URL without query, as https://api.openai.com/v1.");
        if (options.BaseUrl is not null && string.IsNullOrWhiteSpace(options.Model)) faults.Add("Ai:Model is missing; it is required with Ai:BaseUrl.");
        if (options.BaseUrl is null && options.ApiKey is not null) faults.Add("Ai:ApiKey is set, but not Ai:BaseUrl.");
        if (options.ApiKey?.Any(letter => letter is < '!' or > '~') is true) faults.Add("Ai:ApiKey contains a space or a character that no HTTP header can carry.");
        if (options.TimeoutSeconds is < 1 or > 600) faults.Add($"Ai:TimeoutSeconds is {options.TimeoutSeconds}; it must lie between 1 and 600.");
        if (options.PromptPricePer1000 < 0) faults.Add("Ai:PromptPricePer1000 must not be negative.");
        if (options.CompletionPricePer1000 < 0) faults.Add("Ai:CompletionPricePer1000 must not be negative.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static bool IsHttp(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps) && uri.Query.Length == 0 && uri.Fragment.Length == 0;
}
