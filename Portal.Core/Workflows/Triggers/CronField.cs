using System.Globalization;

namespace Portal.Core.Workflows.Triggers;

/// <summary>
/// One field of a cron expression. It checks what people write, and gives it back as Quartz has it: Quartz is more
/// lenient than crontab (it takes ranges that run backwards, steps beyond the field, letters that it ignores), and whoever
/// mistypes is better told than guessed at.
/// </summary>
/// <param name="name">What people call it.</param>
/// <param name="words">Names of the values, the first of the least.</param>
internal class CronField(string name, int least, int most, params string[] words)
{
    public static readonly CronField Second = new("second", 0, 59);
    public static readonly CronField Minute = new("minute", 0, 59);
    public static readonly CronField Hour = new("hour", 0, 23);
    public static readonly CronField Month = new("month", 1, 12, "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");

    protected const string Any = "*";

    /// <summary>The field as Quartz has it.</summary>
    /// <exception cref="FormatException">It cannot be read; the message is a sentence.</exception>
    public virtual string Read(string text)
    {
        var items = text.Split(',').Select(Item).ToList();
        // Whatever stands beside it is in it.
        return items.Contains(Any) ? Any : string.Join(',', items);
    }

    /// <summary>One item of a list: <c>*</c>, a value, a range, each with a step or without.</summary>
    protected virtual string Item(string item)
    {
        if (item == Any) return item;
        var (from, to, step) = Range(item);
        if (step > to - from) return Number(from);
        // Quartz is left to see steps and ranges of the clock: what fires in steps goes on while an hour is repeated.
        return step is null ? from == to ? Number(from) : $"{from}-{to}" : $"{from}-{to}/{step}";
    }

    /// <summary>What an item covers: its first and last value, and the step where it has one.</summary>
    protected (int From, int To, int? Step) Range(string item)
    {
        var parts = item.Split('/');
        if (parts.Length > 2) throw Unreadable(item);
        int? step = parts.Length == 1 ? null : Step(parts[1], item);
        if (parts[0] == Any) return (least, most, step);
        var ends = parts[0].Split('-');
        if (ends.Length > 2) throw Unreadable(item);
        var from = Value(ends[0], item);
        if (ends.Length == 1) return (from, step is null ? from : most, step);
        var to = Value(ends[1], item);
        return to >= from ? (from, to, step) : Backwards(from, to, step) ?? throw Fault($"{item} ends before it begins");
    }

    /// <summary>A range whose end is less than its beginning, where that has a meaning.</summary>
    protected virtual (int From, int To, int? Step)? Backwards(int from, int to, int? step) => null;

    /// <summary>How many values there are.</summary>
    protected virtual int Count => most - least + 1;

    /// <summary>A value by number or name.</summary>
    protected int Value(string text, string item)
    {
        var word = Array.FindIndex(words, known => known.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (word >= 0) return least + word;
        if (!IsNumber(text)) throw Unreadable(item);
        var number = int.Parse(text, CultureInfo.InvariantCulture);
        return number >= least && number <= most ? number : throw Fault($"{text} does not lie between {least} and {most}");
    }

    protected FormatException Unreadable(string item) => Fault(item.Length == 0 ? "an item of a list is missing" : $"{item} cannot be read");

    protected FormatException Fault(string what) => new($"The field {name} of the cron expression is wrong: {what}.");

    protected static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether a text is a number that no field exceeds by far.</summary>
    protected static bool IsNumber(string text) => text.Length is 1 or 2 && text.All(char.IsAsciiDigit);

    private int Step(string text, string item)
    {
        if (!IsNumber(text)) throw Unreadable(item);
        var step = int.Parse(text, CultureInfo.InvariantCulture);
        return step >= 1 && step <= Count ? step : throw Fault($"a step lies between 1 and {Count}");
    }
}

/// <summary>The day of the month: also <c>L</c> the last, <c>L-3</c> three days before it, <c>15W</c> the working day nearest to the 15th, <c>LW</c> the last working day.</summary>
internal sealed class CronDay() : CronField("day of month", 1, 31)
{
    private const char WorkingDay = 'W';
    private const string Last = "L";

    protected override string Item(string item)
    {
        if (item == Any) return item;
        var day = item.ToUpperInvariant();
        if (day is Last or "LW" || (day.StartsWith("L-", StringComparison.Ordinal) && IsNumber(day[2..]) && Value(day[2..], item) <= 30)) return day;
        if (day.EndsWith(WorkingDay)) return Number(Value(day[..^1], item)) + WorkingDay;
        var (from, to, step) = Range(item);
        return string.Join(',', Enumerable.Range(from, to - from + 1).Where(value => (value - from) % (step ?? 1) == 0));
    }
}

/// <summary>The day of the week, Sunday being 0 and 7: also <c>5L</c> the month's last Friday, <c>1#2</c> its second Monday.</summary>
internal sealed class CronWeekday() : CronField("day of week", 0, Sunday, "SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
{
    private const int Sunday = 7;

    protected override int Count => 7;

    public override string Read(string text) => text.Contains(',', StringComparison.Ordinal) && text.AsSpan().IndexOfAny("Ll#") >= 0
        ? throw Fault("a day with L or # stands alone")
        : base.Read(text);

    protected override string Item(string item)
    {
        if (item == Any) return item;
        if (item.Length > 1 && item[^1] is 'L' or 'l') return OfQuartz(Value(item[..^1], item)) + "L";
        if (item.Split('#') is [var day, var which]) return which is "1" or "2" or "3" or "4" or "5" ? $"{OfQuartz(Value(day, item))}#{which}" : throw Fault("of a day there are the first to the fifth in a month, # and 1 to 5");
        var (from, to, step) = Range(item);
        return string.Join(',', Enumerable.Range(from, to - from + 1).Where(value => (value - from) % (step ?? 1) == 0).Select(OfQuartz).Distinct());
    }

    // To Sunday, which is at both ends of the week.
    protected override (int From, int To, int? Step)? Backwards(int from, int to, int? step) => to == 0 ? (from, Sunday, step) : null;

    // Quartz counts from 1, which is Sunday.
    private static string OfQuartz(int day) => Number((day % Sunday) + 1);
}
