using System.Text.Json;
using Portal.Core.Access;
using Portal.Core.Shared;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;
using Portal.Core.Shared.Json;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Definitions.Checking;
using Portal.Core.Workflows.Nodes;
using Portal.Core.Workflows.Templates;
using Portal.Core.Workflows.Triggers;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Workflows.Data;

/// <summary>The services of definitions with the node types of the tests and a clock of schedules that says noon of the next day.</summary>
internal sealed class DefinitionsBench
{
    public DefinitionsBench(CoreHost core)
    {
        var types = new NodeCatalogue(SampleNode.All);
        var (store, audit, signals, ids) = (core.Get<PortalStore>(), core.Get<AuditLog>(), core.Get<IClusterSignals>(), core.Get<IdGenerator>());
        var triggers = new TriggerRows(types, new Noons(), core.Get<PublicAddress>(), ids, core.Time);
        var rows = new WorkflowRows(types, triggers, audit, signals, ids, core.Time);
        var (reader, checker) = (new GraphReader(types, 500), new WorkflowChecker(types));
        Workflows = new WorkflowService(store, rows, reader, audit, signals);
        Versions = new WorkflowVersions(store, rows, checker, reader, audit);
        Transfer = new WorkflowTransfer(store, Workflows);
        Secrets = new WorkflowSecretService(store, core.Get<WorkflowSecrets>(), rows, audit);
        Templates = new TemplateService(store, rows, checker, reader, triggers, core.Get<WorkflowSecrets>(), audit, ids);
        Reviews = new TemplateReviews(store, ids, rows);
    }

    public WorkflowService Workflows { get; }
    public WorkflowVersions Versions { get; }
    public WorkflowTransfer Transfer { get; }
    public WorkflowSecretService Secrets { get; }
    public TemplateService Templates { get; }
    public TemplateReviews Reviews { get; }

    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, PortalJson.Options)!;

    private sealed class Noons : IScheduleClock
    {
        public DateTimeOffset? Next(JsonElement config, DateTimeOffset after) => new DateTimeOffset(after.UtcDateTime.Date, TimeSpan.Zero).AddHours(36);
    }
}
