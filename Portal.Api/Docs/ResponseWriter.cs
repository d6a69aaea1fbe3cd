using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;
using Portal.Api.Gateway;
using Portal.Core.Shared.Json;

namespace Portal.Api.Docs;

/// <summary>The responses of operations as their surface shows them: the resource itself, or wrapped.</summary>
internal sealed class ResponseWriter(OpenApiDocument document, SchemaCatalog schemas)
{
    public OpenApiResponses Of(DescribedOperation described)
    {
        var responses = new OpenApiResponses();
        foreach (var (status, type) in described.Successes.DefaultIfEmpty((StatusCodes.Status200OK, null)))
        {
            // An answer with nothing to show has at least a message where it is wrapped.
            var shown = type is null && described.Wrapped ? StatusCodes.Status200OK : status;
            responses[Text(shown)] = Success(described, shown, type);
        }

        foreach (var status in OperationWriter.Refusals(described)) responses[Text(status)] = ErrorResponses.Of(document, status);
        return responses;
    }

    private OpenApiResponse Success(DescribedOperation described, int status, Type? type)
    {
        var response = new OpenApiResponse
        {
            Description = DescriptionOf(status, type),
            Headers = ResponseHeaders.Of(document, Further(described, status)),
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal),
        };
        if (described.Wrapped) response.Content["application/json"] = Wrapped(described, type);
        if (type is not null) response.Content[described.Wrapped ? Answer.PortalMedia : "application/json"] = Plain(described, type);
        return response;
    }

    private static IEnumerable<string> Further(DescribedOperation described, int status)
    {
        if (status == StatusCodes.Status201Created) yield return "Location";
        if (described.Policy.Method == HttpMethods.Post && !described.Policy.Anonymous) yield return "Idempotency-Replayed";
    }

    private static string DescriptionOf(int status, Type? type) => status switch
    {
        StatusCodes.Status201Created => "It was created.",
        StatusCodes.Status202Accepted => "It was accepted and will be carried out.",
        _ when type is null => "It was done; there is nothing to show.",
        _ when typeof(IResourcePage).IsAssignableFrom(type) => "A page of the list.",
        _ => ReasonPhrases.GetReasonPhrase(status) + ".",
    };

    private OpenApiMediaType Plain(DescribedOperation described, Type type)
    {
        var media = new OpenApiMediaType { Schema = schemas.Of(type) };
        AddExamples(media, described, type, ExampleJson.Response);
        return media;
    }

    private OpenApiMediaType Wrapped(DescribedOperation described, Type? type)
    {
        var schema = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
            {
                ["success"] = new OpenApiSchema { Type = JsonSchemaType.Boolean, Enum = [true], Description = "Always true." },
                ["message"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "A sentence for a person." },
            },
            Required = new HashSet<string>(StringComparer.Ordinal) { "success", "message" },
        };
        if (type is not null) AddData(schema, type);
        var media = new OpenApiMediaType { Schema = schema };
        if (type is null) media.Examples = Named("example", Envelope(null));
        else AddExamples(media, described, type, Envelope);
        return media;
    }

    private void AddData(OpenApiSchema schema, Type type)
    {
        schema.Required!.Add("data");
        if (!typeof(IResourcePage).IsAssignableFrom(type))
        {
            schema.Properties!["data"] = schemas.Of(type);
            return;
        }

        schema.Properties!["data"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = schemas.Of(type.GetGenericArguments()[0]) };
        schema.Properties["meta"] = schemas.Of(typeof(Pagination));
        schema.Required.Add("meta");
    }

    private static JsonObject Envelope(object? response)
    {
        var envelope = new JsonObject { ["success"] = true };
        if (response is IResourcePage page)
        {
            var json = ExampleJson.Response(page).AsObject();
            envelope["data"] = json[page.Name]!.DeepClone();
            envelope["meta"] = json["pagination"]!.DeepClone();
        }
        else if (response is not null)
        {
            envelope["data"] = ExampleJson.Response(response);
        }

        envelope["message"] = Answer.DefaultMessage;
        return envelope;
    }

    private static void AddExamples(OpenApiMediaType media, DescribedOperation described, Type type, Func<object, JsonNode> shown)
    {
        var examples = described.Examples.Where(example => type.IsInstanceOfType(example.Response)).ToArray();
        if (examples.Length == 0) return;
        media.Examples = examples.ToDictionary(
            example => example.Name, IOpenApiExample (example) => ShownExample.Of(example.Name, shown(example.Response!)), StringComparer.Ordinal);
    }

    private static Dictionary<string, IOpenApiExample> Named(string name, JsonNode value) =>
        new(StringComparer.Ordinal) { [name] = ShownExample.Of(name, value) };

    private static string Text(int status) => status.ToString(CultureInfo.InvariantCulture);
}
