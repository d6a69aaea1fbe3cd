using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.OpenApi;
using Portal.Api.Gateway;
using Portal.Core.Shared.Json;

namespace Portal.Api.Docs;

/// <summary>
/// The schemas of a document, made from the serializer's own view of the types, so that they say what the serializer
/// does. A field of an answer is required, since answers show every field; a field of a request is required where it says so.
/// </summary>
internal sealed class SchemaCatalog(OpenApiDocument document, XmlDocs docs)
{
    private readonly Dictionary<Type, string> _names = [];
    private readonly HashSet<Type> _requested = [];

    /// <summary>Notes that requests carry a type. To be told of all such types before the first schema is made.</summary>
    public void Request(Type type)
    {
        type = Inner(type);
        if (PrimitiveSchemas.Of(type) is not null || type.IsEnum || !_requested.Add(type)) return;
        var info = PortalJson.Options.GetTypeInfo(type);
        if (info.ElementType is { } element) Request(element);
        foreach (var property in info.Properties) Request(property.PropertyType);
    }

    /// <summary>The schema of a type: in place for what is simple, by reference for objects and enumerations.</summary>
    public IOpenApiSchema Of(Type type)
    {
        type = Inner(type);
        if (PrimitiveSchemas.Of(type) is { } primitive) return primitive;
        if (typeof(IResourcePage).IsAssignableFrom(type)) return Reference(type, () => Page(type));
        if (type.IsEnum) return Reference(type, () => Enumeration(type));
        var info = PortalJson.Options.GetTypeInfo(type);
        return info.Kind switch
        {
            JsonTypeInfoKind.Enumerable => new OpenApiSchema { Type = JsonSchemaType.Array, Items = Of(info.ElementType!) },
            JsonTypeInfoKind.Dictionary => Map(info.ElementType!),
            JsonTypeInfoKind.Object => Reference(type, () => Object(type, info)),
            // Written by a converter that only says what it is by writing it.
            _ => new OpenApiSchema(),
        };
    }

    /// <summary>The schema itself where it is only referred to.</summary>
    public IOpenApiSchema Resolve(IOpenApiSchema schema) =>
        schema is OpenApiSchemaReference { Reference.Id: { } name } ? document.Components!.Schemas![name] : schema;

    /// <summary>A schema that null satisfies too, with a description of its own.</summary>
    public static IOpenApiSchema Described(IOpenApiSchema schema, bool nullable, string? description)
    {
        if (schema is OpenApiSchemaReference reference)
        {
            if (nullable) return new OpenApiSchema { OneOf = [reference, new OpenApiSchema { Type = JsonSchemaType.Null }], Description = description };
            if (description is not null) reference.Description = description;
            return reference;
        }

        var own = (OpenApiSchema)schema;
        if (nullable && own.Type is { } type) own.Type = type | JsonSchemaType.Null;
        own.Description ??= description;
        return own;
    }

    private OpenApiSchemaReference Reference(Type type, Func<OpenApiSchema> make)
    {
        if (!_names.TryGetValue(type, out var name))
        {
            name = SchemaNames.Of(type);
            // Two features may have a type of the same name.
            if (_names.ContainsValue(name)) name = type.Namespace!.Split('.')[^1] + name;
            _names[type] = name;
            // Made once the name is known, since a type may contain itself.
            document.Components!.Schemas![name] = new OpenApiSchema();
            document.Components.Schemas[name] = make();
        }

        return new OpenApiSchemaReference(name, document);
    }

    private OpenApiSchema Map(Type element) => new()
    {
        Type = JsonSchemaType.Object,
        AdditionalProperties = Described(Of(element), Nullable.GetUnderlyingType(element) is not null, null),
    };

    private OpenApiSchema Enumeration(Type type) => new()
    {
        Type = JsonSchemaType.String,
        Description = docs.Of(type),
        Enum = [.. Enum.GetValues(type).Cast<object>().Select(value => JsonSerializer.SerializeToNode(value, type, PortalJson.Options)!)],
    };

    private OpenApiSchema Page(Type type)
    {
        var listed = type.GetGenericArguments()[0];
        var plural = SchemaNames.PluralOf(listed);
        return new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = $"A page of {plural.Replace('_', ' ')}.",
            Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
            {
                [plural] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = Of(listed) },
                ["pagination"] = Of(typeof(Pagination)),
            },
            Required = new HashSet<string>(StringComparer.Ordinal) { plural, "pagination" },
        };
    }

    private OpenApiSchema Object(Type type, JsonTypeInfo info)
    {
        var schema = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = docs.Of(type),
            Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal),
            Required = new HashSet<string>(StringComparer.Ordinal),
        };
        var requested = _requested.Contains(type);
        foreach (var property in info.Properties.Where(property => requested ? IsRead(property) : property.Get is not null))
        {
            schema.Properties[property.Name] = Property(property, requested, out var required);
            if (required) schema.Required.Add(property.Name);
        }

        return schema;
    }

    private IOpenApiSchema Property(JsonPropertyInfo property, bool requested, out bool required)
    {
        var attributes = property.AttributeProvider?.GetCustomAttributes(true).Cast<Attribute>().ToArray() ?? [];
        var type = property.PropertyType;
        var omittedWhenNull = attributes.OfType<JsonIgnoreAttribute>().Any(ignore => ignore.Condition is not (JsonIgnoreCondition.Never or JsonIgnoreCondition.Always));
        var mustBeSent = attributes.OfType<System.ComponentModel.DataAnnotations.RequiredAttribute>().Any() || property.IsRequired;
        required = requested ? mustBeSent : !omittedWhenNull;
        var nullable = requested ? IsNullable(property) && !mustBeSent : IsNullable(property) && !omittedWhenNull;
        var schema = Of(type);
        if (schema is OpenApiSchema own) SchemaBounds.Apply(own, attributes);
        var description = attributes.OfType<System.ComponentModel.DescriptionAttribute>().FirstOrDefault()?.Description
            ?? (property.AttributeProvider is PropertyInfo member ? docs.Of(member) : null);
        return Described(schema, nullable, description);
    }

    private static bool IsRead(JsonPropertyInfo property) => property.Set is not null || property.AssociatedParameter is not null;

    private static bool IsNullable(JsonPropertyInfo property)
    {
        var type = property.PropertyType;
        if (Nullable.GetUnderlyingType(type) is not null || IsOptional(type)) return true;
        return !type.IsValueType && (property.Get is null ? property.IsSetNullable : property.IsGetNullable);
    }

    private static Type Inner(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return IsOptional(type) ? Inner(type.GetGenericArguments()[0]) : type;
    }

    private static bool IsOptional(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Optional<>);
}
