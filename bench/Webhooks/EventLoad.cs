using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Portal.Bench.Webhooks;

/// <summary>An event of the load, once its publishing has been answered with 2xx.</summary>
/// <param name="EventId"><c>evt_…</c></param>
/// <param name="Due">When it was to be published, whether or not the bench was in time, in ticks of <see cref="Stopwatch"/>.</param>
/// <param name="Answered">When the answer was there.</param>
internal sealed record Published(int Number, string EventId, long Due, long Answered);

/// <summary>
/// Publishes events at a rate, in an open loop: each has its moment, and a slow answer delays none after it. Event
/// number N is of the type number N modulo the number of types.
/// </summary>
/// <param name="insists">Whether an event is published again, under the same idempotency key, until it is acknowledged.</param>
internal sealed class EventLoad(string address, int rate, string[] types, bool insists) : IDisposable
{
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(100);

    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 128 })
    {
        BaseAddress = new Uri(address),
        Timeout = TimeSpan.FromSeconds(30),
        DefaultRequestHeaders = { { "X-API-Key", PublishedPortal.ApiKey } },
    };

    private readonly ConcurrentBag<Published> _published = [];
    private readonly ConcurrentDictionary<string, int> _refusals = new(StringComparer.Ordinal);
    private TaskCompletionSource _open = Opened();
    private int _repeated;

    /// <summary>What was acknowledged.</summary>
    public IReadOnlyCollection<Published> Acknowledged => _published;

    /// <summary>Answers and faults that ended the publishing of an event, and how many times.</summary>
    public IReadOnlyDictionary<string, int> Refusals => _refusals;

    /// <summary>Requests that were made again.</summary>
    public int Repeated => _repeated;

    /// <summary>Lets repetitions wait: the server is known to be down.</summary>
    public void Hold() => _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lets them go on.</summary>
    public void Release() => _open.TrySetResult();

    /// <summary>Publishes the events numbered from 0; ends once each has its answer.</summary>
    public async Task Run(int count)
    {
        var tasks = new List<Task>(count);
        var start = Stopwatch.GetTimestamp();
        for (var number = 0; number < count; number++)
        {
            var due = start + (long)((double)number / rate * Stopwatch.Frequency);
            while (Stopwatch.GetTimestamp() < due) await Task.Delay(1);
            tasks.Add(Publish(number, due));
        }

        await Task.WhenAll(tasks);
    }

    public void Dispose() => _http.Dispose();

    private async Task Publish(int number, long due)
    {
        while (true)
        {
            var (id, fault, isFinal) = await Try(number);
            if (id is not null)
            {
                _published.Add(new Published(number, id, due, Stopwatch.GetTimestamp()));
                return;
            }

            if (!insists || isFinal)
            {
                _refusals.AddOrUpdate(fault!, 1, (_, times) => times + 1);
                return;
            }

            Interlocked.Increment(ref _repeated);
            await Task.Delay(Again);
            await _open.Task;
        }
    }

    private async Task<(string? Id, string? Fault, bool IsFinal)> Try(int number)
    {
        try
        {
            using var request = Request(number);
            using var answer = await _http.SendAsync(request);
            var body = await answer.Content.ReadAsByteArrayAsync();
            if (!answer.IsSuccessStatusCode)
            {
                // 409: the first try is still being carried out.
                var isFinal = (int)answer.StatusCode is >= 400 and < 500 and not 409;
                return (null, $"{(int)answer.StatusCode} {Encoding.UTF8.GetString(body)}", isFinal);
            }

            using var json = JsonDocument.Parse(body);
            return (json.RootElement.GetProperty("id").GetString(), null, true);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return (null, e.Message, false);
        }
    }

    private HttpRequestMessage Request(int number)
    {
        var json = $$$"""{"type":"{{{types[number % types.Length]}}}","data":{"number":{{{number}}},"values":{"item":"Brass gears","quantity":12},"text":"An event of the bench, about as long as one that tells of a contact or a deal that somebody changed."}}""";
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/events") { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        if (insists) request.Headers.Add("Idempotency-Key", $"bench-{number}");
        return request;
    }

    private static TaskCompletionSource Opened()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }
}
