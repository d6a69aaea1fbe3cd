using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Portal.Api.Docs;

/// <summary>The schemas of what JSON and its formats know by themselves.</summary>
internal static class PrimitiveSchemas
{
    private static readonly Dictionary<Type, (JsonSchemaType Type, string? Format)> Known = new()
    {
        [typeof(string)] = (JsonSchemaType.String, null),
        [typeof(char)] = (JsonSchemaType.String, null),
        [typeof(bool)] = (JsonSchemaType.Boolean, null),
        [typeof(short)] = (JsonSchemaType.Integer, "int32"),
        [typeof(int)] = (JsonSchemaType.Integer, "int32"),
        [typeof(long)] = (JsonSchemaType.Integer, "int64"),
        [typeof(float)] = (JsonSchemaType.Number, "float"),
        [typeof(double)] = (JsonSchemaType.Number, "double"),
        [typeof(decimal)] = (JsonSchemaType.Number, null),
        [typeof(DateTimeOffset)] = (JsonSchemaType.String, "date-time"),
        [typeof(DateOnly)] = (JsonSchemaType.String, "date"),
        [typeof(TimeOnly)] = (JsonSchemaType.String, "time"),
        [typeof(TimeSpan)] = (JsonSchemaType.String, null),
        [typeof(Guid)] = (JsonSchemaType.String, "uuid"),
        [typeof(Uri)] = (JsonSchemaType.String, "uri"),
        [typeof(byte[])] = (JsonSchemaType.String, "byte"),
        [typeof(JsonObject)] = (JsonSchemaType.Object, null),
        [typeof(JsonArray)] = (JsonSchemaType.Array, null),
    };

    /// <summary>A new schema; null for types that are not simple.</summary>
    public static OpenApiSchema? Of(Type type)
    {
        if (type == typeof(object) || type == typeof(JsonElement) || type == typeof(JsonNode)) return new OpenApiSchema();
        return Known.TryGetValue(type, out var known) ? new OpenApiSchema { Type = known.Type, Format = known.Format } : null;
    }
}

/// <summary>What the attributes of a field say about its values.</summary>
internal static class SchemaBounds
{
    public static void Apply(OpenApiSchema schema, IEnumerable<Attribute> attributes)
    {
        foreach (var attribute in attributes)
        {
            switch (attribute)
            {
                case StringLengthAttribute length:
                    (schema.MinLength, schema.MaxLength) = (length.MinimumLength > 0 ? length.MinimumLength : null, length.MaximumLength);
                    break;
                case MaxLengthAttribute most:
                    if (schema.Items is null) schema.MaxLength = most.Length;
                    else schema.MaxItems = most.Length;
                    break;
                case MinLengthAttribute least:
                    if (schema.Items is null) schema.MinLength = least.Length;
                    else schema.MinItems = least.Length;
                    break;
                case RangeAttribute range:
                    schema.Minimum = Convert.ToString(range.Minimum, CultureInfo.InvariantCulture);
                    schema.Maximum = Convert.ToString(range.Maximum, CultureInfo.InvariantCulture);
                    break;
                case RegularExpressionAttribute expression:
                    schema.Pattern = expression.Pattern;
                    break;
                case EmailAddressAttribute:
                    schema.Format = "email";
                    break;
                case UrlAttribute:
                    schema.Format = "uri";
                    break;
                case AllowedValuesAttribute allowed:
                    schema.Enum = [.. allowed.Values.OfType<object>().Select(value => JsonSerializer.SerializeToNode(value)!)];
                    break;
            }
        }
    }
}
