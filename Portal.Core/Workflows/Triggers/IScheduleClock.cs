using System.Text.Json;

namespace Portal.Core.Workflows.Triggers;

/// <summary>When schedules fire.</summary>
internal interface IScheduleClock
{
    /// <summary>The first time after a moment at which a schedule node of this configuration fires; null for never.</summary>
    DateTimeOffset? Next(JsonElement config, DateTimeOffset after);
}

internal sealed class ScheduleClock : IScheduleClock
{
    public DateTimeOffset? Next(JsonElement config, DateTimeOffset after) => Schedule.TryRead(config, out var schedule, out _) ? schedule.Next(after) : null;
}
