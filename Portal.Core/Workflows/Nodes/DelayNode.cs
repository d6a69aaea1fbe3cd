using System.Text.Json;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Nodes;

[assembly: Registers<INodeType, DelayNode>]

namespace Portal.Core.Workflows.Nodes;

/// <summary>Waits, holding nothing meanwhile.</summary>
internal sealed class DelayNode(TimeProvider time) : NodeType<DelayNode.Settings>
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    public override NodeDescriptor Descriptor { get; } = new()
    {
        Type = "delay",
        Title = "Delay",
        Description = "Waits for some time, or until a moment, and goes on with its input. It outlives restarts.",
        Icon = "hourglass_empty",
        Category = "flow",
        ConfigSchema = NodePorts.Schema("""
            {
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "seconds": { "type": "number", "title": "Seconds", "minimum": 0, "maximum": 31622400, "description": "How long to wait; a year at most. Or give until.", "examples": [3600] },
                "until": { "type": "string", "title": "Until", "minLength": 1, "maxLength": 64, "description": "A date and time (ISO 8601), within a year; one that is past waits for nothing. Without an offset it is the time zone's.", "examples": ["2024-03-31T09:00:00", "{{ input.due_at }}"] },
                "time_zone": { "type": "string", "title": "Time zone", "default": "UTC", "maxLength": 64, "description": "Of until, where it has no offset.", "examples": ["Europe/Berlin"] }
              }
            }
            """),
    };

    public override IEnumerable<(string Field, string Message)> Check(JsonElement config)
    {
        var given = config.ValueKind == JsonValueKind.Object ? config.EnumerateObject().Count(field => field.Name is "seconds" or "until") : 0;
        if (given != 1) yield return ("seconds", "Give either seconds or until.");
    }

    protected override ValueTask<NodeResult> Run(NodeContext context, Settings config, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var moment = config.Seconds is { } seconds ? now.AddSeconds(seconds) : Until(config);
        if (moment - now > Longest) throw new NodeException("DELAY_TOO_LONG", "A delay ends within a year.");
        return new(context.Resumed is not null || moment <= now ? NodeResult.Done(context.Input.OrNull()) : NodeResult.WaitUntil(moment));
    }

    private static DateTimeOffset Until(Settings config) => LocalTime.Read(config.Until!, LocalTime.Zone(config.TimeZone))
        ?? throw new NodeException("INVALID_TIME", "until is not a date and time such as 2024-03-31T09:00:00.");

    internal sealed record Settings
    {
        public double? Seconds { get; init; }
        public string? Until { get; init; }
        public string TimeZone { get; init; } = "UTC";
    }
}
