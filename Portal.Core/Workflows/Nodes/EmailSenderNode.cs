using System.Text.Json;
using Portal.Core.Messages;
using Portal.Core.Workflows.Nodes;

[assembly: Registers<INodeType, EmailSenderNode>]

namespace Portal.Core.Workflows.Nodes;

/// <summary>Sends an e-mail, once.</summary>
internal sealed class EmailSenderNode(MessageService messages) : NodeType<EmailRequest>
{
    public override NodeDescriptor Descriptor { get; } = new()
    {
        Type = "email-sender",
        Title = "Send e-mail",
        Description = "Sends an e-mail through the organization's provider, or the portal's own mail server; without either it waits in the portal's outbox.",
        Icon = "mail",
        Category = "communication",
        HasEffects = true,
        ConfigSchema = NodePorts.Schema("""
            {
              "type": "object",
              "additionalProperties": false,
              "required": ["to", "subject"],
              "properties": {
                "provider": { "type": "string", "title": "Provider", "maxLength": 50, "description": "As sendgrid; the first that is connected, or the portal's mail server, unless given." },
                "to": { "type": "array", "title": "To", "minItems": 1, "maxItems": 50, "items": { "type": "string", "maxLength": 320 }, "examples": [["{{ input.email }}"]] },
                "cc": { "type": "array", "title": "Cc", "maxItems": 50, "items": { "type": "string", "maxLength": 320 } },
                "bcc": { "type": "array", "title": "Bcc", "maxItems": 50, "items": { "type": "string", "maxLength": 320 } },
                "from": { "type": "string", "title": "From", "maxLength": 320, "description": "Mails of the portal's own server come from its address, and answers to them go to this one." },
                "subject": { "type": "string", "title": "Subject", "minLength": 1, "maxLength": 300 },
                "content": {
                  "type": "object", "title": "Content", "additionalProperties": false, "description": "Text, HTML or both; required without a template.",
                  "properties": {
                    "text": { "type": "string", "title": "Text", "maxLength": 500000 },
                    "html": { "type": "string", "title": "HTML", "maxLength": 500000, "description": "Values stand in it as they are; a Format output node in front makes HTML in which they are escaped." }
                  }
                },
                "template_id": { "type": "string", "title": "Template", "maxLength": 200, "description": "One that the provider keeps, in place of content; the portal's own mail server knows none." },
                "template_data": { "type": "object", "title": "Template's values", "description": "By name.", "examples": [{ "name": "{{ input.name }}" }] },
                "attachments": {
                  "type": "array", "title": "Attachments", "maxItems": 10, "description": "5 MiB together.",
                  "items": {
                    "type": "object", "additionalProperties": false, "required": ["filename", "content"],
                    "properties": {
                      "filename": { "type": "string", "title": "File name", "minLength": 1, "maxLength": 200 },
                      "content": { "type": "string", "title": "Content", "description": "Its bytes in base 64, as a File node writes them." },
                      "content_type": { "type": "string", "title": "Media type", "default": "application/octet-stream", "maxLength": 200 }
                    }
                  }
                }
              }
            }
            """),
    };

    public override IEnumerable<(string Field, string Message)> Check(JsonElement config)
    {
        if (config.ValueKind == JsonValueKind.Object && !config.TryGetProperty("content", out _) && !config.TryGetProperty("template_id", out _)) yield return ("content", "content is required without a template.");
    }

    protected override async ValueTask<NodeResult> Run(NodeContext context, EmailRequest config, CancellationToken cancellation)
    {
        context.Actor.Require("messages:write");
        return NodeResult.Done(await Problems.Call(() => context.Once((actor, token) => messages.Send(actor, config, token), cancellation)));
    }
}
