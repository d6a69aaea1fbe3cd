using System.Text.Json.Nodes;

namespace Portal.Tests.Docs.Api;

/// <summary>An operation as a reader of the document sees it.</summary>
public sealed record DocumentedOperation(string Path, string Method, JsonObject Operation, JsonObject Document)
{
    private static readonly string[] Methods = ["get", "put", "post", "patch", "delete"];

    public string Id => (string)Operation["operationId"]!;
    public string Name => $"{Method.ToUpperInvariant()} {Path} ({Id})";
    public bool Anonymous => Operation["security"] is JsonArray { Count: 0 };
    public JsonObject Responses => Operation["responses"]!.AsObject();
    public JsonObject? JsonBody => Operation["requestBody"]?["content"]?["application/json"]?.AsObject();
    public IEnumerable<JsonObject> Parameters => (Operation["parameters"]?.AsArray() ?? []).Select(parameter => Resolve(parameter!));
    public IEnumerable<JsonNode> RequestExamples => Examples(JsonBody);

    public IEnumerable<JsonObject> ParametersIn(string place) => Parameters.Where(parameter => (string)parameter["in"]! == place);

    public static IEnumerable<DocumentedOperation> Of(JsonObject document) =>
        from path in document["paths"]!.AsObject()
        from method in path.Value!.AsObject()
        where Methods.Contains(method.Key)
        select new DocumentedOperation(path.Key, method.Key, method.Value!.AsObject(), document);

    public static IEnumerable<JsonNode> Examples(JsonObject? media) =>
        (media?["examples"]?.AsObject() ?? []).Select(example => example.Value!["value"]!);

    public JsonObject Resolve(JsonNode node)
    {
        while ((string?)node["$ref"] is { } reference)
            node = reference.Split('/')[1..].Aggregate((JsonNode)Document, (at, name) => at[name.Replace("~1", "/", StringComparison.Ordinal)]!);
        return node.AsObject();
    }
}
