using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Core.Shared.Http;
using Portal.Core.Shared.Json;

namespace Portal.Core.Ai.Models;

/// <summary>A model of the organization's own, as the API answers with it.</summary>
public sealed record AiModelResource : IResource
{
    public static string Kind => "model";
    public static string Plural => "models";

    /// <summary>The same as <see cref="ModelId"/>.</summary>
    public required string Id { get; init; }

    /// <summary>The name that the organization chose.</summary>
    public required string ModelId { get; init; }
    public required string? Description { get; init; }
    public required string Version { get; init; }

    /// <summary>Where it answers.</summary>
    public required string Url { get; init; }

    /// <summary>Headers of every call; their values are masked.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>JSON Schema, draft 2020-12, that an input must fit; null takes every object.</summary>
    public required JsonObject? InputSchema { get; init; }

    /// <summary>Seconds that it has for its whole answer.</summary>
    public required int TimeoutSeconds { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    internal static AiModelResource Of(AiModel row, IReadOnlyDictionary<string, string> headers) => new()
    {
        Id = row.ModelId,
        ModelId = row.ModelId,
        Description = row.Description,
        Version = row.Version,
        Url = row.Url,
        Headers = headers.ToDictionary(header => header.Key, header => SecretHeaders.Mask(header.Value), StringComparer.OrdinalIgnoreCase),
        InputSchema = row.InputSchema is { } schema ? JsonNode.Parse(schema)!.AsObject() : null,
        TimeoutSeconds = row.TimeoutSeconds,
        CreatedAt = row.CreatedAt,
        UpdatedAt = row.UpdatedAt,
    };
}

/// <summary>A model to register.</summary>
public sealed record AiModelInput
{
    /// <summary>A name of letters, digits, <c>.</c>, <c>_</c> and <c>-</c>, at most 100; it cannot be changed.</summary>
    [Required]
    public string? ModelId { get; init; }

    /// <summary>At most 500 characters.</summary>
    public string? Description { get; init; }

    /// <summary>At most 50 characters; <c>1</c> when absent.</summary>
    public string? Version { get; init; }

    /// <summary>Where it answers; https, or http.</summary>
    [Required]
    public string? Url { get; init; }

    /// <summary>Headers of every call, as <c>Authorization</c>, at most 20. They are kept encrypted and shown masked.</summary>
    public IReadOnlyDictionary<string, string?>? Headers { get; init; }

    /// <summary>JSON Schema, draft 2020-12, that an input must fit; at most 64 KiB.</summary>
    public JsonElement? InputSchema { get; init; }

    /// <summary>Seconds that it has for its whole answer, 1 to 120; 30 when absent.</summary>
    public int? TimeoutSeconds { get; init; }
}

/// <summary>Changes to a model: fields that are absent stay, null empties a field.</summary>
public sealed record AiModelPatch
{
    public Optional<string?> Description { get; init; }
    public Optional<string?> Version { get; init; }
    public Optional<string?> Url { get; init; }

    /// <summary>Replaces all headers; a value that is the mask of the one that stands keeps it.</summary>
    public Optional<IReadOnlyDictionary<string, string?>?> Headers { get; init; }
    public Optional<JsonElement?> InputSchema { get; init; }
    public Optional<int?> TimeoutSeconds { get; init; }
}

/// <summary>A question to a model of the organization's own.</summary>
public sealed record CustomModelRequest
{
    /// <summary>The model's name; it may be absent, since the path holds it.</summary>
    public string? ModelId { get; init; }

    /// <summary>The version that is expected; another than the registered one is refused.</summary>
    public string? Version { get; init; }

    /// <summary>What the model is asked; it must fit the model's <c>input_schema</c>.</summary>
    [Required]
    public JsonElement? Input { get; init; }

    /// <summary>How the model is to work, as it understands it.</summary>
    public JsonElement? Parameters { get; init; }
}

/// <summary>What a model of the organization's own answered.</summary>
public sealed record CustomModelResponse
{
    public required string ModelId { get; init; }

    /// <summary>The version that answered: what the model says, else what is registered.</summary>
    public required string Version { get; init; }
    public required JsonObject Output { get; init; }

    /// <summary>How sure the model is, 0 to 1; null where it does not say.</summary>
    public required double? ConfidenceScore { get; init; }

    /// <summary>Milliseconds from the request to the whole answer.</summary>
    public required long ProcessingTimeMs { get; init; }

    /// <summary>What the model says besides; null where it says nothing.</summary>
    public required JsonObject? Metadata { get; init; }
}
