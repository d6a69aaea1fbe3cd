using Portal.Core.Messages;
using Portal.Core.Workflows.Nodes;

[assembly: Registers<INodeType, SmsSenderNode>]

namespace Portal.Core.Workflows.Nodes;

/// <summary>Sends a text message, once.</summary>
internal sealed class SmsSenderNode(MessageService messages) : NodeType<SmsRequest>
{
    public override NodeDescriptor Descriptor { get; } = new()
    {
        Type = "sms-sender",
        Title = "Send SMS",
        Description = "Sends a text message through the organization's provider; without one it waits in the portal's outbox, and the output says so.",
        Icon = "sms",
        Category = "communication",
        HasEffects = true,
        ConfigSchema = NodePorts.Schema("""
            {
              "type": "object",
              "additionalProperties": false,
              "required": ["to", "message"],
              "properties": {
                "provider": { "type": "string", "title": "Provider", "maxLength": 50, "description": "As twilio; the first that is connected unless given." },
                "to": { "type": "string", "title": "To", "minLength": 1, "maxLength": 50, "description": "A number with its country.", "examples": ["{{ input.phone }}", "+15550123456"] },
                "from": { "type": "string", "title": "From", "maxLength": 50, "description": "A number or name that the provider knows." },
                "message": { "type": "string", "title": "Message", "minLength": 1, "maxLength": 1600 },
                "media_urls": { "type": "array", "title": "Media", "maxItems": 10, "items": { "type": "string", "maxLength": 2000 }, "description": "Web addresses of pictures and the like." }
              }
            }
            """),
    };

    protected override async ValueTask<NodeResult> Run(NodeContext context, SmsRequest config, CancellationToken cancellation)
    {
        context.Actor.Require("messages:write");
        return NodeResult.Done(await Problems.Call(() => context.Once((actor, token) => messages.Send(actor, config, token), cancellation)));
    }
}
