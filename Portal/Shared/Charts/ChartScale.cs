namespace Portal.Shared.Charts;

/// <summary>A scale from zero to a round number, with round steps.</summary>
/// <param name="Top">The greatest value that is drawn; above zero.</param>
/// <param name="Ticks">From zero to the top.</param>
internal sealed record ChartScale(double Top, IReadOnlyList<double> Ticks)
{
    private const int MostSteps = 4;
    private static readonly double[] Steps = [1, 2, 2.5, 5, 10];

    /// <summary>The smallest round scale that holds the value.</summary>
    /// <param name="most">The greatest value.</param>
    /// <param name="whole">Whether the values are counts: then no tick lies between two of them.</param>
    internal static ChartScale For(double most, bool whole)
    {
        if (!(most > 0) || !double.IsFinite(most)) most = 1;
        var raw = most / MostSteps;
        var magnitude = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        // The tolerance keeps 0.30000000000000004 from asking for another step.
        var step = Steps.Select(factor => factor * magnitude).First(size => size >= raw * (1 - 1e-9) && (!whole || size >= 1 && size == Math.Floor(size)) || size >= 10 * magnitude);
        if (whole) step = Math.Max(1, step);
        var count = (int)Math.Ceiling(most / step * (1 - 1e-9));
        return new ChartScale(step * count, [.. Enumerable.Range(0, count + 1).Select(index => index * step)]);
    }
}
