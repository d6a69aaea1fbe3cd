using System.Collections.Frozen;
using Portal.Core.Expressions;

namespace Portal.Core.Workflows.Definitions;

/// <summary>What expressions of workflows may name.</summary>
internal static class WorkflowNames
{
    /// <summary>What started the run: the webhook's <c>body</c>, <c>headers</c>, <c>query</c>; the event; the schedule's <c>time</c>.</summary>
    public const string Trigger = "trigger";

    /// <summary>The run's inputs: what a call, form or parent gave; a webhook's body where it is an object; an event's data.</summary>
    public const string Inputs = "inputs";

    /// <summary>By node id: <c>output</c>, <c>status</c>, and <c>error</c> with <c>code</c> and <c>message</c> where it failed, else null. Within loops, the same round's.</summary>
    public const string Nodes = "nodes";
    public const string Variables = "variables";

    /// <summary><c>execution_id</c>, <c>workflow_id</c>, <c>workflow_name</c>, <c>organization_id</c>, <c>mode</c>, <c>started_at</c>, and what the caller gave as context.</summary>
    public const string Context = "context";

    /// <summary>By name; only in fields that may hold secrets.</summary>
    public const string Secrets = "secrets";

    /// <summary>What came over the node's data edges.</summary>
    public const string Input = "input";

    /// <summary>In conditions of edges: the source's output.</summary>
    public const string Output = "output";

    /// <summary>In loops: the item of this round, and its place from 0.</summary>
    public const string Item = "item";
    public const string Index = "index";

    /// <summary>The moment of the evaluation.</summary>
    public const string Now = "now()";

    public static FrozenSet<string> All { get; } = FrozenSet.Create(StringComparer.Ordinal, Trigger, Inputs, Nodes, Variables, Context, Secrets, Input, Output, Item, Index, Now);

    /// <summary>How expressions of workflows are compiled. Values may be larger than a filter's: texts and lists are what workflows make.</summary>
    public static CelOptions Options { get; } = new() { Variables = All, MostSteps = 1_000_000, MostSize = 1_048_576 };
}
