namespace Portal.Shared.Charts;

/// <summary>A series' colour. Colour is never all: the legend names each, lines differ in their dashes, and the numbers are there as a table.</summary>
public enum ChartTone
{
    Accent,
    Success,
    Info,
    Warning,
    Danger,
    Neutral,
}

/// <summary>How a <see cref="TimeChart"/> draws its series.</summary>
public enum ChartKind
{
    /// <summary>One line each: percentiles.</summary>
    Lines,

    /// <summary>Lines with the area beneath filled.</summary>
    Area,

    /// <summary>Bars on top of each other: counts by status.</summary>
    Stack,
}

/// <summary>One of a chart's series.</summary>
/// <param name="Name">For the legend.</param>
/// <param name="Values">One for each of the chart's times; null where nothing was measured.</param>
public sealed record ChartSeries(string Name, ChartTone Tone, IReadOnlyList<double?> Values)
{
    internal string ClassName => $"chart__series--{Tone.ToString().ToLowerInvariant()}";
}
