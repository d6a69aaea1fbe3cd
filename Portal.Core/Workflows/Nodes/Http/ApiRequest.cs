using System.Text;
using System.Text.Json;
using Portal.Core.Shared.Http;

namespace Portal.Core.Workflows.Nodes.Http;

/// <summary>The request that a configuration describes.</summary>
internal static class ApiRequest
{
    public static OutboundRequest Of(ApiCallSettings config, string idempotencyKey)
    {
        var headers = new OrderedDictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var body = Body(config, headers);
        // POST and its like do something, and an attempt that a crash cut off is made again.
        if (config.IdempotencyHeader.Length > 0 && config.Method is not ("GET" or "HEAD" or "OPTIONS")) headers[config.IdempotencyHeader] = idempotencyKey;
        if (Credentials(config.Auth) is var (name, value)) headers[name] = value;
        foreach (var (header, text) in config.Headers.Where(header => !header.Value.IsNothing())) headers[header] = NodeJson.Shown(text);
        return new()
        {
            Method = HttpMethod.Parse(config.Method),
            Url = Url(config),
            Headers = [.. headers],
            Body = body,
            Timeout = TimeSpan.FromSeconds(config.TimeoutSeconds),
            LargestBody = config.MostBytes,
            LongestBody = config.MostBytes,
            Redirects = config.Redirects,
        };
    }

    private static string Url(ApiCallSettings config)
    {
        var parameters = config.Query.SelectMany(pair => pair.Value.ValueKind == JsonValueKind.Array ? pair.Value.EnumerateArray().Select(value => (pair.Key, value)) : [(pair.Key, pair.Value)])
            .Where(pair => pair.Item2.ValueKind != JsonValueKind.Null)
            .Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(NodeJson.Shown(pair.Item2))}");
        var query = string.Join('&', parameters);
        if (query.Length == 0) return config.Url;
        var fragment = config.Url.IndexOf('#', StringComparison.Ordinal);
        var url = fragment < 0 ? config.Url : config.Url[..fragment];
        return $"{url}{(url.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{query}";
    }

    private static (string Name, string Value)? Credentials(ApiCredentials auth) => auth.Type switch
    {
        ApiAuth.Bearer => ("Authorization", $"Bearer {auth.Token}"),
        ApiAuth.Basic => ("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{auth.Username}:{auth.Password}"))}"),
        ApiAuth.ApiKey => (auth.Header, auth.Key ?? ""),
        _ => null,
    };

    private static byte[]? Body(ApiCallSettings config, OrderedDictionary<string, string> headers)
    {
        if (config.Body is not { } body) return null;
        (headers["Content-Type"], var text) = config.BodyType switch
        {
            ApiBody.Form => ("application/x-www-form-urlencoded", Form(body)),
            ApiBody.Text => ("text/plain; charset=utf-8", NodeJson.Shown(body)),
            _ => ("application/json", NodeJson.Format(body, indented: false)),
        };
        return Encoding.UTF8.GetBytes(text);
    }

    private static string Form(JsonElement body) => body.ValueKind == JsonValueKind.Object
        ? string.Join('&', body.EnumerateObject().Select(field => $"{Uri.EscapeDataString(field.Name)}={Uri.EscapeDataString(NodeJson.Shown(field.Value))}"))
        : throw new NodeException("INVALID_CONFIG", $"body is {NodeJson.KindOf(body)}; a form is an object.");
}
