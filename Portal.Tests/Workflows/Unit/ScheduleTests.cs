using System.Diagnostics;
using System.Text.Json;
using Portal.Core.Workflows.Nodes;
using Portal.Core.Workflows.Triggers;
using Portal.Tests.Infrastructure;

namespace Portal.Tests.Workflows.Unit;

/// <summary>When schedules fire.</summary>
public sealed class ScheduleTests
{
    [Theory]
    // Half past two does not exist on the last Sunday of March: the clocks go from two to three.
    [InlineData("30 2 * * *", "Europe/Berlin", "2024-03-29T12:00:00Z", "2024-03-30T01:30:00Z", "2024-03-31T01:00:00Z", "2024-04-01T00:30:00Z")]
    // And is there twice on the last Sunday of October.
    [InlineData("30 2 * * *", "Europe/Berlin", "2024-10-25T12:00:00Z", "2024-10-26T00:30:00Z", "2024-10-27T00:30:00Z", "2024-10-28T01:30:00Z")]
    [InlineData("30 2 * * *", "America/New_York", "2024-03-08T12:00:00Z", "2024-03-09T07:30:00Z", "2024-03-10T07:00:00Z", "2024-03-11T06:30:00Z")]
    [InlineData("30 1 * * *", "America/New_York", "2024-11-01T12:00:00Z", "2024-11-02T05:30:00Z", "2024-11-03T05:30:00Z", "2024-11-04T06:30:00Z")]
    // What fires each half hour goes on through both: no pause, no repetition.
    // Lord Howe moves its clocks by half an hour: from 2:00 to 2:30 in October, from 2:00 back to 1:30 in April.
    [InlineData("15 2 * * *", "Australia/Lord_Howe", "2024-10-05T00:00:00Z", "2024-10-05T15:30:00Z", "2024-10-06T15:15:00Z")]
    [InlineData("45 1 * * *", "Australia/Lord_Howe", "2024-04-05T00:00:00Z", "2024-04-05T14:45:00Z", "2024-04-06T14:45:00Z", "2024-04-07T15:15:00Z")]
    // In Santiago there is no midnight on the day that summer begins.
    [InlineData("0 0 * * *", "America/Santiago", "2024-09-07T12:00:00Z", "2024-09-08T04:00:00Z", "2024-09-09T03:00:00Z")]
    [InlineData("0 */30 * * * ?", "America/New_York", "2024-11-03T05:15:00Z", "2024-11-03T05:30:00Z", "2024-11-03T06:00:00Z", "2024-11-03T06:30:00Z")]
    [InlineData("*/30 * * * *", "Europe/Berlin", "2024-03-31T00:15:00Z", "2024-03-31T00:30:00Z", "2024-03-31T01:00:00Z", "2024-03-31T01:30:00Z")]
    [InlineData("0 9 * * 1-5", "UTC", "2024-03-22T09:00:00Z", "2024-03-25T09:00:00Z", "2024-03-26T09:00:00Z", "2024-03-27T09:00:00Z")]
    public void Cron_fires_once_a_day_whatever_the_clocks_do(string cron, string zone, string after, params string[] expected)
    {
        var moment = DateTimeOffset.Parse(after);
        foreach (var next in expected) Assert.Equal(DateTimeOffset.Parse(next), moment = Read($$"""{"cron":"{{cron}}","time_zone":"{{zone}}"}""").Next(moment)!.Value);
    }

    [Fact]
    public void Minutes_are_counted_from_the_full_hour_where_they_divide_one()
    {
        var schedule = Read("""{"every_minutes":15}""");
        Assert.Equal(DateTimeOffset.Parse("2024-01-15T12:15:00Z"), schedule.Next(DateTimeOffset.Parse("2024-01-15T12:01:30Z")));
        Assert.Equal(DateTimeOffset.Parse("2024-01-15T12:30:00Z"), schedule.Next(DateTimeOffset.Parse("2024-01-15T12:15:00Z")));
    }

