using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Portal.Core.Ai;

/// <summary>A request to a language model.</summary>
public sealed record AiCompletionRequest
{
    /// <summary>
    /// <c>portal-offline</c> asks for the built-in model. Every other name, as <c>gpt-4</c>, asks for the one that the
    /// operator configured, or the built-in one where there is none; the answer's <c>model</c> says which it was.
    /// </summary>
    [Required]
    public string? Model { get; init; }

    /// <summary>What the model is to do and with which text; at most 200,000 characters.</summary>
    [Required]
    public string? Prompt { get; init; }

    /// <summary>Most tokens of the answer, 1 to 128,000; the model's own limit when absent.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>0 to 2: how freely the model chooses its words. The built-in model always answers the same.</summary>
    public double? Temperature { get; init; }

    /// <summary>Functions that the model may ask to be called, at most 64.</summary>
    public IReadOnlyList<AiFunction?>? Functions { get; init; }

    /// <summary><c>auto</c> (when absent) or <c>none</c>, or the function that must be called: its name, or an object with its <c>name</c>.</summary>
    public JsonElement? FunctionCall { get; init; }

    /// <summary>Texts that precede the prompt, the oldest first; at most 100, and 400,000 characters together.</summary>
    public IReadOnlyList<string?>? Context { get; init; }
}

/// <summary>A function that a model may ask to be called.</summary>
public sealed record AiFunction
{
    /// <summary>Letters, digits, <c>_</c> and <c>-</c>, at most 64.</summary>
    [Required]
    public string? Name { get; init; }

    /// <summary>What it does; at most 1,024 characters.</summary>
    public string? Description { get; init; }

    /// <summary>JSON Schema of its parameters: of type <c>object</c>, with <c>properties</c> and <c>required</c>.</summary>
    [Required]
    public JsonElement? Parameters { get; init; }
}

/// <summary>An image, and what is to be said about it.</summary>
public sealed record AiImageRequest
{
    /// <summary>As in <see cref="AiCompletionRequest.Model"/>.</summary>
    public string? Model { get; init; }

    /// <summary>The question; null asks the built-in model for format and size, and any other for a description.</summary>
    public string? Prompt { get; init; }

    /// <summary>A PNG, JPEG, GIF or WebP file of at most 10 MiB.</summary>
    public ReadOnlyMemory<byte> Image { get; init; }

    /// <summary>As in <see cref="AiCompletionRequest.MaxTokens"/>.</summary>
    public int? MaxTokens { get; init; }
}
