using Portal.Core.Shared.Json;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Workflows.Definitions;

/// <summary>A new workflow.</summary>
public record WorkflowInput
{
    /// <summary>At most 200 characters.</summary>
    public string? Name { get; init; }

    /// <summary>At most 2000 characters.</summary>
    public string? Description { get; init; }

    /// <summary>At most 100 characters; lists can be filtered by it.</summary>
    public string? Category { get; init; }

    /// <summary>At most 20 of at most 50 characters.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Whether its triggers start runs once a version is published; true unless given.</summary>
    public bool? IsActive { get; init; }
    public IReadOnlyList<WorkflowNode>? Nodes { get; init; }
    public IReadOnlyList<WorkflowEdge>? Edges { get; init; }
    public IReadOnlyList<WorkflowVariable>? Variables { get; init; }

    /// <summary>Trigger nodes that shall not start runs; those that are not named are enabled.</summary>
    public IReadOnlyList<WorkflowTrigger>? Triggers { get; init; }
    public WorkflowSettings? Settings { get; init; }

    /// <summary>What the author says of this version; at most 500 characters.</summary>
    public string? Note { get; init; }
}

/// <summary>A workflow from elsewhere: what <c>GET /workflows/{id}/export</c> answers, or a definition as Auterity writes it.</summary>
public sealed record WorkflowImport : WorkflowInput
{
    /// <summary><c>portal.workflow/1</c>; absent where another program wrote the definition.</summary>
    public string? Format { get; init; }
}

/// <summary>A change of a workflow. Fields that are absent stay as they are.</summary>
public sealed record WorkflowPatch
{
    public Optional<string> Name { get; init; }
    public Optional<string?> Description { get; init; }
    public Optional<string?> Category { get; init; }
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Whether its triggers start runs.</summary>
    public bool? IsActive { get; init; }

    /// <summary>The version that the change was made from; when a newer one exists, the change is a conflict.</summary>
    public int? Version { get; init; }
    public IReadOnlyList<WorkflowNode>? Nodes { get; init; }
    public IReadOnlyList<WorkflowEdge>? Edges { get; init; }
    public IReadOnlyList<WorkflowVariable>? Variables { get; init; }
    public IReadOnlyList<WorkflowTrigger>? Triggers { get; init; }
    public WorkflowSettings? Settings { get; init; }

    /// <summary>What the author says of the new version; at most 500 characters.</summary>
    public string? Note { get; init; }

    internal bool ChangesGraph => Nodes is not null || Edges is not null || Variables is not null || Triggers is not null || Settings is not null;
}

/// <summary>Which version is meant.</summary>
public sealed record VersionChoice
{
    /// <summary>The latest unless given.</summary>
    public int? Version { get; init; }
}

/// <summary>A copy of a workflow.</summary>
public sealed record WorkflowCopy
{
    /// <summary>The copy's name; that of the original with “(copy)” unless given.</summary>
    public string? Name { get; init; }
}

/// <summary>Which workflows a list shows; everything that is given must match.</summary>
public sealed record WorkflowFilter
{
    /// <summary>Part of the name or the description, in any case.</summary>
    public string? Search { get; init; }
    public string? Category { get; init; }
    public bool? IsActive { get; init; }

    /// <summary><c>draft</c> or <c>published</c>.</summary>
    public string? Status { get; init; }

    internal void Check()
    {
        var faults = new Faults();
        faults.Text("search", Search);
        faults.Text("category", Category);
        faults.OneOf("status", Status, "draft", "published");
        faults.ThrowIfAny();
    }
}
