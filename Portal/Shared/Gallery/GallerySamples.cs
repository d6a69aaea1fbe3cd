using Microsoft.Extensions.Localization;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;
using Portal.Shared.Charts;

namespace Portal.Shared.Gallery;

/// <summary>A row of the gallery's grid.</summary>
public sealed record SampleRow(string Id, string Name, int Status, double[] Calls, decimal Amount, string Currency, DateTimeOffset LastUsedAt);

/// <summary>What the gallery's parts show: the same on every visit, so that pictures of it can be compared.</summary>
public sealed class GallerySamples(IStringLocalizer<GalleryTexts> texts, TimeProvider time)
{
    private const int RowCount = 64;
    private static readonly int[] Statuses = [200, 201, 204, 304, 400, 403, 404, 429, 500];
    private static readonly string[] Currencies = ["EUR", "USD", "JPY", "KWD"];

    internal const string Json = """
        {"id":"deal_01k9z3mq7x","object":"deal","title":"Annual licence","amount":12400.50,"won":false,"owner":null,"stages":["lead","qualified","proposal"],"contact":{"id":"con_01k9z3mq7x","name":"Ada Byron","e-mail":"ada@example.com"}}
        """;

    internal const string Curl = """
        # The newest deals first
        curl "https://portal.example.com/api/v1/deals?sort=-created_at" \
          -H "X-API-Key: dyn_test_9f2c…" \
          --max-time 10
        """;

    internal const string Http = """
        HTTP/1.1 429 Too Many Requests
        Content-Type: application/json
        Retry-After: 12
        X-RateLimit-Remaining: 0

        {"success":false,"error":{"code":"RATE_LIMIT_EXCEEDED"}}
        """;

    /// <summary>A list of many elements, as a large document has them.</summary>
    internal static string LargeJson { get; } =
        $"{{\"contacts\":[{string.Join(',', Enumerable.Range(1, 1200).Select(number => $"{{\"id\":\"con_{number:0000}\",\"score\":{number % 97}}}"))}]}}";

    internal IReadOnlyList<DateTimeOffset> Times { get; } = [.. Enumerable.Range(0, 60).Select(minute => Start(time).AddMinutes(minute))];

    internal IReadOnlyList<ChartSeries> Statuses60 =>
    [
        new(texts["Series.Success"], ChartTone.Success, Wave(40, 22, 7)),
        new(texts["Series.Client"], ChartTone.Warning, Wave(6, 5, 3)),
        new(texts["Series.Server"], ChartTone.Danger, Wave(0.6, 1.6, 2)),
    ];

    internal IReadOnlyList<ChartSeries> Latencies =>
    [
        new(texts["Series.Median"], ChartTone.Accent, Wave(18, 4, 5)),
        new(texts["Series.P95"], ChartTone.Info, [.. Wave(60, 18, 6).Select((value, index) => index is > 30 and < 36 ? null : value)]),
        new(texts["Series.P99"], ChartTone.Danger, Wave(140, 60, 4)),
    ];

    internal IReadOnlyList<ChartSeries> Calls => [new(texts["Series.Calls"], ChartTone.Accent, Wave(900, 400, 9))];

    internal IReadOnlyList<ChartSeries> Nothing => [new(texts["Series.Calls"], ChartTone.Accent, [.. Times.Select(_ => (double?)0)])];

    internal Page<SampleRow> Cut(PageRequest request, string? search)
    {
        var names = texts["Sample.Names"].Value.Split(';');
        var rows = Enumerable.Range(0, RowCount)
            .Select(index => new SampleRow(
                $"row_{index:00}", $"{names[index % names.Length]} {index / names.Length + 1}", Statuses[index * 7 % Statuses.Length],
                [.. Wave(index % 9, 5, 3).Take(7).Select(value => value!.Value)], (index * 137 % 900 - 120) * 1.25m, Currencies[index % Currencies.Length], Start(time).AddMinutes(-index * 47)))
            .Where(row => search is null || row.Name.Contains(search, StringComparison.OrdinalIgnoreCase));
        var ordered = request.Sort switch
        {
            "name" => rows.OrderBy(row => row.Name, StringComparer.Ordinal),
            "-name" => rows.OrderByDescending(row => row.Name, StringComparer.Ordinal),
            "status" => rows.OrderBy(row => row.Status),
            "-status" => rows.OrderByDescending(row => row.Status),
            "used" => rows.OrderBy(row => row.LastUsedAt),
            "-used" => rows.OrderByDescending(row => row.LastUsedAt),
            _ => throw Problem.Field(ErrorCode.Validation, "sort", texts["Sample.SortUnknown"]).AsException(),
        };
        var all = ordered.ToList();
        return new Page<SampleRow>([.. all.Skip((request.Page - 1) * request.PerPage).Take(request.PerPage)], request.Page, request.PerPage, all.Count, null);
    }

    private static DateTimeOffset Start(TimeProvider time)
    {
        var now = time.GetUtcNow();
        return new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero).AddHours(-1);
    }

    private static double?[] Wave(double middle, double swing, double period) =>
        [.. Enumerable.Range(0, 60).Select(at => (double?)Math.Max(0, Math.Round(middle + swing * Math.Sin(at / period) + swing * 0.6 * Math.Sin(at * 2.3))))];
}
