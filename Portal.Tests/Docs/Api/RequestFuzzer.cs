using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Portal.Tests.Docs.Api;

/// <summary>Makes requests of an operation, most of them wrong somewhere.</summary>
internal sealed class RequestFuzzer(DocumentedOperation operation, Random random)
{
    private readonly JsonFuzzer _json = new(random);
    private readonly JsonNode[] _examples = [.. operation.RequestExamples];
    private readonly JsonObject[] _path = [.. operation.ParametersIn("path")];
    private readonly JsonObject[] _query = [.. operation.ParametersIn("query")];

    public HttpRequestMessage Next()
    {
        var request = new HttpRequestMessage(new HttpMethod(operation.Method.ToUpperInvariant()), new Uri(Path() + Query(), UriKind.Relative));
        Headers(request);
        if (operation.Operation["requestBody"] is null && random.Next(10) != 0) return request;
        var (body, contentType) = _json.Next(_examples.Length == 0 ? null : _examples[random.Next(_examples.Length)]);
        // Where no body is wanted its size is of no interest.
        if (operation.JsonBody is null) body = body[..Math.Min(body.Length, 10_000)];
        request.Content = new ByteArrayContent(body);
        if (contentType is not null) request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return request;
    }

    private string Path() => _path.Aggregate(operation.Path, (path, parameter) =>
    {
        var value = random.Next(3) == 0 ? parameter["example"]!.ToString() : _json.Text();
        // No server lets a null character of a path through to the application. A segment that is empty, or only dots,
        // makes another path of it.
        value = value.Replace("\0", "", StringComparison.Ordinal);
        if (value.Trim('.', ' ').Length == 0) value = "x" + value.Length.ToString(CultureInfo.InvariantCulture);
        return path.Replace($"{{{parameter["name"]}}}", Uri.EscapeDataString(value), StringComparison.Ordinal);
    });

    private string Query()
    {
        var parts = new List<string>();
        foreach (var parameter in _query.Where(_ => random.Next(3) == 0))
        {
            var name = (string)parameter["name"]!;
            var value = (name, random.Next(4)) switch
            {
                (_, 0) => parameter["example"]!.ToString(),
                ("cursor", _) => _json.Cursor("-created_at"),
                _ => _json.Text(),
            };
            parts.Add($"{name}={Uri.EscapeDataString(value)}");
            if (random.Next(10) == 0) parts.Add($"{name}={Uri.EscapeDataString(_json.Text())}");
        }

        if (random.Next(10) == 0) parts.Add("%00=%FF&&=&a");
        return parts.Count == 0 ? "" : "?" + string.Join('&', parts);
    }

    private void Headers(HttpRequestMessage request)
    {
        if (random.Next(10) == 0) Add(request.Headers, "API-Version", random.Next(2) == 0 ? "2023-12-01" : "2022-02-30");
        if (random.Next(10) == 0) Add(request.Headers, "Idempotency-Key", random.Next(3) switch { 0 => "again", 1 => new string('k', 300), _ => random.Next(100).ToString(CultureInfo.InvariantCulture) });
        if (random.Next(10) == 0) Add(request.Headers, "Accept", random.Next(2) == 0 ? "application/problem+json" : "text/html;q=x, */*;;");
        if (random.Next(30) == 0) Add(request.Headers, "X-Organization-ID", "org_other");
        if (random.Next(30) == 0) Add(request.Headers, "Authorization", "Bearer ey.ey.ey");
    }

    private static void Add(HttpRequestHeaders headers, string name, string value) => headers.TryAddWithoutValidation(name, value);
}
