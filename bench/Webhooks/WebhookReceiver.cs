using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Portal.Bench.Webhooks;

/// <summary>
/// The receiver, in a process of its own. <c>/hook/…</c> notes a delivery and answers at once, <c>/hang/…</c> never
/// answers, and <c>/receipts?from=N</c> gives the notes from the Nth on, a line each: event id, its number in the bench
/// and the moment, in ticks of <see cref="Stopwatch"/>, which on one machine all processes share.
/// </summary>
internal static class WebhookReceiver
{
    public static async Task<int> Run(string url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        var app = builder.Build();
        var receipts = new List<Receipt>();
        app.MapGet("/", () => "ready");
        app.MapPost("/hook/{name}", async (HttpContext http) =>
        {
            var at = Stopwatch.GetTimestamp();
            using var body = await JsonDocument.ParseAsync(http.Request.Body, default, http.RequestAborted);
            var receipt = new Receipt(http.Request.Headers["webhook-id"].ToString(), body.RootElement.GetProperty("data").GetProperty("number").GetInt32(), at);
            lock (receipts) receipts.Add(receipt);
        });
        app.MapPost("/hang/{name}", (HttpContext http) => Task.Delay(Timeout.Infinite, http.RequestAborted));
        app.MapGet("/receipts", (int from) =>
        {
            var text = new StringBuilder();
            lock (receipts)
            {
                foreach (var receipt in receipts.Skip(from)) text.Append(receipt.Line).Append('\n');
            }

            return text.ToString();
        });
        await app.RunAsync();
        return 0;
    }
}

/// <summary>A delivery that came.</summary>
/// <param name="EventId">Its <c>webhook-id</c>.</param>
/// <param name="Number">The event's number in the bench.</param>
/// <param name="At">When, in ticks of <see cref="Stopwatch"/>.</param>
internal sealed record Receipt(string EventId, int Number, long At)
{
    public string Line => string.Create(CultureInfo.InvariantCulture, $"{EventId} {Number} {At}");

    public static Receipt Of(string line) =>
        line.Split(' ') is [var id, var number, var at]
            ? new Receipt(id, int.Parse(number, CultureInfo.InvariantCulture), long.Parse(at, CultureInfo.InvariantCulture))
            : throw new FormatException($"Not a receipt: {line}");
}
