using System.Text.Json;
using Portal.Core.Workflows.Nodes;
using Portal.Core.Workflows.Triggers;

[assembly: Registers<INodeType, WebhookTriggerNode>]

namespace Portal.Core.Workflows.Nodes;

/// <summary><c>webhook-trigger</c>: a request to its address starts a run.</summary>
internal sealed class WebhookTriggerNode : INodeType
{
    public const string Type = TriggerNodes.Webhook;

    public NodeDescriptor Descriptor { get; } = new()
    {
        Type = Type,
        Title = "Webhook",
        Description = "Starts a run for each request to an address of its own. The output has method, path, query, headers and body.",
        Icon = "webhook",
        Category = "trigger",
        Role = NodeRole.Trigger,
        Inputs = [],
        ConfigSchema = NodePorts.Schema($$"""
            {
              "type": "object",
              "properties": {
                "methods": {
                  "type": "array", "title": "Methods", "items": { "enum": ["GET", "POST", "PUT", "PATCH", "DELETE"] }, "uniqueItems": true, "maxItems": 5, "default": ["{{HookSettings.DefaultMethod}}"],
                  "description": "Those that start a run; POST where none is named."
                },
                "authentication": { "enum": ["none", "header", "hmac"], "title": "Authentication", "default": "none", "description": "none trusts whoever knows the address; header compares a header with the secret; hmac wants sha256= and the HMAC-SHA256 of the body in hex." },
                "header": { "type": "string", "title": "Header", "x-literal": true, "pattern": "^[A-Za-z0-9-]{1,64}$", "description": "Where the secret or the signature comes in: {{HookSettings.SecretHeader}} or X-Webhook-Signature unless another is named." },
                "secret": { "type": "string", "title": "Secret", "x-secret": true, "maxLength": 500, "description": "Best a secret of the workflow, as {{"{{"}} secrets.HOOK {{"}}"}}." },
                "respond": { "enum": ["immediately", "when_finished"], "title": "Answer", "default": "immediately", "description": "immediately answers 202 with execution_id; when_finished waits and answers with the run's output: of an output-formatter its content, with the status and headers that it names, of all else the data as JSON. A run that fails is answered with 422, error_code and execution_id; give a run that goes on by an error edge an output-formatter of its own there." },
                "wait_seconds": { "type": "integer", "title": "Longest wait", "minimum": 1, "maximum": {{HookSettings.LongestWait}}, "default": {{HookSettings.DefaultWait}}, "description": "Seconds; a run that takes longer is answered with 202." }
              },
              "additionalProperties": false
            }
            """),
    };

    public IEnumerable<(string Field, string Message)> Check(JsonElement config)
    {
        if (config.ValueKind != JsonValueKind.Object || !config.TryGetProperty("authentication", out var kind) || kind.ValueEquals("none")) yield break;
        if (!config.TryGetProperty("secret", out var secret) || secret.ValueKind != JsonValueKind.String || string.IsNullOrWhiteSpace(secret.GetString()))
            yield return ("secret", "This authentication needs a secret.");
    }

    public ValueTask<NodeResult> Run(NodeContext context, CancellationToken cancellation) => ValueTask.FromResult(NodeResult.Done(context.Trigger));
}
