using System.Text.Json.Nodes;

namespace Portal.Tests.Docs.Api;

/// <summary>What an operation must say of itself, so that a client can be written from the document alone.</summary>
internal static class Completeness
{
    private static readonly string[] AlwaysRefused = ["400", "401", "429", "500"];

    public static void Check(DocumentedOperation operation)
    {
        foreach (var field in new[] { "operationId", "summary", "description" })
            Assert.False(string.IsNullOrWhiteSpace((string?)operation.Operation[field]), $"{operation.Name} has no {field}");
        var tags = operation.Operation["tags"]?.AsArray() ?? [];
        Assert.True(tags.Count > 0, $"{operation.Name} has no tag: .WithTags(…)");
        Assert.All(tags, tag => Assert.Contains(
            operation.Document["tags"]!.AsArray(), known => (string)known!["name"]! == (string)tag! && !string.IsNullOrEmpty((string?)known["description"])));
        Assert.NotNull(operation.Operation["security"]);
        Assert.True(operation.Anonymous || operation.Responses.ContainsKey("403"), operation.Name);
        Assert.NotNull(operation.Operation["x-required-scopes"]);
        foreach (var parameter in operation.Parameters) Check(operation, parameter);
        CheckBody(operation);
        CheckResponses(operation);
    }

    private static void Check(DocumentedOperation operation, JsonObject parameter)
    {
        var name = $"parameter {parameter["name"]} of {operation.Name}";
        Assert.False(string.IsNullOrWhiteSpace((string?)parameter["description"]), $"{name} has no description");
        if ((string?)parameter["in"] == "query") Assert.True(((string)parameter["name"]!).All(letter => !char.IsUpper(letter)), $"{name} is not snake_case: [FromQuery(Name = …)]");
        Assert.True(parameter["example"] is not null, $"{name} has no example");
        Assert.True(parameter["schema"] is JsonObject { Count: > 0 }, $"{name} has no schema");
    }

    private static void CheckBody(DocumentedOperation operation)
    {
        if (operation.Operation["requestBody"] is not { } body) return;
        Assert.All(body["content"]!.AsObject(), media =>
        {
            Assert.NotNull(media.Value!["schema"]);
            Assert.True(DocumentedOperation.Examples(media.Value.AsObject()).Any(), $"{operation.Name} has no example of its request: .Example(request, response)");
        });
    }

    private static void CheckResponses(DocumentedOperation operation)
    {
        var expected = AlwaysRefused.ToList();
        if (operation.Path.Contains('{', StringComparison.Ordinal)) expected.Add("404");
        if (operation.Operation["requestBody"] is not null) expected.AddRange(["413", "415"]);
        Assert.All(expected, status => Assert.True(operation.Responses.ContainsKey(status), $"{operation.Name} does not say how it answers {status}"));
        foreach (var (status, response) in operation.Responses)
        {
            var resolved = operation.Resolve(response!);
            var name = $"{operation.Name} {status}";
            Assert.False(string.IsNullOrWhiteSpace((string?)resolved["description"]), $"{name} has no description");
            Assert.True(resolved["headers"]!.AsObject().ContainsKey("X-Request-Id"), $"{name} has no headers");
            foreach (var (media, content) in resolved["content"]?.AsObject() ?? [])
                Assert.True(DocumentedOperation.Examples(content!.AsObject()).Any(), $"{name} has no example as {media}: .Example(request, response)");
            if (status[0] != '2') Assert.Equal("#/components/schemas/Error", (string?)resolved["content"]!["application/json"]!["schema"]!["$ref"]);
        }
    }
}
