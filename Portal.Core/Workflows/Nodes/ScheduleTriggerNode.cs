using System.Text.Json;
using Portal.Core.Workflows.Nodes;
using Portal.Core.Workflows.Triggers;

[assembly: Registers<INodeType, ScheduleTriggerNode>]

namespace Portal.Core.Workflows.Nodes;

/// <summary><c>schedule-trigger</c>: runs at times of a cron expression, or every so many minutes.</summary>
internal sealed class ScheduleTriggerNode(TimeProvider time) : INodeType
{
    public const string Type = TriggerNodes.Schedule;

    public NodeDescriptor Descriptor { get; } = new()
    {
        Type = Type,
        Title = "Schedule",
        Description = "Starts a run at times of a cron expression in a time zone, or every so many minutes.",
        Icon = "schedule",
        Category = "trigger",
        Role = NodeRole.Trigger,
        Inputs = [],
        ConfigSchema = NodePorts.Schema($$"""
            {
              "type": "object",
              "properties": {
                "cron": {
                  "type": "string", "title": "Cron expression", "x-literal": true, "maxLength": 200,
                  "description": "Five fields (minute, hour, day of month, month, day of week), or six with seconds in front. 0 9 * * 1-5 is nine o'clock on working days. Days of the week are 0 to 7, both of which are Sunday, or SUN to SAT; where days of both kinds are given, either is enough. L is the last day of the month, 15W the working day nearest to the 15th, 5L the last Friday, 1#2 the second Monday. {{"{{"}} variables.NAME {{"}}"}} stands for a variable's value, here and in the other fields."
                },
                "time_zone": { "type": "string", "title": "Time zone", "x-literal": true, "default": "UTC", "description": "An IANA name, as Europe/Berlin; UTC where it is absent. A time that the clocks skip fires at the end of the gap, one that they repeat fires once." },
                "every_minutes": { "type": "integer", "title": "Every … minutes", "minimum": 1, "maximum": {{Schedule.MostMinutes}}, "description": "Instead of a cron expression. Counted from the full hour where it divides one." },
                "misfire": { "enum": ["run_once", "skip"], "title": "Missed times", "default": "run_once", "description": "What is done about times that passed while the portal was down: one run for all of them, or none." }
              },
              "additionalProperties": false
            }
            """),
    };

    public IEnumerable<(string Field, string Message)> Check(JsonElement config)
    {
        if (!Schedule.TryRead(config, out var schedule, out var fault)) yield return fault;
        else if (schedule.Next(time.GetUtcNow()) is null) yield return (Schedule.CronSetting, "This cron expression never fires.");
    }

    public ValueTask<NodeResult> Run(NodeContext context, CancellationToken cancellation) => ValueTask.FromResult(NodeResult.Done(context.Trigger));
}
