using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.OpenApi;
using Portal.Api.Gateway;

namespace Portal.Api.Docs;

/// <summary>Completes one operation from what its endpoint states.</summary>
internal sealed class OperationWriter(OpenApiDocument document, SchemaCatalog schemas, ParameterWriter parameters, ResponseWriter responses)
{
    public void Complete(DescribedOperation described)
    {
        var (operation, policy) = (described.Operation, described.Policy);
        operation.OperationId = policy.Operation.Id;
        operation.Summary = policy.Operation.Summary;
        operation.Description = DescriptionOf(policy);
        operation.Deprecated = policy.Deprecation is not null;
        operation.Security = policy.Anonymous ? [] : SecuritySchemes.Requirements(document);
        operation.Extensions = Extensions(policy);
        parameters.Complete(described);
        operation.RequestBody = Body(described);
        operation.Responses = responses.Of(described);
    }

    /// <summary>The refusals that follow from what the endpoint states.</summary>
    public static IEnumerable<int> Refusals(DescribedOperation described)
    {
        var policy = described.Policy;
        // A bad credential is refused also where none is needed, a bad version everywhere.
        var statuses = new SortedSet<int>(described.FurtherRefusals) { 400, 401, 429, 500 };
        if (!policy.Anonymous) statuses.Add(403);
        if (described.Path.Contains('{', StringComparison.Ordinal)) statuses.Add(404);
        if (!policy.Anonymous && policy.Method == HttpMethods.Post) statuses.Add(409);
        // The size of a body is looked at before anything asks whether one is wanted.
        if (policy.Method != HttpMethods.Get) statuses.Add(413);
        if (described.Body is not null) statuses.Add(415);
        return statuses;
    }

    private static string DescriptionOf(EndpointPolicy policy)
    {
        var text = policy.Operation.Description ?? policy.Operation.Summary + ".";
        if (policy.Anonymous) return text + "\n\nNeeds no credential.";
        var needs = policy.Scopes.Length == 0
            ? "Any good credential will do."
            : $"Needs the scope {string.Join(" or ", policy.Scopes.Select(scope => $"`{scope}`"))}.";
        var plan = policy.Feature is { } feature ? $" The plan must include `{feature}`." : "";
        return $"{text}\n\n{needs}{plan}";
    }

    private static Dictionary<string, IOpenApiExtension> Extensions(EndpointPolicy policy)
    {
        var extensions = new Dictionary<string, IOpenApiExtension>(StringComparer.Ordinal)
        {
            ["x-required-scopes"] = new JsonNodeExtension(new JsonArray([.. policy.Scopes.Take(1).Select(scope => (JsonNode)scope)])),
            ["x-sufficient-scopes"] = new JsonNodeExtension(new JsonArray([.. policy.Scopes.Select(scope => (JsonNode)scope)])),
            ["x-rate-limit-category"] = new JsonNodeExtension(JsonNamingPolicy.SnakeCaseLower.ConvertName(policy.Category.ToString())),
        };
        if (policy.Deprecation is not { } deprecation) return extensions;
        extensions["x-deprecated-since"] = new JsonNodeExtension(deprecation.Since.ToString("yyyy-MM-dd", null));
        extensions["x-sunset"] = new JsonNodeExtension(deprecation.Sunset.ToString("yyyy-MM-dd", null));
        return extensions;
    }

    private OpenApiRequestBody? Body(DescribedOperation described)
    {
        if (described.Body is not { RequestType: { } type } body) return null;
        var media = new OpenApiMediaType { Schema = schemas.Of(type) };
        var examples = described.Examples.Where(example => example.Request is not null).ToArray();
        if (examples.Length > 0) media.Examples = examples.ToDictionary(example => example.Name, IOpenApiExample (example) => ShownExample.Of(example.Name, ExampleJson.Request(example.Request!)), StringComparer.Ordinal);
        return new OpenApiRequestBody
        {
            Required = !body.IsOptional,
            Description = document.Components!.Schemas!.TryGetValue(SchemaNames.Of(type), out var known) ? known.Description : null,
            Content = body.ContentTypes.DefaultIfEmpty("application/json").Distinct(StringComparer.Ordinal).ToDictionary(content => content, _ => media, StringComparer.Ordinal),
        };
    }
}

/// <summary>Examples as the document shows them.</summary>
internal static class ShownExample
{
    public static OpenApiExample Of(string name, JsonNode value)
    {
        var words = name.Replace('_', ' ');
        return new OpenApiExample { Summary = char.ToUpperInvariant(words[0]) + words[1..], Value = value };
    }
}
