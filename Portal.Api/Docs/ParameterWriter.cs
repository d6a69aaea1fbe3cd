using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.OpenApi;
using Portal.Api.Gateway;

namespace Portal.Api.Docs;

/// <summary>Completes the parameters of operations, and adds the headers that every operation takes.</summary>
internal sealed class ParameterWriter(OpenApiDocument document, SchemaCatalog schemas, XmlDocs docs, IReadOnlyDictionary<string, string> knownIds)
{
    private const string Version = "ApiVersion";
    private const string IdempotencyKey = "IdempotencyKey";
    private const string Organization = "OrganizationId";

    /// <summary>Describes the shared headers among the document's components.</summary>
    public static void DescribeShared(OpenApiDocument document) => document.Components!.Parameters = new Dictionary<string, IOpenApiParameter>(StringComparer.Ordinal)
    {
        [Version] = Header(
            ApiVersions.HeaderName,
            "The version of the representations. Without it `/api/v1` answers in the current version, and `/api` in the one that the account pinned at its first call.",
            ApiVersions.Current.Date,
            new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. ApiVersions.All.Select(version => (JsonNode)version.Date)] }),
        [IdempotencyKey] = Header(
            Idempotency.HeaderName,
            "Makes repeating the request safe: the first answer is kept for 24 hours and given again. The same key with another request is 409.",
            "order-4711",
            new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = Portal.Core.Gateway.IdempotencyRecord.LongestKey }),
        [Organization] = Header(
            "X-Organization-ID",
            "Chooses among the caller's organizations; one that is not theirs is 403. Without it the credential's own organization is meant.",
            "org_06bv5cwjmxq4s0d2k8h1r3n7zf",
            new OpenApiSchema { Type = JsonSchemaType.String }),
    };

    public void Complete(DescribedOperation described)
    {
        var operation = described.Operation;
        operation.Parameters ??= [];
        foreach (var parameter in operation.Parameters.OfType<OpenApiParameter>()) Complete(parameter, described);
        operation.Parameters.Add(new OpenApiParameterReference(Version, document));
        if (described.Policy.Anonymous) return;
        operation.Parameters.Add(new OpenApiParameterReference(Organization, document));
        if (described.Policy.Method == HttpMethods.Post) operation.Parameters.Add(new OpenApiParameterReference(IdempotencyKey, document));
    }

    private void Complete(OpenApiParameter parameter, DescribedOperation described)
    {
        var source = described.Description.ParameterDescriptions.FirstOrDefault(candidate => candidate.Name == parameter.Name);
        // Query names are read in any case; the wire's is lower.
        parameter.Name = JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!);
        var declared = (source?.ParameterDescriptor as IParameterInfoParameterDescriptor)?.ParameterInfo;
        var schema = schemas.Of(source?.Type ?? typeof(string));
        var attributes = Attributes(declared);
        if (schema is OpenApiSchema own) SchemaBounds.Apply(own, attributes);
        parameter.Schema = schema;
        parameter.Description = attributes.OfType<DescriptionAttribute>().FirstOrDefault()?.Description
            ?? (declared is null ? null : docs.Of(declared));
        WellKnownParameters.Complete(parameter, described.SortFields);
        parameter.Description ??= FilterText(parameter, described);
        parameter.Example ??= ExampleOf(parameter, described);
    }

    private static Attribute[] Attributes(ParameterInfo? declared) => declared switch
    {
        null => [],
        { Member: PropertyInfo property } => [.. property.GetCustomAttributes()],
        _ => [.. declared.GetCustomAttributes(true).Cast<Attribute>()],
    };

    private static string FilterText(OpenApiParameter parameter, DescribedOperation described)
    {
        var words = parameter.Name!.Replace('_', ' ');
        if (parameter.In != ParameterLocation.Path) return $"Only those with this {words}.";
        var what = Singular(described.Path.Split('/').TakeWhile(segment => !segment.Contains('{', StringComparison.Ordinal)).Last());
        return parameter.Name == "id" ? $"The id of the {what}." : $"The {words} of the {what}.";
    }

    private static string Singular(string plural)
    {
        var words = plural.Replace('-', ' ');
        if (words.EndsWith("ies", StringComparison.Ordinal)) return words[..^3] + "y";
        return words.EndsWith('s') ? words[..^1] : words;
    }

    private JsonNode ExampleOf(OpenApiParameter parameter, DescribedOperation described)
    {
        // A version's number, or a secret's name: what is shown has it in a field of that name.
        if (parameter.In == ParameterLocation.Path && parameter.Name != "id" && described.ShownResource?[parameter.Name!] is JsonValue named) return named.ToString();
        if (parameter.In == ParameterLocation.Path && knownIds.TryGetValue(Collection(described.Path, parameter.Name!), out var id)) return id;
        var schema = schemas.Resolve(parameter.Schema!);
        if (described.ShownResource is { } shown && shown[parameter.Name!] is JsonValue value && Fits(value, schema)) return value.DeepClone();
        if (schema.Enum is [{ } first, ..]) return first.DeepClone();
        return schema switch
        {
            { Format: "date-time" } => parameter.Name!.EndsWith("before", StringComparison.Ordinal) ? "2024-04-01T00:00:00Z" : "2024-03-01T00:00:00Z",
            { Format: "date" } => "2024-03-20",
            { Type: JsonSchemaType.Integer or JsonSchemaType.Number } => 100,
            { Type: JsonSchemaType.Boolean } => true,
            _ => parameter.Name == "q" ? "ada" : parameter.In == ParameterLocation.Path ? parameter.Name + "_06bv5cwjmxq4s0d2k8h1r3n7zf" : "example",
        };
    }

    private static bool Fits(JsonValue value, IOpenApiSchema schema) => value.GetValueKind() switch
    {
        JsonValueKind.String => schema.Type is JsonSchemaType.String,
        JsonValueKind.Number => schema.Type is JsonSchemaType.Number || schema.Type is JsonSchemaType.Integer && value.TryGetValue(out int _),
        JsonValueKind.True or JsonValueKind.False => schema.Type is JsonSchemaType.Boolean,
        _ => false,
    };

    /// <summary>The path up to a parameter: ids below the same path are of one kind.</summary>
    public static string Collection(string path, string parameter)
    {
        var end = path.IndexOf($"/{{{parameter}}}", StringComparison.Ordinal);
        return end < 0 ? path : path[..end];
    }

    private static OpenApiParameter Header(string name, string description, string example, OpenApiSchema schema) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Description = description,
        Schema = schema,
        Example = example,
    };
}
