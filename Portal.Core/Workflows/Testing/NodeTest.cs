using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Portal.Core.Workflows.Testing;

/// <summary>What a node is tried with.</summary>
public sealed record NodeTestInput
{
    /// <summary>The node to try.</summary>
    [Required]
    public string? NodeId { get; init; }

    /// <summary>The version that the node is of; the newest unless given.</summary>
    public int? Version { get; init; }

    /// <summary>Another configuration than the version's, to try what is not saved yet.</summary>
    public JsonElement? Config { get; init; }

    /// <summary>What comes over the node's edges.</summary>
    public JsonElement? Input { get; init; }

    /// <summary>What expressions know as <c>inputs</c>; an object.</summary>
    public JsonElement? Inputs { get; init; }

    /// <summary>What expressions know as <c>trigger</c>; an object.</summary>
    public JsonElement? Trigger { get; init; }

    /// <summary>Outputs of other nodes, by node id.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Nodes { get; init; }

    /// <summary>The item of a loop's round.</summary>
    public JsonElement? Item { get; init; }
}

/// <summary>What came of trying a node.</summary>
public sealed record NodeTestResult
{
    /// <summary><c>completed</c>, <c>failed</c>, or <c>waiting</c> where the node would wait for a time, a person or another run.</summary>
    public required string Status { get; init; }

    /// <summary>What it gave.</summary>
    public required JsonElement? Output { get; init; }

    /// <summary>The ports that would be followed; null is all but <c>error</c>.</summary>
    public required IReadOnlyList<string>? Ports { get; init; }

    /// <summary>The configuration that it ran with, its expressions filled in and secrets masked, and the input.</summary>
    public required JsonElement? InputData { get; init; }
    public required string? ErrorCode { get; init; }
    public required string? ErrorMessage { get; init; }

    /// <summary>What it would wait for.</summary>
    public required string? WaitsFor { get; init; }
    public required long DurationMs { get; init; }
    public required int ApiCallsCount { get; init; }
    public required long TokensUsed { get; init; }

    /// <summary>In the operator's currency, by the prices of <c>Ai:*</c>.</summary>
    public required double CostEstimate { get; init; }
}
