using System.Text.Json.Nodes;

namespace Portal.Bench.Workflows;

/// <summary>The workflows that are measured; each begins with a webhook that answers when the run has ended.</summary>
internal static class FlowSamples
{
    /// <summary>A webhook and so many nodes behind each other, each of which sets a field.</summary>
    public static JsonObject Chain(int nodes)
    {
        var made = new JsonArray { Hook() };
        var edges = new JsonArray();
        for (var i = 1; i <= nodes; i++)
        {
            made.Add(Set($"n{i}", "{{ input }}"));
            edges.Add(Edge($"e{i}", i == 1 ? "hook" : $"n{i - 1}", "output", $"n{i}", "input"));
        }

        return Workflow($"Chain of {nodes}", made, edges);
    }

    /// <summary>A webhook, so many branches beside each other, and a merge.</summary>
    public static JsonObject Parallel(int branches)
    {
        var made = new JsonArray { Hook(), new JsonObject { ["id"] = "all", ["type"] = "merge", ["title"] = "All", ["config"] = new JsonObject() } };
        var edges = new JsonArray();
        for (var i = 1; i <= branches; i++)
        {
            made.Add(Set($"n{i}", "{{ input }}"));
            edges.Add(Edge($"a{i}", "hook", "output", $"n{i}", "input"));
            edges.Add(Edge($"b{i}", $"n{i}", "output", "all", "input"));
        }

        return Workflow($"{branches} branches", made, edges);
    }

    /// <summary>A webhook and a loop over so many items with one node for each.</summary>
    public static JsonObject ForEach(int items, int concurrency)
    {
        var list = new JsonArray([.. Enumerable.Range(0, items).Select(i => (JsonNode)i)]);
        var made = new JsonArray
        {
            Hook(), Set("item", "{{ {'item': item} }}"),
            new JsonObject { ["id"] = "each", ["type"] = "for-each", ["title"] = "Each", ["config"] = new JsonObject { ["items"] = list, ["concurrency"] = concurrency, ["most_items"] = items } },
        };
        var edges = new JsonArray { Edge("e1", "hook", "output", "each", "input"), Edge("e2", "each", "item", "item", "input"), Edge("e3", "item", "output", "each", "back") };
        return Workflow($"{items} items", made, edges);
    }

    /// <summary>A webhook that answers at once, and so many contacts that are made one after the other, named by run and step.</summary>
    public static JsonObject Contacts(int nodes)
    {
        var made = new JsonArray { Hook("immediately") };
        var edges = new JsonArray();
        for (var i = 1; i <= nodes; i++)
        {
            made.Add(new JsonObject
            {
                ["id"] = $"n{i}", ["type"] = "database-query", ["title"] = $"Contact {i}",
                ["config"] = new JsonObject { ["resource"] = "contacts", ["operation"] = "create", ["values"] = new JsonObject { ["name"] = $"{{{{ context.execution_id }}}} {i}" } },
            });
            edges.Add(Edge($"e{i}", i == 1 ? "hook" : $"n{i - 1}", "output", $"n{i}", "input"));
        }

        return Workflow($"{nodes} contacts", made, edges);
    }

    private static JsonObject Hook(string respond = "when_finished") =>
        new() { ["id"] = "hook", ["type"] = "webhook-trigger", ["title"] = "Webhook", ["config"] = new JsonObject { ["respond"] = respond } };

    private static JsonObject Set(string id, string data) => new()
    {
        ["id"] = id, ["type"] = "data-transformation", ["title"] = id,
        ["config"] = new JsonObject
        {
            ["data"] = data,
            ["operations"] = new JsonArray { new JsonObject { ["operation"] = "set", ["values"] = new JsonObject { ["done"] = true, ["number"] = "{{ inputs.number }}" } } },
        },
    };

    private static JsonObject Edge(string id, string source, string sourcePort, string target, string targetPort) => new()
    {
        ["id"] = id, ["source_node_id"] = source, ["source_port"] = sourcePort, ["target_node_id"] = target, ["target_port"] = targetPort, ["type"] = "data",
    };

    private static JsonObject Workflow(string name, JsonArray nodes, JsonArray edges) => new() { ["name"] = name, ["nodes"] = nodes, ["edges"] = edges };
}
