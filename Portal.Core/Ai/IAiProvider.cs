using System.Text.Json;
using System.Text.Json.Nodes;

namespace Portal.Core.Ai;

/// <summary>Something that answers prompts. Failures are <see cref="Shared.Problems.ProblemException"/>s with the codes of AI.</summary>
internal interface IAiProvider
{
    /// <summary>As in <see cref="AiMetadata.Provider"/>.</summary>
    string Name { get; }

    /// <summary>The model that answers.</summary>
    string Model { get; }

    /// <summary>What a person may expect of it.</summary>
    string Description { get; }
    AiPrices Prices { get; }

    Task<AiAnswer> Complete(AiPrompt prompt, CancellationToken cancellation);

    Task<AiAnswer> Look(AiImagePrompt prompt, CancellationToken cancellation);
}

/// <summary>What 1,000 tokens cost.</summary>
internal readonly record struct AiPrices(decimal Prompt, decimal Completion)
{
    public decimal Of(TokenUsage usage) => Math.Round(((usage.PromptTokens * Prompt) + (usage.CompletionTokens * Completion)) / 1000, 6);
}

/// <summary>A request that was checked.</summary>
/// <param name="Functions">Those that may be called; empty where none may.</param>
/// <param name="Required">The one of them that must be called; null leaves it to the model.</param>
internal sealed record AiPrompt(string Text, IReadOnlyList<string> Context, int? MaxTokens, double? Temperature, IReadOnlyList<AiCallable> Functions, AiCallable? Required)
{
    /// <summary>About how many tokens a model reads.</summary>
    public long Tokens => TokenEstimate.Of(Text) + Context.Sum(TokenEstimate.Of) + Functions.Sum(function => TokenEstimate.Of(function.Parameters.GetRawText()) + TokenEstimate.Of(function.Description));
}

/// <summary>A function that was checked.</summary>
internal sealed record AiCallable(string Name, string Description, JsonElement Parameters);

/// <summary>An image that was checked, with what its header says.</summary>
internal sealed record AiImagePrompt(string? Text, ReadOnlyMemory<byte> Image, ImageFacts Facts, int? MaxTokens);

/// <summary>What a provider answered: a text or a call.</summary>
internal sealed record AiAnswer(string Model, string? Content, AiFunctionCall? Call, string FinishReason, TokenUsage Usage)
{
    public string? Notice { get; init; }

    /// <summary>Why this provider cannot do what was asked, where that is all its text says.</summary>
    public string? Inability { get; init; }
    public JsonObject? Details { get; init; }
}

/// <summary>About how many tokens a text has, where no model says it: four characters each.</summary>
internal static class TokenEstimate
{
    public const int Characters = 4;

    public static long Of(string text) => (text.Length + Characters - 1) / Characters;
}
