using Portal.Core.Workflows.Nodes;

namespace Portal.Core.Workflows.Triggers;

/// <summary>Which nodes start runs by themselves.</summary>
internal static class TriggerNodes
{
    public const string Webhook = "webhook-trigger";
    public const string Schedule = "schedule-trigger";
    public const string Event = "event-trigger";
    public const string Form = "form-input";

    /// <summary>Whether runs begin at a node. A form begins them where nothing leads to it; elsewhere a run waits for it.</summary>
    public static bool Begins(string typeName, INodeType type, bool hasIncoming) =>
        type.Descriptor.Role == NodeRole.Trigger || (typeName == Form && !hasIncoming);

    /// <summary>What fires a trigger of this type; null of one that only calls start.</summary>
    public static TriggerKind? KindOf(string typeName) => typeName switch
    {
        Webhook => TriggerKind.Webhook,
        Schedule => TriggerKind.Schedule,
        Event => TriggerKind.Event,
        Form => TriggerKind.Form,
        _ => null,
    };
}
