using System.Text.Json.Nodes;

namespace Portal.Core.Ai;

/// <summary>What a model answered.</summary>
public sealed record AiCompletion
{
    /// <summary><c>cmp_…</c></summary>
    public required string Id { get; init; }

    /// <summary>Always <c>chat.completion</c>.</summary>
    public string Object => "chat.completion";

    /// <summary>When it was answered, in seconds since 1970.</summary>
    public required long Created { get; init; }

    /// <summary>The model that answered.</summary>
    public required string Model { get; init; }

    /// <summary>The answers; the portal asks for one.</summary>
    public required IReadOnlyList<AiChoice> Choices { get; init; }
    public required TokenUsage Usage { get; init; }

    /// <summary>What the call costs by the operator's prices, in their currency; 0 for the built-in model.</summary>
    public required decimal CostEstimate { get; init; }
    public required AiMetadata Metadata { get; init; }
}

/// <summary>One answer.</summary>
public sealed record AiChoice
{
    /// <summary>From 0.</summary>
    public required int Index { get; init; }
    public required AiMessage Message { get; init; }

    /// <summary>Why it ends: <c>stop</c>, <c>length</c> (at the limit of tokens), <c>function_call</c> or <c>content_filter</c>.</summary>
    public required string FinishReason { get; init; }
}

/// <summary>What a model says, or the function that it asks to be called.</summary>
public sealed record AiMessage
{
    /// <summary>Always <c>assistant</c>.</summary>
    public string Role => "assistant";

    /// <summary>Null where a function is to be called instead.</summary>
    public required string? Content { get; init; }

    /// <summary>Null where the model answered with text.</summary>
    public required AiFunctionCall? FunctionCall { get; init; }
}

/// <summary>A function that a model asks to be called.</summary>
/// <param name="Name">One of the request's functions.</param>
/// <param name="Arguments">JSON, as the model wrote it: to be checked before it is used.</param>
public sealed record AiFunctionCall(string Name, string Arguments);

/// <summary>Tokens of a call.</summary>
public sealed record TokenUsage
{
    /// <summary>Tokens that the model read.</summary>
    public required long PromptTokens { get; init; }

    /// <summary>Tokens that it wrote.</summary>
    public required long CompletionTokens { get; init; }
    public long TotalTokens => PromptTokens + CompletionTokens;
}

/// <summary>How an answer came about.</summary>
public sealed record AiMetadata
{
    /// <summary><c>portal</c> for the built-in model, else <c>openai</c>: an endpoint that speaks OpenAI's API.</summary>
    public required string Provider { get; init; }

    /// <summary>Milliseconds from the request to the provider to its whole answer.</summary>
    public required long ProcessingTimeMs { get; init; }

    /// <summary>What the built-in model did instead of what a language model would do, as a sentence; null for other models.</summary>
    public required string? Notice { get; init; }

    /// <summary>What the built-in model found, by task, as scores and entities; null for other models.</summary>
    public required JsonObject? Details { get; init; }
}