    [Theory]
    [InlineData("Europe/Berlin", 1)]
    [InlineData("America/New_York", 2)]
    [InlineData("Australia/Lord_Howe", 0)]
    [InlineData("America/Santiago", 0)]
    [InlineData("Africa/Cairo", 0)]
    [InlineData("America/Nuuk", 22)]
    [InlineData("Asia/Kathmandu", 2)]
    public void Daily_time_fires_once_on_each_day_of_a_year(string zone, int hour)
    {
        var (found, fires) = (TimeZoneInfo.FindSystemTimeZoneById(zone), new List<DateTime>());
        foreach (var minute in new[] { 0, 15, 30, 45 })
        {
            fires.Clear();
            var schedule = Read($$"""{"cron":"{{minute}} {{hour}} * * *","time_zone":"{{zone}}"}""");
            var end = new DateTimeOffset(2025, 1, 1, 12, 0, 0, TimeSpan.Zero);
            // From noon to noon, far from midnight anywhere that matters.
            for (var next = schedule.Next(end.AddYears(-1))!.Value; next < end; next = schedule.Next(next)!.Value) fires.Add(TimeZoneInfo.ConvertTime(next, found).Date);
            Assert.Equal(366, fires.Count);
        }
    }

    [Theory]
    // The days of the week, by number as in crontab and by name.
    [InlineData("0 9 * * 0", "2024-03-03", "2024-03-10")]
    [InlineData("0 9 * * 7", "2024-03-03", "2024-03-10")]
    [InlineData("0 9 * * sun", "2024-03-03", "2024-03-10")]
    [InlineData("0 0 9 * * 0", "2024-03-03", "2024-03-10")]
    [InlineData("0 0 9 ? * SUN", "2024-03-03", "2024-03-10")]
    [InlineData("0 0 9 ? * 1", "2024-03-04", "2024-03-11")]
    [InlineData("0 9 * * 5-7", "2024-03-01", "2024-03-02", "2024-03-03", "2024-03-08")]
    [InlineData("0 9 * * FRI-SUN", "2024-03-01", "2024-03-02", "2024-03-03", "2024-03-08")]
    [InlineData("0 9 * * 0-7", "2024-03-01", "2024-03-02", "2024-03-03", "2024-03-04")]
    [InlineData("0 9 * * 1,Wed", "2024-03-04", "2024-03-06", "2024-03-11")]
    [InlineData("0 9 * * */2", "2024-03-02", "2024-03-03", "2024-03-05", "2024-03-07", "2024-03-09")]
    [InlineData("0 9 * * 1-5/2", "2024-03-01", "2024-03-04", "2024-03-06", "2024-03-08")]
    [InlineData("0 9 * * 5L", "2024-03-29", "2024-04-26", "2024-05-31")]
    [InlineData("0 9 * * fril", "2024-03-29", "2024-04-26")]
    [InlineData("0 9 * * 0L", "2024-03-31", "2024-04-28")]
    [InlineData("0 9 * * 1#2", "2024-03-11", "2024-04-08")]
    [InlineData("0 9 * * 7#5", "2024-03-31", "2024-06-30")]
    // The days of the month.
    [InlineData("0 9 L * *", "2024-03-31", "2024-04-30")]
    [InlineData("0 9 L-2 * *", "2024-03-29", "2024-04-28")]
    [InlineData("0 9 LW * *", "2024-03-29", "2024-04-30")]
    [InlineData("0 9 16W * *", "2024-03-15", "2024-04-16")]
    [InlineData("0 9 1,16w,L * *", "2024-03-01", "2024-03-15", "2024-03-31", "2024-04-01")]
    [InlineData("0 9 31 * *", "2024-03-31", "2024-05-31", "2024-07-31")]
    [InlineData("0 9 29 2 *", "2028-02-29", "2032-02-29")]
    [InlineData("0 9 */10 * *", "2024-03-01", "2024-03-11", "2024-03-21", "2024-03-31", "2024-04-01")]
    [InlineData("0 9 25/3 * *", "2024-03-25", "2024-03-28", "2024-03-31", "2024-04-25")]
    [InlineData("0 9 *,15 * 1", "2024-03-04", "2024-03-11")]
    // Of days of both kinds either is enough.
    [InlineData("0 9 13 * 5", "2024-03-01", "2024-03-08", "2024-03-13", "2024-03-15")]
    // Months.
    [InlineData("0 9 1 */3 *", "2024-04-01", "2024-07-01", "2024-10-01", "2025-01-01")]
    [InlineData("0 9 1 jan,JUN-aug *", "2024-06-01", "2024-07-01", "2024-08-01", "2025-01-01")]
    [InlineData("  0\t9   1 5 * ", "2024-05-01", "2025-05-01")]
    public void Days_are_those_that_crontab_means(string cron, params string[] days)
    {
        var (schedule, moment) = (Read(JsonSerializer.Serialize(new { cron })), DateTimeOffset.Parse("2024-03-01T00:00:00Z"));
        foreach (var day in days) Assert.Equal(DateTimeOffset.Parse($"{day}T09:00:00Z"), moment = schedule.Next(moment)!.Value);
    }

