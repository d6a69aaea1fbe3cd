using System.Text.Json;

namespace Portal.Core.Workflows.Nodes.Http;

/// <summary>How a request proves who sends it.</summary>
internal enum ApiAuth
{
    None,
    Bearer,
    Basic,
    ApiKey,
}

/// <summary>How a request's body is written.</summary>
internal enum ApiBody
{
    Json,
    Form,
    Text,
}

/// <summary>How a response's body is read.</summary>
internal enum ApiAnswer
{
    Auto,
    Json,
    Text,
    Base64,
}

/// <summary>The configuration of <see cref="ApiIntegrationNode"/>.</summary>
internal sealed record ApiCallSettings
{
    public string Method { get; init; } = "GET";
    public required string Url { get; init; }
    public IReadOnlyDictionary<string, JsonElement> Query { get; init; } = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
    public IReadOnlyDictionary<string, JsonElement> Headers { get; init; } = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
    public ApiCredentials Auth { get; init; } = new();
    public JsonElement? Body { get; init; }
    public ApiBody BodyType { get; init; }
    public ApiAnswer Response { get; init; }
    public IReadOnlyList<int> ExpectedStatuses { get; init; } = [];
    public double TimeoutSeconds { get; init; } = 30;
    public int MostBytes { get; init; } = 1024 * 1024;
    public int Redirects { get; init; } = 5;
    public string IdempotencyHeader { get; init; } = "Idempotency-Key";

    public bool Expects(int status) => ExpectedStatuses.Count == 0 ? status is >= 200 and < 300 : ExpectedStatuses.Contains(status);
}

internal sealed record ApiCredentials
{
    public ApiAuth Type { get; init; }
    public string? Token { get; init; }
    public string? Username { get; init; }
    public string? Password { get; init; }
    public string Header { get; init; } = "X-API-Key";
    public string? Key { get; init; }
}

internal static class ApiCallSchema
{
    public static System.Text.Json.Nodes.JsonObject Create() => NodePorts.Schema("""
        {
          "type": "object",
          "additionalProperties": false,
          "required": ["url"],
          "properties": {
            "method": { "enum": ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"], "default": "GET", "title": "Method" },
            "url": { "type": "string", "title": "URL", "minLength": 1, "maxLength": 2000, "description": "Begins with https:// or http://. Private addresses are refused.", "examples": ["https://api.example.com/orders/{{ input.id }}"] },
            "query": { "type": "object", "title": "Query", "description": "Added to the URL; a list gives its name several times, and what is null is left out.", "x-secret": true },
            "headers": { "type": "object", "title": "Headers", "description": "By name.", "examples": [{ "Accept": "application/json" }], "x-secret": true },
            "auth": {
              "type": "object", "title": "Authentication", "additionalProperties": false, "x-secret": true,
              "properties": {
                "type": { "enum": ["none", "bearer", "basic", "api_key"], "default": "none", "title": "Type" },
                "token": { "type": "string", "title": "Token", "maxLength": 4000, "examples": ["{{ secrets.API_TOKEN }}"], "x-secret": true, "x-when": { "type": ["bearer"] } },
                "username": { "type": "string", "title": "User name", "maxLength": 1000, "x-secret": true, "x-when": { "type": ["basic"] } },
                "password": { "type": "string", "title": "Password", "maxLength": 1000, "x-secret": true, "x-when": { "type": ["basic"] } },
                "header": { "type": "string", "title": "Header", "default": "X-API-Key", "minLength": 1, "maxLength": 200, "x-when": { "type": ["api_key"] } },
                "key": { "type": "string", "title": "Key", "maxLength": 4000, "examples": ["{{ secrets.API_KEY }}"], "x-secret": true, "x-when": { "type": ["api_key"] } }
              }
            },
            "body": { "title": "Body", "description": "Sent as body_type says; none unless given.", "examples": [{ "name": "{{ input.name }}" }], "x-secret": true },
            "body_type": { "enum": ["json", "form", "text"], "default": "json", "title": "Body type", "description": "form takes an object; text is sent as it is." },
            "response": { "enum": ["auto", "json", "text", "base64"], "default": "auto", "title": "Response", "description": "How its body is read. auto goes by the content type." },
            "expected_statuses": { "type": "array", "title": "Expected statuses", "maxItems": 50, "items": { "type": "integer", "minimum": 200, "maximum": 599 }, "description": "Others are failures. 200 to 299 unless given." },
            "timeout_seconds": { "type": "number", "title": "Time-out", "exclusiveMinimum": 0, "maximum": 300, "default": 30, "description": "Seconds until the response must be complete." },
            "most_bytes": { "type": "integer", "title": "Largest response", "minimum": 1, "maximum": 8388608, "default": 1048576, "description": "Bytes; a larger one is a failure." },
            "redirects": { "type": "integer", "title": "Redirects", "minimum": 0, "maximum": 10, "default": 5, "description": "How many are followed; 0 makes a redirect an answer like others." },
            "idempotency_header": { "type": "string", "title": "Idempotency header", "default": "Idempotency-Key", "maxLength": 200, "description": "Sent with all methods but GET, HEAD and OPTIONS, with the same value for all attempts of a step, so that the other side does it once. Empty sends none." }
          }
        }
        """);
}
