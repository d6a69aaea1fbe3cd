using Portal.Core.Ai.Offline;
using Portal.Core.Shared.Json;

namespace Portal.Core.Ai;

/// <summary>Something that answers prompts.</summary>
public sealed record AiProviderResource : IResource
{
    static string IResource.Kind => "provider";

    static string IResource.Plural => "providers";

    /// <summary><c>portal</c> for the built-in model, else <c>openai</c>: an endpoint that speaks OpenAI's API.</summary>
    public required string Id { get; init; }

    /// <summary>The models that it answers with.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    /// <summary>What to expect of it.</summary>
    public required string Description { get; init; }

    /// <summary>Whether it answers where a request names a model that the portal does not know.</summary>
    public required bool IsDefault { get; init; }

    /// <summary>Whether it is a language model, that is, can answer any prompt.</summary>
    public required bool IsLanguageModel { get; init; }

    /// <summary>What 1,000 tokens that it reads cost, in the operator's currency.</summary>
    public required decimal PromptPricePer1000 { get; init; }

    /// <summary>What 1,000 tokens that it writes cost.</summary>
    public required decimal CompletionPricePer1000 { get; init; }
}

/// <summary>Who answers prompts: the operator's model where there is one, and the built-in one.</summary>
public sealed class AiProviders
{
    private readonly OfflineProvider _offline;
    private readonly IAiProvider _default;

    internal AiProviders(OfflineProvider offline, IAiProvider? configured) => (_offline, _default) = (offline, configured ?? offline);

    /// <summary>All that there are, the default first.</summary>
    public IReadOnlyList<AiProviderResource> All() => [.. new[] { _default, _offline }.Distinct().Select(Show)];

    /// <summary>Who answers where a request names a model.</summary>
    internal IAiProvider For(string? model) => string.Equals(model, OfflineProvider.ModelName, StringComparison.OrdinalIgnoreCase) ? _offline : _default;

    private AiProviderResource Show(IAiProvider provider) => new()
    {
        Id = provider.Name,
        Models = [provider.Model],
        Description = provider.Description,
        IsDefault = provider == _default,
        IsLanguageModel = provider != _offline,
        PromptPricePer1000 = provider.Prices.Prompt,
        CompletionPricePer1000 = provider.Prices.Completion,
    };
}
