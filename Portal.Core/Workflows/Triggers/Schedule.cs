using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Portal.Core.Workflows.Nodes;
using Quartz;

namespace Portal.Core.Workflows.Triggers;

/// <summary>What is done about a time that passed while no portal ran.</summary>
internal enum Misfire
{
    /// <summary>One run makes up for all of them.</summary>
    RunOnce,

    /// <summary>Nothing; the next time counts.</summary>
    Skip,
}

/// <summary>
/// When a schedule fires, as its node is configured. A cron expression is read in its time zone's wall time: a time that
/// the clocks skip fires once, at the end of the gap; a time that they repeat fires once, the first time round.
/// </summary>
internal sealed record Schedule
{
    public const string CronSetting = "cron";
    public const string ZoneSetting = "time_zone";
    public const string EverySetting = "every_minutes";
    public const string MisfireSetting = "misfire";

    /// <summary>A year.</summary>
    public const int MostMinutes = 366 * 24 * 60;

    private readonly CronExpression? _cron;
    private readonly TimeSpan _every;

    private Schedule(CronExpression? cron, TimeSpan every, Misfire misfire) => (_cron, _every, Misfire) = (cron, every, misfire);

    public Misfire Misfire { get; }

    /// <summary>Reads a node's configuration.</summary>
    /// <param name="schedule">The schedule when the result is true.</param>
    /// <param name="fault">Else the field at fault and a sentence.</param>
    public static bool TryRead(JsonElement config, [NotNullWhen(true)] out Schedule? schedule, out (string Field, string Message) fault)
    {
        (schedule, fault) = (null, default);
        var (cron, every) = (Text(config, CronSetting), Minutes(config));
        if (cron is null == every is null)
        {
            fault = (CronSetting, "A schedule has either a cron expression or a number of minutes.");
            return false;
        }

        if (!LocalTime.TryZone(Text(config, ZoneSetting) ?? "UTC", out var zone))
        {
            fault = (ZoneSetting, "There is no time zone of this name; names are IANA's, as Europe/Berlin.");
            return false;
        }

        var misfire = Text(config, MisfireSetting) == "skip" ? Misfire.Skip : Misfire.RunOnce;
        if (cron is not null) return TryCron(cron, zone, misfire, out schedule, out fault);
        if (every is < 1 or > MostMinutes) fault = (EverySetting, $"{EverySetting} must lie between 1 and {MostMinutes}.");
        else schedule = new(null, TimeSpan.FromMinutes(every!.Value), misfire);
        return schedule is not null;
    }

    /// <summary>The first time after a moment; null when there is none any more.</summary>
    public DateTimeOffset? Next(DateTimeOffset after)
    {
        if (_cron is not null) return _cron.GetNextValidTimeAfter(after.ToUniversalTime())?.ToUniversalTime();
        // Counted from 1970 rather than from the last run, so that neither a late run nor a new version shifts it.
        var ticks = ((after.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / _every.Ticks + 1) * _every.Ticks;
        return DateTimeOffset.UnixEpoch.AddTicks(ticks);
    }

    private static bool TryCron(string text, TimeZoneInfo zone, Misfire misfire, [NotNullWhen(true)] out Schedule? schedule, out (string Field, string Message) fault)
    {
        (schedule, fault) = (null, default);
        try
        {
            schedule = new(Cron.Read(text).WithTimeZone(zone), default, misfire);
        }
        catch (FormatException e)
        {
            fault = (CronSetting, e.Message);
        }

        return schedule is not null;
    }

    private static string? Text(JsonElement config, string name) =>
        config.ValueKind == JsonValueKind.Object && config.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    private static int? Minutes(JsonElement config) =>
        config.ValueKind == JsonValueKind.Object && config.TryGetProperty(EverySetting, out var value) && value.ValueKind == JsonValueKind.Number ? value.TryGetInt32(out var minutes) ? minutes : 0 : null;
}
