using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.OpenApi;
using Portal.Api.Gateway;

namespace Portal.Api.Docs;

/// <summary>An operation of the document with all that its endpoint states about itself.</summary>
internal sealed class DescribedOperation(OpenApiOperation operation, ApiDescription description, EndpointPolicy policy)
{
    public OpenApiOperation Operation => operation;
    public ApiDescription Description => description;
    public EndpointPolicy Policy => policy;

    /// <summary>The path as the document has it, beginning with a slash.</summary>
    public string Path => "/" + description.RelativePath;

    public IReadOnlyList<OperationExample> Examples { get; } = [.. Metadata<OperationExample>(description)];
    public IReadOnlyList<string> SortFields { get; } = Metadata<DocsDeclarations.SortInfo>(description).LastOrDefault()?.Fields ?? [];
    public IEnumerable<int> FurtherRefusals => Metadata<DocsDeclarations.RefusalInfo>(description).SelectMany(info => info.Codes).Select(code => code.Status);

    /// <summary>The body that the handler takes; null where it takes none.</summary>
    public IAcceptsMetadata? Body { get; } = Metadata<IAcceptsMetadata>(description).LastOrDefault(accepts => accepts.RequestType is not null);

    /// <summary>Statuses of success with the types that they show; null where they show nothing.</summary>
    public IReadOnlyList<(int Status, Type? Type)> Successes { get; } =
    [
        .. Metadata<IProducesResponseTypeMetadata>(description)
            .Where(produced => produced.StatusCode is >= 200 and < 300)
            .Select(produced => (produced.StatusCode, produced.Type == typeof(void) ? null : produced.Type))
            .DistinctBy(produced => produced.StatusCode),
    ];

    /// <summary>Whether answers are wrapped unless Accept asks otherwise.</summary>
    public bool Wrapped => policy is { Surface: ApiSurface.Enveloped, NeverWrapped: false };

    /// <summary>What the first example shows: the resource itself, or the first of a list.</summary>
    public JsonObject? ShownResource { get; } = Metadata<OperationExample>(description).Select(example => example.Response).OfType<object>().Select(Shown).FirstOrDefault();

    private static JsonObject? Shown(object response)
    {
        var json = ExampleJson.Response(response) as JsonObject;
        return response is IResourcePage page && json?[page.Name] is JsonArray list ? list.FirstOrDefault() as JsonObject : json;
    }

    private static IEnumerable<T> Metadata<T>(ApiDescription description) => description.ActionDescriptor.EndpointMetadata.OfType<T>();
}
