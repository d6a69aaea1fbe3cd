using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Portal.Tests.Docs.Api;

/// <summary>
/// Makes every operation's example as a real call, in an order in which they can succeed: what is made first has an id,
/// which takes the place of the example's id in later requests.
/// </summary>
internal sealed class ContractRun(DocsApp docs, JsonObject document)
{
    private static readonly string[] Ends = ["/revoke", "/rotate", "/logout", "/cancel"];
    private readonly Dictionary<string, string> _real = new(StringComparer.Ordinal);
    private readonly List<string> _failures = [];
    private string? _accessToken;

    /// <summary>Answers to be validated: a name, the pointer to the schema, the value.</summary>
    public JsonArray Cases { get; } = [];

    /// <summary>Calls that did not succeed.</summary>
    public IReadOnlyList<string> Failures => _failures;

    public async Task All()
    {
        await docs.MakeExamples();
        foreach (var stage in DocumentedOperation.Of(document).GroupBy(Stage).OrderBy(stage => stage.Key))
        {
            var waiting = stage.ToList();
            int before;
            do
            {
                before = waiting.Count;
                _failures.Clear();
                await docs.OpenTask();
                for (var i = waiting.Count - 1; i >= 0; i--)
                    if (await Succeeds(waiting[i])) waiting.RemoveAt(i);
            }
            while (waiting.Count > 0 && waiting.Count < before);
            if (waiting.Count > 0) return;
        }
    }

    private static int Stage(DocumentedOperation operation) => operation.Method switch
    {
        "post" => Ends.Any(end => operation.Path.EndsWith(end, StringComparison.Ordinal)) ? 3 : 0,
        "get" => 1,
        "delete" => 4,
        _ => 2,
    };

    private async Task<bool> Succeeds(DocumentedOperation operation)
    {
        var bodies = operation.RequestExamples.Select(example => (JsonNode?)example).DefaultIfEmpty(null).ToArray();
        var all = true;
        foreach (var body in bodies) all &= await Succeeds(operation, body);
        if (all && operation.Path.Contains("{id}", StringComparison.Ordinal) && operation.Method == "get") await Validate(operation, "/nothing", 404);
        return all;
    }

    private async Task<bool> Succeeds(DocumentedOperation operation, JsonNode? body)
    {
        using var response = await Send(operation, body);
        var text = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode)
        {
            _failures.Add($"{operation.Name}: {(int)response.StatusCode} {text}\n  {body?.ToJsonString()}");
            return false;
        }

        Add(operation, (int)response.StatusCode, text);
        return true;
    }

    private async Task Validate(DocumentedOperation operation, string id, int expected)
    {
        using var client = docs.App.Client(docs.Key);
        using var response = await client.GetAsync(new Uri(operation.Path.Replace("/{id}", id, StringComparison.Ordinal), UriKind.Relative));
        Assert.Equal(expected, (int)response.StatusCode);
        Cases.Add(new JsonObject
        {
            ["name"] = operation.Name + " of nothing",
            ["pointer"] = "#/components/schemas/Error",
            ["value"] = JsonNode.Parse(await response.Content.ReadAsStringAsync()),
        });
    }

    private async Task<HttpResponseMessage> Send(DocumentedOperation operation, JsonNode? body)
    {
        using var client = docs.App.Client(operation.Anonymous ? null : docs.Key);
        var response = await client.SendAsync(Request(operation, body));
        if (operation.Anonymous || _accessToken is null || (int)response.StatusCode is not (401 or 403)) return response;
        // Some operations are a person's, not a program's.
        response.Dispose();
        using var user = docs.App.Client();
        user.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _accessToken);
        return await user.SendAsync(Request(operation, body));
    }

    private HttpRequestMessage Request(DocumentedOperation operation, JsonNode? body)
    {
        var path = operation.ParametersIn("path").Aggregate(operation.Path, (path, parameter) =>
            path.Replace($"{{{parameter["name"]}}}", Uri.EscapeDataString(Real((string)parameter["example"]!)), StringComparison.Ordinal));
        var request = new HttpRequestMessage(new HttpMethod(operation.Method.ToUpperInvariant()), new Uri(path, UriKind.Relative));
        if (body is not null) request.Content = new StringContent(_real.Aggregate(body.ToJsonString(), (text, pair) => text.Replace(pair.Key, pair.Value, StringComparison.Ordinal)), Encoding.UTF8, "application/json");
        return request;
    }

    private void Add(DocumentedOperation operation, int status, string text)
    {
        var documented = operation.Responses[$"{status}"] ?? throw new InvalidOperationException($"{operation.Name} does not name {status}");
        var media = documented["content"]?["application/json"]?.AsObject();
        if (media is null)
        {
            Assert.Empty(text);
            return;
        }

        var value = JsonNode.Parse(text)!;
        foreach (var example in DocumentedOperation.Examples(media)) Learn(example, value);
        Cases.Add(new JsonObject
        {
            ["name"] = $"{operation.Name} {status}",
            ["pointer"] = $"#/paths/{operation.Path.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}/{operation.Method}/responses/{status}/content/application~1json/schema",
            ["value"] = value,
        });
    }

    private void Learn(JsonNode? example, JsonNode? actual)
    {
        if (example is not JsonObject shown || actual is not JsonObject real) return;
        foreach (var (name, value) in shown)
        {
            if (value is JsonObject) Learn(value, real[name]);
            if (value is not JsonValue || real[name] is not JsonValue found || !found.TryGetValue(out string? text)) continue;
            if (name == "access_token") _accessToken = text;
            if (name == "id" || name.EndsWith("_token", StringComparison.Ordinal)) _real.TryAdd((string)value!, text);
        }
    }

    private string Real(string example) => _real.GetValueOrDefault(example, example);
}
