using System.Globalization;
using Microsoft.AspNetCore.Components;
using Portal.Shared.Parts;

namespace Portal.Shared.Charts;

/// <summary>
/// Values over time as lines, areas or stacked bars: drawn as SVG on the server, read by pointer or arrow keys in the
/// browser. With <see cref="Brush"/> a dragged span (or Shift with the arrow keys, then Enter) becomes part of the address.
/// </summary>
public sealed partial class TimeChart : ComponentBase
{
    private const int MostTicks = 6;
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>What the numbers are, with their unit: "Latency in milliseconds".</summary>
    [Parameter, EditorRequired]
    public string Label { get; set; } = string.Empty;

    /// <summary>The start of each bucket, oldest first, at equal distances.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<DateTimeOffset> Times { get; set; } = [];

    /// <summary>How long each bucket is.</summary>
    [Parameter, EditorRequired]
    public TimeSpan Bucket { get; set; }

    /// <summary>The series, each with a value for every time; of a stack, the lowest first.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<ChartSeries> Series { get; set; } = [];

    [Parameter]
    public ChartKind Kind { get; set; }

    /// <summary>Whether the values are counts, so that the scale has whole numbers only.</summary>
    [Parameter]
    public bool Whole { get; set; }

    /// <summary>How a value is written; without it, as a number with at most one decimal.</summary>
    [Parameter]
    public Func<double, string> Format { get; set; } = value => value.ToString("#,0.#", CultureInfo.CurrentCulture);

    /// <summary>In CSS pixels.</summary>
    [Parameter]
    public int Height { get; set; } = 160;

    /// <summary>Whether a span can be chosen.</summary>
    [Parameter]
    public bool Brush { get; set; }

    /// <summary>The query parameter that gets the span's start, in UTC (ISO 8601).</summary>
    [Parameter]
    public string FromParameter { get; set; } = "from";

    /// <summary>The query parameter that gets the span's end, which is not in it.</summary>
    [Parameter]
    public string ToParameter { get; set; } = "to";

    /// <summary>Query parameters that a new span makes meaningless, with commas between.</summary>
    [Parameter]
    public string Drops { get; set; } = "span,page,cursor,id";

    private ChartScale Scale => ChartScale.For(ChartPlot.Most(Series, Kind), Whole);

    private bool IsBlank => Series.All(series => series.Values.All(value => value is null or 0));

    private string MarkClass => Kind == ChartKind.Stack ? "chart__mark chart__mark--bar" : "chart__mark";

    private TimeFormat TickFormat => Bucket >= Day || Times.Count * Bucket > 2 * Day ? TimeFormat.Day : TimeFormat.Minute;

    private IEnumerable<int> TickIndices
    {
        get
        {
            var step = Math.Max(1, (int)Math.Ceiling(Times.Count / (double)MostTicks));
            return Enumerable.Range(0, Times.Count).Where(index => index % step == step / 2);
        }
    }

    private string LastText => Times.Count == 0
        ? T["Chart.Blank"]
        : $"{Times[^1].UtcDateTime:u} {string.Join(", ", Series.Select(series => $"{series.Name} {(series.Values[^1] is { } value ? Format(value) : "–")}"))}";

    private static string At(string side, double share) => $"{side}:{Number(share * 100)}%";

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Machine(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
