using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Portal.Api.Docs;

/// <summary>The headers of answers, described once and referred to.</summary>
internal static class ResponseHeaders
{
    /// <summary>On every answer.</summary>
    private static readonly string[] Always =
    [
        "X-Request-Id", "API-Version", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "RateLimit",
        "RateLimit-Policy", "Deprecation", "Sunset", "Link",
    ];

    private static readonly (string Name, string Description, JsonSchemaType Type, JsonNode Example)[] All =
    [
        ("X-Request-Id", "The request's id; the error's `trace_id` and the request log carry it too.", JsonSchemaType.String, "req_06bv5cwjmxq4s0d2k8h1r3n7zf"),
        ("API-Version", "The version in which the answer is written.", JsonSchemaType.String, "2024-01-15"),
        ("X-RateLimit-Limit", "Calls a minute that the tightest limit allows, its burst included.", JsonSchemaType.Integer, 1000),
        ("X-RateLimit-Remaining", "Calls that this limit allows now.", JsonSchemaType.Integer, 998),
        ("X-RateLimit-Reset", "When the limit is whole again, in Unix seconds.", JsonSchemaType.Integer, 1710930660),
        ("RateLimit", "The state of the tightest limit, as the IETF draft RateLimit header fields writes it.", JsonSchemaType.String, "\"key\";r=998;t=1"),
        ("RateLimit-Policy", "The tightest limit itself, as the same draft writes it.", JsonSchemaType.String, "\"key\";q=1000;w=60"),
        ("Deprecation", "Since when the operation or the version is deprecated (RFC 9745); only where it is.", JsonSchemaType.String, "@1705276800"),
        ("Sunset", "When it stops to answer (RFC 8594); only where it is deprecated.", JsonSchemaType.String, "Fri, 31 Dec 2027 00:00:00 GMT"),
        ("Link", "Where the deprecation is explained; only where there is one.", JsonSchemaType.String, "</docs/versions>; rel=\"deprecation\"; type=\"text/html\""),
        ("Retry-After", "Seconds until the call would succeed.", JsonSchemaType.Integer, 12),
        ("X-RateLimit-Retry-After", "The same as `Retry-After`.", JsonSchemaType.Integer, 12),
        ("WWW-Authenticate", "How to authenticate.", JsonSchemaType.String, "Bearer"),
        ("Location", "The path of what was created.", JsonSchemaType.String, "/api/v1/contacts/con_06bv5cwjmxq4s0d2k8h1r3n7zf"),
        ("Idempotency-Replayed", "`true` where the stored answer of an earlier request with the same `Idempotency-Key` is given again.", JsonSchemaType.String, "true"),
    ];

    /// <summary>Describes them among the document's components.</summary>
    public static void Describe(OpenApiDocument document)
    {
        document.Components!.Headers = new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal);
        foreach (var (name, description, type, example) in All)
        {
            document.Components.Headers[name] = new OpenApiHeader
            {
                Description = description,
                Schema = new OpenApiSchema { Type = type },
                Example = example.DeepClone(),
            };
        }
    }

    /// <summary>References to the headers of every answer and to the further ones that are named.</summary>
    public static Dictionary<string, IOpenApiHeader> Of(OpenApiDocument document, params IEnumerable<string> further) =>
        Always.Concat(further).ToDictionary(name => name, IOpenApiHeader (name) => new OpenApiHeaderReference(name, document), StringComparer.Ordinal);
}
