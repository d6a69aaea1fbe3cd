using System.Globalization;
using System.Text;

namespace Portal.Shared.Charts;

/// <summary>
/// SVG paths of a chart in a box of <see cref="Width"/> by <see cref="Height"/> units that the browser stretches; each
/// time has an equal share of the width.
/// </summary>
internal static class ChartPlot
{
    internal const double Width = 1000;
    internal const double Height = 100;
    private const double BarShare = 0.82;

    /// <summary>A line through the middle of each time's share; a gap where nothing was measured.</summary>
    internal static string Line(IReadOnlyList<double?> values, double top)
    {
        var path = new StringBuilder();
        var isOpen = false;
        for (var index = 0; index < values.Count; index++)
        {
            if (values[index] is not { } value)
            {
                isOpen = false;
                continue;
            }

            path.Append(isOpen ? 'L' : 'M').Append(Point(index, values.Count, value, top));
            // One without neighbours is a dot: a line of no length with round ends.
            if (!isOpen && (index + 1 == values.Count || values[index + 1] is null)) path.Append("h0");
            isOpen = true;
        }

        return path.ToString();
    }

    /// <summary>The area between a line and zero.</summary>
    internal static string Area(IReadOnlyList<double?> values, double top)
    {
        var path = new StringBuilder();
        for (var start = 0; start < values.Count; start++)
        {
            if (values[start] is null) continue;
            var end = start;
            while (end + 1 < values.Count && values[end + 1] is not null) end++;
            path.Append('M').Append(Point(start, values.Count, 0, top));
            for (var index = start; index <= end; index++) path.Append('L').Append(Point(index, values.Count, values[index]!.Value, top));
            path.Append('L').Append(Point(end, values.Count, 0, top)).Append('z');
            start = end;
        }

        return path.ToString();
    }

    /// <summary>The bars of one series of a stack, each upon those of the series before it.</summary>
    internal static string Bars(IReadOnlyList<ChartSeries> stack, int which, double top)
    {
        var path = new StringBuilder();
        var count = stack[which].Values.Count;
        var width = Width / count;
        for (var index = 0; index < count; index++)
        {
            if (stack[which].Values[index] is not > 0) continue;
            var value = stack[which].Values[index]!.Value;
            var below = stack.Take(which).Sum(series => series.Values[index] ?? 0);
            path.Append('M').Append(Number((index + (1 - BarShare) / 2) * width)).Append(' ').Append(Number(Y(below, top)))
                .Append('V').Append(Number(Y(below + value, top))).Append('h').Append(Number(width * BarShare))
                .Append('V').Append(Number(Y(below, top))).Append('z');
        }

        return path.ToString();
    }

    /// <summary>The greatest value that has to find room.</summary>
    internal static double Most(IReadOnlyList<ChartSeries> series, ChartKind kind)
    {
        var count = series.Count == 0 ? 0 : series[0].Values.Count;
        if (count == 0) return 0;
        return kind == ChartKind.Stack
            ? Enumerable.Range(0, count).Max(index => series.Sum(one => one.Values[index] ?? 0))
            : series.Max(one => one.Values.Max() ?? 0);
    }

    private static double Y(double value, double top) => Height - value / top * Height;

    private static string Point(int index, int count, double value, double top) => $"{Number((index + 0.5) * Width / count)} {Number(Y(value, top))}";

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
