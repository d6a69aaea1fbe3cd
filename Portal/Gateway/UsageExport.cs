using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Portal.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Problems;
using Portal.Shared;

namespace Portal.Gateway;

/// <summary>The usage page's rows as a file, by the same address.</summary>
internal static class UsageExport
{
    internal const string Path = "/usage/export.csv";

    /// <summary>Maps the download: for whoever may open the page.</summary>
    internal static void MapUsageExport(this IEndpointRouteBuilder app) => app.MapGet(Path, Export).RequireAuthorization();

    private static async Task<Results<FileContentHttpResult, ForbidHttpResult, BadRequest>> Export(
        HttpContext http, PageUsers users, UsageReports reports, TimeProvider time, string? span, string? from, string? to, string? operation, string? key, string? by, CancellationToken cancellation)
    {
        if (await users.Find(http.User, cancellation) is not { } user) return TypedResults.Forbid();
        var query = new UsageQuery(span, from, to, operation, key, by);
        var period = query.PeriodAt(time.GetUtcNow());
        try
        {
            var rows = await query.Rows(reports, user.AsActor(), period, cancellation);
            http.Response.Headers.CacheControl = "no-store";
            return TypedResults.File(Encoding.UTF8.GetBytes(Text(query.Grouping, rows)), "text/csv; charset=utf-8", NameOf(query, period));
        }
        catch (ProblemException e) when (e.Problem.HttpStatus == StatusCodes.Status403Forbidden)
        {
            return TypedResults.Forbid();
        }
        catch (ProblemException e) when (e.Problem.HttpStatus == StatusCodes.Status400BadRequest)
        {
            return TypedResults.BadRequest();
        }
    }

    /// <summary>The file: latencies in milliseconds, empty where nothing was measured.</summary>
    internal static string Text(string grouping, IReadOnlyList<UsageGroup> rows)
    {
        var csv = new CsvText([grouping, "name", "calls", "succeeded", "client_errors", "rate_limited", "server_errors", "mean_ms", "p50_ms", "p95_ms", "p99_ms", "max_ms"]);
        foreach (var row in rows)
        {
            var totals = row.Totals;
            csv.Add(
                row.Id, row.Name, Number(totals.Calls), Number(totals.Succeeded), Number(totals.ClientErrors), Number(totals.Refused), Number(totals.ServerErrors),
                Milliseconds(totals.Mean), Milliseconds(totals.P50), Milliseconds(totals.P95), Milliseconds(totals.P99), Milliseconds(totals.Greatest));
        }

        return csv.ToString();
    }

    private static string NameOf(UsageQuery query, Period period) =>
        string.Create(CultureInfo.InvariantCulture, $"usage-by-{query.Grouping}-{period.From.UtcDateTime:yyyyMMddTHHmm}-{period.To.UtcDateTime:yyyyMMddTHHmm}.csv");

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Milliseconds(long? microseconds) => microseconds is { } measured ? (measured / 1000m).ToString("0.###", CultureInfo.InvariantCulture) : "";
}
