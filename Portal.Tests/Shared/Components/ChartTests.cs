using Bunit;
using Portal.Shared.Charts;

namespace Portal.Tests.Shared.Components;

public sealed class ChartTests : PartTest
{
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, true, new[] { 0d, 1 })]
    [InlineData(3, true, new[] { 0d, 1, 2, 3 })]
    [InlineData(96, true, new[] { 0d, 25, 50, 75, 100 })]
    [InlineData(1001, false, new[] { 0d, 500, 1000, 1500 })]
    [InlineData(0.3, false, new[] { 0, 0.1, 0.2, 0.3 })]
    [InlineData(7, false, new[] { 0, 2d, 4, 6, 8 })]
    public void Scale_is_round_and_holds_the_greatest_value(double most, bool whole, double[] expected) =>
        Assert.Equal(expected, ChartScale.For(most, whole).Ticks.Select(tick => Math.Round(tick, 6)));

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e-9)]
    [InlineData(1e15)]
    public void Scale_survives_any_number(double most)
    {
        var scale = ChartScale.For(most, whole: false);

        Assert.InRange(scale.Ticks.Count, 2, 6);
        Assert.True(double.IsFinite(scale.Top) && (!double.IsFinite(most) || scale.Top >= most * 0.999));
    }

    [Fact]
    public void Line_breaks_where_nothing_was_measured_and_a_lonely_value_is_a_dot()
    {
        Assert.Equal("M125 50L375 0M875 100h0", ChartPlot.Line([5, 10, null, 0], 10));
        Assert.Equal("M125 100L125 50L375 0L375 100zM875 100L875 100L875 100z", ChartPlot.Area([5, 10, null, 0], 10));
    }

    [Fact]
    public void Bars_stand_upon_each_other()
    {
        IReadOnlyList<ChartSeries> stack = [new("a", ChartTone.Success, [2, 0]), new("b", ChartTone.Danger, [3, 4])];

        Assert.Equal(5, ChartPlot.Most(stack, ChartKind.Stack));
        Assert.Equal("M45 100V60h410V100z", ChartPlot.Bars(stack, 0, 5));
        Assert.Equal("M45 60V0h410V60zM545 100V20h410V100z", ChartPlot.Bars(stack, 1, 5));
    }

    [Fact]
    public void Chart_has_its_numbers_as_a_table_with_the_spans_for_brushing()
    {
        var chart = Chart(brush: true, [1, 12]);

        var rows = chart.FindAll("tbody tr");
        Assert.Equal(["2026-11-22T09:00:00.000Z", "2026-11-22T09:01:00.000Z"], rows.Select(row => row.GetAttribute("data-from")));
        Assert.Equal("2026-11-22T09:02:00.000Z", rows[1].GetAttribute("data-to"));
        Assert.Equal("12", rows[1].QuerySelector("td")!.TextContent);
        Assert.Equal("from", chart.Find("figure").GetAttribute("data-brush-from"));
        Assert.Equal("brush", chart.Find("[role=slider]").GetAttribute("data-chart"));
        Assert.Contains("Calls 12", chart.Find("[role=slider]").GetAttribute("aria-valuetext"), StringComparison.Ordinal);
    }

    [Fact]
    public void Chart_without_brush_is_read_only_and_one_without_values_says_so()
    {
        var chart = Chart(brush: false, [0, null]);

        Assert.Null(chart.Find("figure").GetAttribute("data-brush-from"));
        Assert.Equal("Nothing in this span", chart.Find(".chart__blank").TextContent);
        Assert.Equal("–", chart.FindAll("tbody td")[1].TextContent);
    }

    [Theory]
    [InlineData(ChartKind.Lines)]
    [InlineData(ChartKind.Area)]
    [InlineData(ChartKind.Stack)]
    public void Chart_without_times_is_drawn_empty(ChartKind kind)
    {
        var chart = Render<TimeChart>(p => p.Add(c => c.Label, "Calls").Add(c => c.Kind, kind).Add(c => c.Bucket, TimeSpan.FromMinutes(1)).Add(c => c.Series, [new ChartSeries("Calls", ChartTone.Accent, [])]));

        Assert.NotNull(chart.Find(".chart__blank"));
        Assert.DoesNotContain("NaN", chart.Markup, StringComparison.Ordinal);
    }

    private IRenderedComponent<TimeChart> Chart(bool brush, double?[] values) => Render<TimeChart>(p => p
        .Add(c => c.Label, "Calls").Add(c => c.Bucket, TimeSpan.FromMinutes(1)).Add(c => c.Brush, brush)
        .Add(c => c.Times, [.. values.Select((_, index) => Start.AddMinutes(index))]).Add(c => c.Series, [new ChartSeries("Calls", ChartTone.Accent, values)]));
}
