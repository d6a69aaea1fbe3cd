using System.Text.Json;

namespace Portal.Core.Workflows.Definitions;

/// <summary>What a version of a workflow does: the part of Auterity's WorkflowDefinition that versions keep.</summary>
public sealed record WorkflowGraph
{
    public IReadOnlyList<WorkflowNode> Nodes { get; init; } = [];
    public IReadOnlyList<WorkflowEdge> Edges { get; init; } = [];
    public IReadOnlyList<WorkflowVariable> Variables { get; init; } = [];

    /// <summary>What is said of trigger nodes beyond the nodes themselves; one that is not named here is enabled.</summary>
    public IReadOnlyList<WorkflowTrigger> Triggers { get; init; } = [];
    public WorkflowSettings Settings { get; init; } = new();
}

/// <summary>A step of a workflow.</summary>
public sealed record WorkflowNode
{
    /// <summary>Unique in the workflow: letters, digits, <c>_</c> and <c>-</c>, at most 64. Expressions name the node by it.</summary>
    public required string Id { get; init; }

    /// <summary>The node type, as <c>data-transformation</c>; <c>GET /api/v1/node-types</c> lists them.</summary>
    public required string Type { get; init; }

    /// <summary>Where it stands on the canvas.</summary>
    public NodePosition Position { get; init; } = new(0, 0);
    public string Title { get; init; } = "";
    public string? Description { get; init; }

    /// <summary>What the node type's schema describes. Texts may hold <c>{{ … }}</c>: expressions whose values take their place.</summary>
    public JsonElement Config { get; init; }

    /// <summary>The ports that edges end at; those of the node type unless given.</summary>
    public IReadOnlyList<NodePort>? Inputs { get; init; }

    /// <summary>The ports that edges begin at; those of the node type unless given.</summary>
    public IReadOnlyList<NodePort>? Outputs { get; init; }

    /// <summary>What must hold of the node's input before it runs.</summary>
    public IReadOnlyList<ValidationRule>? Validation { get; init; }

    /// <summary>Time-out, retries, and what a failure leads to.</summary>
    public NodeSettings? Settings { get; init; }
}

/// <summary>A place on the canvas, in its own pixels.</summary>
public sealed record NodePosition(double X, double Y);

/// <summary>Where an edge may be attached.</summary>
public sealed record NodePort
{
    /// <summary>Unique among the node's inputs, or its outputs.</summary>
    public required string Id { get; init; }
    public string? Label { get; init; }

    /// <summary><c>any</c>, <c>object</c>, <c>list</c>, <c>string</c>, <c>number</c>, <c>boolean</c> or <c>file</c>.</summary>
    public string Type { get; init; } = "any";

    /// <summary>Whether an edge must be attached.</summary>
    public bool Required { get; init; }
}

/// <summary>A condition on a node's input or a template's parameter.</summary>
public sealed record ValidationRule
{
    /// <summary>A CEL expression that must be true. On a node it sees what the node's expressions see; on a parameter, <c>value</c>.</summary>
    public required string Rule { get; init; }

    /// <summary>What is said where it is not.</summary>
    public string? Message { get; init; }
}

/// <summary>How an edge is followed. Stored by name.</summary>
public enum EdgeType
{
    /// <summary>Followed when its port is; the source's output becomes the target's input.</summary>
    Data,

    /// <summary>Followed when its port is; order alone, without data.</summary>
    Control,

    /// <summary>As <see cref="Data"/>, where its condition holds as well.</summary>
    Conditional,
}

/// <summary>From a node's output port to another's input port.</summary>
public sealed record WorkflowEdge
{
    /// <summary>Unique in the workflow.</summary>
    public required string Id { get; init; }
    public required string SourceNodeId { get; init; }
    public string SourcePort { get; init; } = "output";
    public required string TargetNodeId { get; init; }
    public string TargetPort { get; init; } = "input";
    public EdgeType Type { get; init; }

    /// <summary>A CEL expression; of a conditional edge only. It sees what the source's expressions see, and its output.</summary>
    public string? Condition { get; init; }
}

/// <summary>A value that expressions know as <c>variables.NAME</c>.</summary>
public sealed record WorkflowVariable
{
    public required string Name { get; init; }

    /// <summary><c>string</c>, <c>number</c>, <c>boolean</c>, <c>object</c> or <c>list</c>.</summary>
    public string Type { get; init; } = "string";

    /// <summary>The value; of the type.</summary>
    public JsonElement? DefaultValue { get; init; }
    public string? Description { get; init; }
}

/// <summary>Whether a trigger node starts runs by itself.</summary>
public sealed record WorkflowTrigger
{
    /// <summary>The trigger node.</summary>
    public required string NodeId { get; init; }

    /// <summary>The node's type; in answers.</summary>
    public string? Type { get; init; }
    public bool IsEnabled { get; init; } = true;

    /// <summary>Where a webhook or form trigger is reached; in answers.</summary>
    public string? Url { get; init; }
}

/// <summary>How runs of a workflow behave.</summary>
public sealed record WorkflowSettings
{
    /// <summary>Seconds that a run may take in all, waiting included; null is no limit.</summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>Runs at once; null is no limit. Others wait.</summary>
    public int? MaxConcurrency { get; init; }

    /// <summary>0 to 9; of runs that wait, those of a higher priority begin first.</summary>
    public int Priority { get; init; } = 5;
}

/// <summary>How a node's run is bounded, and what its failure leads to.</summary>
public sealed record NodeSettings
{
    /// <summary>Seconds that one attempt may take; null leaves it to the node type (60 unless it says otherwise).</summary>
    public int? TimeoutSeconds { get; init; }
    public RetrySettings? Retry { get; init; }
    public NodeFailure OnError { get; init; }
}

/// <summary>Further attempts after a failure that may pass.</summary>
public sealed record RetrySettings
{
    /// <summary>Attempts in all, the first included; 1 is no retry.</summary>
    public int MaxAttempts { get; init; } = 1;

    /// <summary>Seconds before the second attempt.</summary>
    public double DelaySeconds { get; init; } = 1;

    /// <summary>What each further pause is multiplied by; 1 keeps it the same.</summary>
    public double Backoff { get; init; } = 2;

    /// <summary>Longest pause in seconds.</summary>
    public double MaxDelaySeconds { get; init; } = 300;
}

/// <summary>What follows when a node has failed for good. Stored by name.</summary>
public enum NodeFailure
{
    /// <summary>The run fails, unless edges begin at the node's port <c>error</c>: then they are followed.</summary>
    Stop,

    /// <summary>The run goes on as if the node had succeeded; its output is <c>{"error": …}</c>.</summary>
    Continue,
}
