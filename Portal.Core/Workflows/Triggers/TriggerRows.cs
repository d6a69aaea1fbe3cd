using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Nodes;

namespace Portal.Core.Workflows.Triggers;

/// <summary>Keeps the rows of a workflow's triggers in step with it. A row outlives its node: the node may come back with an older version, and its address with it.</summary>
internal sealed class TriggerRows(NodeCatalogue types, IScheduleClock clock, PublicAddress address, IdGenerator ids, TimeProvider time)
{
    /// <summary>Adds and changes the rows, in the unit of work that changes the workflow.</summary>
    /// <param name="latest">The newest version.</param>
    /// <param name="published">The published one; null where none is.</param>
    /// <returns>The rows by node.</returns>
    public async Task<IReadOnlyDictionary<string, TriggerRow>> Sync(PortalDbContext db, Workflow workflow, WorkflowGraph latest, WorkflowGraph? published, CancellationToken cancellation)
    {
        var rows = await Rows(db, workflow.Id, cancellation);
        var live = published is null ? [] : NodesOf(published);
        foreach (var row in rows.Values.Where(row => !live.ContainsKey(row.NodeId))) (row.IsActive, row.NextAt) = (false, null);
        var disabled = published?.Triggers.Where(trigger => !trigger.IsEnabled).Select(trigger => trigger.NodeId).ToHashSet(StringComparer.Ordinal);
        foreach (var node in live.Values) Set(node, published!, workflow.IsActive && !disabled!.Contains(node.Id));
        foreach (var node in NodesOf(latest).Values.Where(node => !live.ContainsKey(node.Id))) Set(node, latest, false);
        return rows;

        void Set(WorkflowNode node, WorkflowGraph graph, bool active)
        {
            if (TriggerNodes.KindOf(node.Type) is not { } kind) return;
            if (rows.TryGetValue(node.Id, out var row) && row.Kind != kind)
            {
                db.Remove(row);
                row = null;
            }

            if (row is null) db.Add(row = rows[node.Id] = New(workflow.Id, node.Id, kind));
            Apply(row, TriggerConfig.Of(node, graph), active);
        }
    }

    /// <summary>The rows by node.</summary>
    public static Task<Dictionary<string, TriggerRow>> Rows(PortalDbContext db, string workflowId, CancellationToken cancellation) =>
        db.WorkflowTriggers.Where(row => row.WorkflowId == workflowId).ToDictionaryAsync(row => row.NodeId, StringComparer.Ordinal, cancellation);

    /// <summary>Every trigger node of a definition, as answers show it.</summary>
    public IReadOnlyList<WorkflowTrigger> Shown(WorkflowGraph graph, IReadOnlyDictionary<string, TriggerRow> rows)
    {
        var disabled = graph.Triggers.Where(trigger => !trigger.IsEnabled).Select(trigger => trigger.NodeId).ToHashSet(StringComparer.Ordinal);
        return [.. NodesOf(graph).Values.Select(node => new WorkflowTrigger
        {
            NodeId = node.Id, Type = node.Type, IsEnabled = !disabled.Contains(node.Id), Url = rows.TryGetValue(node.Id, out var row) ? UrlOf(row) : null,
        })];
    }

    private string? UrlOf(TriggerRow row) => row.Kind switch
    {
        TriggerKind.Webhook => address.Of($"/hooks/{row.Id}"),
        TriggerKind.Form => address.Of($"/forms/{row.Id}"),
        _ => null,
    };

    private void Apply(TriggerRow row, JsonElement config, bool active)
    {
        var text = config.GetRawText();
        // A schedule that goes on as it was keeps its time: whoever saves at that moment must not make it pass.
        var goesOn = active && row.IsActive && row.Config == text;
        (row.IsActive, row.Config) = (active, text);
        if (!goesOn) row.NextAt = active && row.Kind == TriggerKind.Schedule ? clock.Next(config, time.GetUtcNow()) : null;
    }

    private TriggerRow New(string workflowId, string nodeId, TriggerKind kind) => new()
    {
        Id = kind switch
        {
            TriggerKind.Webhook => ids.NewSecret("hook"),
            TriggerKind.Form => ids.NewSecret("form"),
            _ => ids.New("trg"),
        },
        WorkflowId = workflowId, NodeId = nodeId, Kind = kind, Config = "", CreatedAt = time.GetUtcNow(),
    };

    private Dictionary<string, WorkflowNode> NodesOf(WorkflowGraph graph)
    {
        var led = graph.Edges.Select(edge => edge.TargetNodeId).ToHashSet(StringComparer.Ordinal);
        var found = new Dictionary<string, WorkflowNode>(StringComparer.Ordinal);
        foreach (var node in graph.Nodes)
        {
            if (types.Find(node.Type) is { } type && TriggerNodes.Begins(node.Type, type, led.Contains(node.Id))) found.TryAdd(node.Id, node);
        }

        return found;
    }
}
