using System.Text.Json;
using System.Text.Json.Serialization;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Paging;

namespace Portal.Api.Gateway;

/// <summary>The page of a list, as answers describe it.</summary>
/// <param name="Page">From 1; null where a cursor was followed.</param>
/// <param name="NextCursor">For the next page; null on the last.</param>
public sealed record Pagination(int? Page, int PerPage, int Total, int TotalPages, string? NextCursor);

/// <summary>A page as the representation sees it, whatever is listed.</summary>
internal interface IResourcePage
{
    string Name { get; }
    Pagination Pagination { get; }
    void WriteItems(Utf8JsonWriter writer, JsonSerializerOptions options);
}

/// <summary>A page of resources: <c>{"contacts":[…],"pagination":{…}}</c>.</summary>
[JsonConverter(typeof(ResourcePageConverter))]
public sealed class ResourcePage<T>(Page<T> page) : IResourcePage where T : IResource
{
    public IReadOnlyList<T> Items => page.Items;
    public Pagination Pagination { get; } = new(page.PageNumber, page.PerPage, page.Total, page.TotalPages, page.NextCursor);
    string IResourcePage.Name => T.Plural;

    void IResourcePage.WriteItems(Utf8JsonWriter writer, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, page.Items, options);
}

/// <summary>Makes pages of lists.</summary>
public static class ResourcePage
{
    public static ResourcePage<T> Of<T>(Page<T> page) where T : IResource => new(page);
}

internal sealed class ResourcePageConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeof(IResourcePage).IsAssignableFrom(typeToConvert);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert))!;

    private sealed class Converter<TPage> : JsonConverter<TPage> where TPage : IResourcePage
    {
        public override TPage Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Pages are written, never read.");

        public override void Write(Utf8JsonWriter writer, TPage value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WritePropertyName(value.Name);
            value.WriteItems(writer, options);
            writer.WritePropertyName("pagination");
            JsonSerializer.Serialize(writer, value.Pagination, options);
            writer.WriteEndObject();
        }
    }
}
