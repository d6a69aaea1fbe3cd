using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Portal.Api.Gateway;
using Portal.Core.Shared;

namespace Portal.Api.Docs;

/// <summary>
/// Completes what the framework made of the endpoints. The framework finds operations and how their parameters are bound;
/// schemas, examples, refusals and headers are the gateway's, which the framework does not know.
/// </summary>
internal sealed class DocumentWriter(ApiSurface surface, XmlDocs docs) : IOpenApiOperationTransformer, IOpenApiDocumentTransformer
{
    private const string DescriptionKey = "portal-description";

    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        operation.Metadata ??= new Dictionary<string, object>(StringComparer.Ordinal);
        operation.Metadata[DescriptionKey] = context.Description;
        return Task.CompletedTask;
    }

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = ApiInfo.Of(surface);
        // Only a configured address is known to lead here; without one clients take the document's own.
        var address = context.ApplicationServices.GetRequiredService<IConfiguration>()[PublicAddress.Setting];
        document.Servers = [new OpenApiServer { Url = string.IsNullOrEmpty(address) ? "/" : address.TrimEnd('/'), Description = "The portal that this document comes from" }];
        document.Components = new OpenApiComponents { Schemas = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal) };
        SecuritySchemes.Describe(document);
        ParameterWriter.DescribeShared(document);
        ResponseHeaders.Describe(document);

        var operations = Operations(document).ToArray();
        var schemas = new SchemaCatalog(document, docs);
        foreach (var body in operations.Select(described => described.Body).OfType<Microsoft.AspNetCore.Http.Metadata.IAcceptsMetadata>()) schemas.Request(body.RequestType!);
        ErrorResponses.Describe(document, schemas, operations.SelectMany(OperationWriter.Refusals).ToHashSet());
        var parameters = new ParameterWriter(document, schemas, docs, KnownIds(operations));
        var writer = new OperationWriter(document, schemas, parameters, new ResponseWriter(document, schemas));
        foreach (var described in operations) writer.Complete(described);

        document.Tags = ApiTags.Of(operations.SelectMany(described => described.Operation.Tags ?? new HashSet<OpenApiTagReference>()).Select(tag => tag.Name!));
        RemoveUnused(document, operations);
        return Task.CompletedTask;
    }

    private static void RemoveUnused(OpenApiDocument document, DescribedOperation[] operations)
    {
        var parameters = operations.SelectMany(described => described.Operation.Parameters!).OfType<OpenApiParameterReference>().Select(reference => reference.Reference.Id!).ToHashSet(StringComparer.Ordinal);
        foreach (var unused in document.Components!.Parameters!.Keys.Where(name => !parameters.Contains(name)).ToArray()) document.Components.Parameters.Remove(unused);
        var headers = operations.SelectMany(described => described.Operation.Responses!.Values).Concat(document.Components.Responses!.Values)
            .SelectMany(response => response.Headers?.Keys ?? Enumerable.Empty<string>()).ToHashSet(StringComparer.Ordinal);
        foreach (var unused in document.Components.Headers!.Keys.Where(name => !headers.Contains(name)).ToArray()) document.Components.Headers.Remove(unused);
    }

    private static IEnumerable<DescribedOperation> Operations(OpenApiDocument document)
    {
        foreach (var operation in document.Paths.Values.SelectMany(path => path.Operations?.Values ?? Enumerable.Empty<OpenApiOperation>()))
        {
            var description = (ApiDescription)operation.Metadata![DescriptionKey];
            yield return new DescribedOperation(operation, description, description.ActionDescriptor.EndpointMetadata.OfType<EndpointPolicy>().Last());
        }
    }

    /// <summary>For each collection the id of a resource that examples show, so that examples fit together.</summary>
    private static Dictionary<string, string> KnownIds(IEnumerable<DescribedOperation> operations)
    {
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var described in operations)
        {
            // Of /contacts and /contacts/{id}, and of what is below a resource; but not of /contacts/{id}/activities, which shows something else.
            var last = described.Path.LastIndexOf("/{", StringComparison.Ordinal);
            if (last >= 0 && !described.Path.EndsWith('}')) continue;
            if (described.ShownResource?["id"]?.GetValue<string>() is { } id) ids.TryAdd(last < 0 ? described.Path : described.Path[..last], id);
        }

        return ids;
    }
}
