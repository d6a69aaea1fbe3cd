using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Portal.Core.Shared.Json;

namespace Portal.Api.Docs;

/// <summary>Examples as they go over the wire.</summary>
internal static class ExampleJson
{
    private static readonly JsonSerializerOptions RequestOptions = new(PortalJson.Options)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOutUnset } },
    };

    /// <summary>A request, with the fields that its example sets.</summary>
    public static JsonNode Request(object example) => JsonSerializer.SerializeToNode(example, example.GetType(), RequestOptions)!;

    /// <summary>An answer, exactly as the representation writes it.</summary>
    public static JsonNode Response(object example) => JsonSerializer.SerializeToNode(example, example.GetType(), PortalJson.Options)!;

    private static void LeaveOutUnset(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (!property.PropertyType.IsGenericType || property.PropertyType.GetGenericTypeDefinition() != typeof(Optional<>)) continue;
            var isSet = property.PropertyType.GetProperty(nameof(Optional<>.IsSet))!;
            property.ShouldSerialize = (_, value) => value is not null && (bool)isSet.GetValue(value)!;
        }
    }
}
