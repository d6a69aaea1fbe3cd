using System.Text.Json;
using Portal.Core.Access;
using Portal.Core.Shared.Json;
using Portal.Core.Workflows.Definitions;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;
using Portal.Tests.Workflows.Data;

namespace Portal.Tests.Workflows.Frozen;

/// <summary>Definitions that were written once are read for ever. The files are never changed; new forms get new files.</summary>
public sealed class FrozenDefinitionTests(SqliteCore core) : IClassFixture<SqliteCore>
{
    private readonly Actor _actor = Actor.System(core.NewTenant());
    private readonly DefinitionsBench _bench = new(core);

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public void Stored_definition_of_the_first_form_is_read_and_written_as_it_was()
    {
        var text = File("stored-1").TrimEnd();
        var graph = StoredGraph.Read(text);
        Assert.Equal(
            (3, 3, 2, NodeFailure.Continue, 0.5, EdgeType.Conditional, 7),
            (graph.Nodes.Count, graph.Edges.Count, graph.Variables.Count, graph.Nodes[1].Settings!.OnError, graph.Nodes[1].Settings!.Retry!.DelaySeconds, graph.Edges[1].Type, graph.Settings.Priority));
        Assert.Equal(text, StoredGraph.Write(graph));
    }

    [Fact]
    public void Stored_definition_with_less_or_more_than_today_is_read()
    {
        var graph = StoredGraph.Read("""{"nodes":[{"id":"a","type":"b","future":1}],"edges":[{"id":"e","source_node_id":"a","target_node_id":"a"}],"later":{}}""");
        Assert.Equal(("output", "input", EdgeType.Data, 5), (graph.Edges[0].SourcePort, graph.Edges[0].TargetPort, graph.Edges[0].Type, graph.Settings.Priority));
        Assert.Empty(graph.Variables);
    }

    [Fact]
    public async Task Export_of_the_first_format_is_imported_whole()
    {
        var imported = await Import("export-1");
        var again = JsonSerializer.SerializeToElement(await _bench.Transfer.Export(_actor.Tenant, imported.Id, null, None), PortalJson.Options);
        var file = JsonElement.Parse(File("export-1"));
        foreach (var field in file.EnumerateObject().Where(field => field.Name is not ("version" or "secrets")))
            Assert.True(JsonElement.DeepEquals(field.Value, again.GetProperty(field.Name)), $"{field.Name}: {again.GetProperty(field.Name)}");
    }

    [Fact]
    public async Task Definition_as_Auterity_writes_it_is_imported()
    {
        var imported = await Import("auterity-1");
        Assert.Equal(("Support triage", 1, 2, "support"), (imported.Name, imported.Version, imported.Nodes.Count, imported.Variables[0].DefaultValue!.Value.GetString()));
        Assert.NotEqual("5b8f0c1e-7f3a-4f63-9d8e-1f6d0a4f2b11", imported.Id);
        Assert.Equal(_actor.Tenant.OrganizationId, imported.OrganizationId);
        Assert.True(Assert.Single(imported.Triggers).IsEnabled);
    }

    private Task<WorkflowResource> Import(string file) => _bench.Transfer.Import(_actor, JsonSerializer.Deserialize<WorkflowImport>(File(file), PortalJson.Options)!, None);

    private static string File(string name) => System.IO.File.ReadAllText(Repository.PathOf("Portal.Tests", "Workflows", "Frozen", "Files", name + ".json"));
}
