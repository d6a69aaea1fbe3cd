using Quartz;

namespace Portal.Core.Workflows.Triggers;

/// <summary>Cron expressions as crontab and n8n have them: five fields, or six with seconds in front; in both Sunday is 0 and 7.</summary>
internal static class Cron
{
    private const int Longest = 200;
    private const string Any = "*";
    private const string Unsaid = "?";
    private static readonly CronDay Day = new();
    private static readonly CronWeekday Weekday = new();

    /// <summary>Reads an expression; its times are in UTC until it is given a time zone.</summary>
    /// <exception cref="FormatException">It is none; the message is a sentence.</exception>
    public static CronExpression Read(string text)
    {
        if (text.Length > Longest) throw new FormatException($"A cron expression has at most {Longest} characters.");
        var fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length is not (5 or 6)) throw new FormatException($"A cron expression has five fields (minute, hour, day of month, month, day of week), or six with seconds in front; this one has {fields.Length}. There are no spaces within a field.");
        var second = fields.Length == 5 ? "0" : CronField.Second.Read(fields[0]);
        var (minute, hour, month) = (CronField.Minute.Read(fields[^5]), CronField.Hour.Read(fields[^4]), CronField.Month.Read(fields[^2]));
        var (day, weekday) = (Days(Day, fields[^3]), Days(Weekday, fields[^1]));
        // Quartz wants one of the two left unsaid, unless both say something: then either is enough, as in crontab.
        if (weekday == Any) weekday = Unsaid;
        else if (day == Any) day = Unsaid;
        return CronExpression.Parse($"{second} {minute} {hour} {day} {month} {weekday}").WithTimeZone(TimeZoneInfo.Utc);
    }

    // Whoever comes from Quartz leaves a day unsaid with a question mark.
    private static string Days(CronField field, string text) => text == Unsaid ? Any : field.Read(text);
}
