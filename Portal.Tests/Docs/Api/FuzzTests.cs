using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Core.Shared.Problems;

namespace Portal.Tests.Docs.Api;

/// <summary>
/// Throws random requests at every operation that the document names. Every run takes other ones; a failure prints the
/// seed, which PORTAL_FUZZ_SEED repeats.
/// </summary>
public sealed class FuzzTests(DocsApp docs, ITestOutputHelper output) : IClassFixture<DocsApp>
{
    private const int RequestsWithBody = 300;
    private const int RequestsWithout = 150;

    /// <summary>Passwords are slow to check, on purpose.</summary>
    private const int RequestsThatHash = 60;
    private const int MostReported = 10;

    /// <summary>Failures of servers that a request made the portal call.</summary>
    private static readonly string[] SomebodyElses = [$"\"{ErrorCode.AiServiceUnavailable.Code}\"", $"\"{ErrorCode.AiProcessingTimeout.Code}\""];

    private readonly ConcurrentQueue<string> _failures = new();

    [Theory]
    [InlineData("v1")]
    [InlineData("unversioned")]
    public async Task No_input_gives_a_5xx_and_every_refusal_has_the_errors_shape(string document)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("PORTAL_FUZZ_SEED"), CultureInfo.InvariantCulture, out var given) ? given : Random.Shared.Next();
        output.WriteLine($"PORTAL_FUZZ_SEED={seed}");
        var operations = DocumentedOperation.Of(document == "v1" ? docs.Canonical : docs.Unversioned).ToArray();
        var sent = 0;
        // The operations that end things come last: other requests would find nothing any more.
        foreach (var part in operations.GroupBy(operation => operation.Method == "delete").OrderBy(part => part.Key))
        {
            await Parallel.ForEachAsync(part, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (operation, _) =>
            {
                using var client = docs.App.Client(operation.Anonymous ? null : docs.Key);
                Interlocked.Add(ref sent, await Throw(client, operation, new Random(seed ^ StableHash(operation.Id))));
            });
        }

        output.WriteLine($"{sent} requests at {operations.Length} operations");
        Assert.True(_failures.IsEmpty, $"PORTAL_FUZZ_SEED={seed}\n" + string.Join("\n\n", _failures.Take(MostReported)));
    }

    private async Task<int> Throw(HttpClient client, DocumentedOperation operation, Random random)
    {
        var requests = new RequestFuzzer(operation, random);
        var count = (string)operation.Operation["x-rate-limit-category"]! == "authentication" ? RequestsThatHash : operation.JsonBody is null ? RequestsWithout : RequestsWithBody;
        for (var i = 0; i < count && _failures.Count < MostReported; i++)
        {
            using var request = requests.Next();
            var body = request.Content is null ? "" : System.Text.Encoding.Latin1.GetString(await request.Content.ReadAsByteArrayAsync());
            using var response = await client.SendAsync(request);
            var answer = await response.Content.ReadAsStringAsync();
            if (Fault(operation, response, answer) is { } fault)
                _failures.Enqueue($"{fault}\n#{i} {operation.Name}: {request.RequestUri}\n{Clip(request.Headers.ToString())}\n{request.Content?.Headers.ContentType}\n{Clip(body)}\n→ {(int)response.StatusCode} {Clip(answer)}\n{Logged(response)}");
        }

        return count;
    }

    private string Logged(HttpResponseMessage response)
    {
        if ((int)response.StatusCode < 500) return "";
        var id = response.Headers.GetValues("X-Request-Id").Single();
        return docs.App.Logs.Lines.FirstOrDefault(line => line.Message.Contains(id, StringComparison.Ordinal))?.Exception?.ToString() ?? "";
    }

    private static string? Fault(DocumentedOperation operation, HttpResponseMessage response, string answer)
    {
        var status = (int)response.StatusCode;
        if (status >= 500 && !SomebodyElses.Any(code => answer.Contains(code, StringComparison.Ordinal))) return "A server's fault";
        if (!operation.Responses.ContainsKey(status.ToString(CultureInfo.InvariantCulture))) return $"The document does not name {status}";
        if (status < 400) return null;
        try
        {
            return ErrorFault(response, JsonNode.Parse(answer)!.AsObject());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException)
        {
            return "Not the error's shape: " + e.Message;
        }
    }

    private static string? ErrorFault(HttpResponseMessage response, JsonObject json)
    {
        var problem = response.Content.Headers.ContentType?.MediaType == "application/problem+json";
        var error = problem ? json : json["error"]!.AsObject();
        if (!problem && (bool)json["success"]!) return "A refusal that says success";
        if (!ErrorCode.All.Any(code => code.Code == (string)error["code"]! && code.Reference == (string)error["reference"]!)) return "An unknown code";
        if ((string)error["trace_id"]! != response.Headers.GetValues("X-Request-Id").Single()) return "Another trace id than X-Request-Id";
        if (string.IsNullOrWhiteSpace((string?)error[problem ? "title" : "message"])) return "No message";
        var details = problem ? json : error["details"]!.AsObject();
        if ((string)error["code"]! == "VALIDATION_ERROR" && (details["field"] is null || details["reason"] is null)) return "The field is not named";
        return response.Headers.Contains("X-RateLimit-Limit") ? null : "No X-RateLimit headers";
    }

    private static int StableHash(string text) => text.Aggregate(17, (hash, letter) => unchecked((hash * 31) + letter));

    private static string Clip(string text) => text.Length > 600 ? text[..600] + "…" : text;
}
