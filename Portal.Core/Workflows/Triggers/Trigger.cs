using System.Text.Json;
using Portal.Core.Shared.Data;
using Portal.Core.Workflows.Engine;
using Portal.Core.Workflows.Forms;

namespace Portal.Core.Workflows.Triggers;

/// <summary>A trigger that is reached by its address, at hand in memory.</summary>
/// <param name="config">The configuration, its secrets in the clear.</param>
internal sealed class Trigger(TriggerRow row, JsonElement config)
{
    private HookSettings? _hook;
    private FormDefinition? _form;

    public string Id => row.Id;

    public TriggerKind Kind => row.Kind;

    public bool IsActive => row.IsActive;

    public string WorkflowId => row.WorkflowId;

    public string NodeId => row.NodeId;

    public Tenant Tenant { get; } = new(row.OrganizationId, row.Mode);

    /// <summary>The settings of a webhook.</summary>
    public HookSettings Hook => _hook ??= HookSettings.Of(config);

    /// <summary>The form of a form.</summary>
    public FormDefinition Form => _form ??= FormDefinition.Of(config);

    /// <summary>The run that something at this trigger starts.</summary>
    public ExecutionStart Starts(string type, JsonElement trigger, JsonElement inputs) => new()
    {
        Tenant = Tenant,
        WorkflowId = WorkflowId,
        TriggerType = type,
        TriggerNodeId = NodeId,
        Trigger = trigger,
        Inputs = inputs,
        Context = Definitions.Json.EmptyObject,
        CreatedBy = NodeId,
    };
}
