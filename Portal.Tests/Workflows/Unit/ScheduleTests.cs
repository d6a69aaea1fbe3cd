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
    [InlineData("""{"cron":"0 0 31 2 *"}""", "cron", "never fires")]
    [InlineData("""{"cron":"0 0 0 1 1 ? 2020"}""", "cron", "never fires")]
    [InlineData("""{"cron":"61 * * * *"}""", "cron", "between 0 and 59")]
    [InlineData("""{"cron":"a b c d e"}""", "cron", "cannot be read")]
    [InlineData("""{"cron":"* * * *"}""", "cron", "five fields")]
    [InlineData("""{"cron":"99999999999999999999 * * * *"}""", "cron", "cannot be read")]
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
