using Bunit;
using Portal.Shared.Parts;
using Xunit;

namespace Portal.Tests.Shared.Components;

public sealed class ValueTests : PartTest
{
    [Fact]
    public void Copy_field_shows_and_copies_the_same_value_and_has_a_live_region()
    {
        var field = Render<CopyField>(p => p.Add(f => f.Label, "Key").Add(f => f.Value, "pk_test_\"<1>"));

        var button = field.Find("button");
        Assert.Equal("pk_test_\"<1>", field.Find("code").TextContent);
        Assert.Equal("pk_test_\"<1>", button.GetAttribute("data-copy"));
        Assert.Equal("Copy: Key", button.GetAttribute("aria-label"));
        Assert.Equal("Copied", button.GetAttribute("data-copied-text"));
        Assert.Equal("polite", field.Find("[data-copy-status]").GetAttribute("aria-live"));
    }

    [Theory]
    [InlineData(StatusTone.Success, "badge--success")]
    [InlineData(StatusTone.Neutral, "badge--neutral")]
    [InlineData(StatusTone.Danger, "badge--danger")]
    public void Status_badge_says_its_status_in_words_as_well_as_in_colour(StatusTone tone, string expected)
    {
        var badge = Render<StatusBadge>(p => p.Add(b => b.Text, "Revoked").Add(b => b.Tone, tone));

        Assert.Equal("Revoked", badge.Find(".badge").TextContent);
        Assert.Contains(expected, badge.Find(".badge").ClassList);
    }

    [Fact]
    public void Time_is_exact_utc_for_machines_and_on_hover_whatever_offset_it_came_with()
    {
        var moment = new DateTimeOffset(2026, 11, 22, 0, 1, 24, 5, TimeSpan.FromHours(2));
        var time = Render<TimeText>(p => p.Add(t => t.Value, moment).Add(t => t.Format, TimeFormat.Relative)).Find("time");

        Assert.Equal("2026-11-21T22:01:24.005Z", time.GetAttribute("datetime"));
        Assert.Equal("2026-11-21 22:01:24.005 UTC", time.GetAttribute("title"));
        Assert.Equal("relative", time.GetAttribute("data-time"));
    }

    [Fact]
    public void Sparkline_tells_its_range_and_draws_from_zero()
    {
        var spark = Render<Sparkline>(p => p
            .Add(s => s.Values, [0, 5, 10]).Add(s => s.Label, "Calls this week").Add(s => s.Width, 102).Add(s => s.Height, 22));

        Assert.Equal("Calls this week: lowest 0, highest 10, latest 10", spark.Find("svg").GetAttribute("aria-label"));
        Assert.Equal("M1 21L51 11L101 1", spark.Find(".sparkline__line").GetAttribute("d"));
    }

    [Theory]
    [InlineData(new double[0], 0)]
    [InlineData(new[] { 4d }, 1)]
    [InlineData(new[] { 0d, 0d }, 1)]
    [InlineData(new[] { -3d, -1d }, 1)]
    public void Sparkline_survives_few_level_and_negative_values(double[] values, int lines)
    {
        var spark = Render<Sparkline>(p => p.Add(s => s.Values, values).Add(s => s.Label, "Calls"));

        Assert.Equal(lines, spark.FindAll(".sparkline__line").Count);
        Assert.DoesNotContain("NaN", spark.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_icon_has_a_shape()
    {
        foreach (var name in Enum.GetValues<IconName>())
        {
            var icon = Render<Icon>(p => p.Add(i => i.Name, name));
            Assert.False(string.IsNullOrEmpty(icon.Find("path").GetAttribute("d")), name.ToString());
            Assert.Equal("true", icon.Find("svg").GetAttribute("aria-hidden"));
        }
    }
}