    [Theory]
    [InlineData("*/15 * * * *", "00:15", "00:30", "00:45", "01:00")]
    [InlineData("5/20 * * * *", "00:05", "00:25", "00:45", "01:05")]
    [InlineData("10-30/10 8,17 * * *", "08:10", "08:20", "08:30", "17:10")]
    [InlineData("0 */6 * * *", "06:00", "12:00", "18:00")]
    [InlineData("5,* * * * *", "00:01", "00:02")]
    [InlineData("*/60 * * * *", "01:00", "02:00")]
    [InlineData("0 22-23,0-1 * * *", "01:00", "22:00", "23:00")]
    [InlineData("*/20 0 0 * * *", "00:00:20", "00:00:40")]
    public void Times_are_those_that_crontab_means(string cron, params string[] times)
    {
        var (schedule, moment) = (Read(JsonSerializer.Serialize(new { cron })), DateTimeOffset.Parse("2024-03-01T00:00:00Z"));
        foreach (var time in times) Assert.Equal(DateTimeOffset.Parse($"2024-03-01T{time}Z"), moment = schedule.Next(moment)!.Value);
    }

    [Theory]
    [InlineData("""{"cron":"0 0 31 2 *"}""", "cron", "never fires")]
    [InlineData("""{"cron":"0 0 30 2 ?"}""", "cron", "never fires")]
    [InlineData("""{"cron":"61 * * * *"}""", "cron", "minute of the cron expression is wrong: 61 does not lie between 0 and 59")]
    [InlineData("""{"cron":"60 * * * * *"}""", "cron", "second of")]
    [InlineData("""{"cron":"0 24 * * *"}""", "cron", "hour of")]
    [InlineData("""{"cron":"0 9 0 * *"}""", "cron", "day of month of")]
    [InlineData("""{"cron":"0 9 * 13 *"}""", "cron", "month of")]
    [InlineData("""{"cron":"0 9 * * 8"}""", "cron", "day of week of the cron expression is wrong: 8 does not lie between 0 and 7")]
    [InlineData("""{"cron":"a b c d e"}""", "cron", "a cannot be read")]
    [InlineData("""{"cron":"* * * *"}""", "cron", "five fields")]
    [InlineData("""{"cron":"0 0 9 * * MON 2030"}""", "cron", "this one has 7")]
    // What looks like five fields, split by spaces within one.
    [InlineData("""{"cron":"0 9 * * 1 - 5"}""", "cron", "no spaces within a field")]
    [InlineData("""{"cron":"0 9 * * 1 -5"}""", "cron", "day of week of")]
    [InlineData("""{"cron":"0 9 * * 1, 5"}""", "cron", "month of the cron expression is wrong: an item of a list is missing")]
    [InlineData("""{"cron":"0 9 * * *  /usr/bin/true"}""", "cron", "day of week of")]
    [InlineData("""{"cron":"99999999999999999999 * * * *"}""", "cron", "cannot be read")]
    [InlineData("""{"cron":"5-1 * * * *"}""", "cron", "5-1 ends before it begins")]
    [InlineData("""{"cron":"*/61 * * * *"}""", "cron", "a step lies between 1 and 60")]
    [InlineData("""{"cron":"*/0 * * * *"}""", "cron", "a step lies between 1 and 60")]
    [InlineData("""{"cron":"1/2/3 * * * *"}""", "cron", "1/2/3 cannot be read")]
    [InlineData("""{"cron":"1,,2 * * * *"}""", "cron", "an item of a list is missing")]
    [InlineData("""{"cron":"? * * * *"}""", "cron", "? cannot be read")]
    [InlineData("""{"cron":"0 9 15C * *"}""", "cron", "15C cannot be read")]
    [InlineData("""{"cron":"0 9 W * *"}""", "cron", "W cannot be read")]
    [InlineData("""{"cron":"0 9 L-31 * *"}""", "cron", "L-31 cannot be read")]
    [InlineData("""{"cron":"0 9 * * L"}""", "cron", "L cannot be read")]
    [InlineData("""{"cron":"0 9 * * 1#6"}""", "cron", "first to the fifth")]
    [InlineData("""{"cron":"0 9 * * 1#1,5L"}""", "cron", "stands alone")]
    [InlineData("""{"cron":"0 9 * * MONDAY"}""", "cron", "MONDAY cannot be read")]
    [InlineData("""{"cron":"H 9 * * *"}""", "cron", "H cannot be read")]
    [InlineData("""{"cron":"@reboot"}""", "cron", "five fields")]
    [InlineData("""{"cron":"٣ * * * *"}""", "cron", "cannot be read")]
    [InlineData("""{"cron":"0 9 * * *","time_zone":"W. Europe Standard Time"}""", "time_zone", "no time zone")]
    [InlineData("""{"cron":"0 9 * * *","time_zone":"../Europe/Berlin"}""", "time_zone", "no time zone")]
    [InlineData("""{"every_minutes":5,"time_zone":"Europe/Atlantis"}""", "time_zone", "no time zone")]
    [InlineData("""{"cron":"0 9 * * *","time_zone":"Europe/Atlantis"}""", "time_zone", "no time zone")]
    [InlineData("""{"every_minutes":0}""", "every_minutes", "between 1 and")]
    [InlineData("""{"every_minutes":99999999999}""", "every_minutes", "between 1 and")]
    [InlineData("""{}""", "cron", "either")]
    [InlineData("""{"cron":"0 9 * * *","every_minutes":5}""", "cron", "either")]
    public void Schedule_that_cannot_be_is_a_finding(string config, string field, string message)
    {
        var watch = Stopwatch.StartNew();
        var finding = Assert.Single(((INodeType)new ScheduleTriggerNode(new ManualTime())).Check(JsonElement.Parse(config)));
        Assert.Equal(field, finding.Field);
        Assert.Contains(message, finding.Message, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"It took {watch.Elapsed}.");
    }

    [Fact]
    public void Good_schedule_has_no_findings() =>
        Assert.Empty(((INodeType)new ScheduleTriggerNode(new ManualTime())).Check(JsonElement.Parse("""{"cron":"0 30 6 ? * MON-FRI","time_zone":"Asia/Kolkata","misfire":"skip"}""")));

    private static Schedule Read(string config)
    {
        Assert.True(Schedule.TryRead(JsonElement.Parse(config), out var schedule, out var fault), fault.Message);
        return schedule;
    }
}
