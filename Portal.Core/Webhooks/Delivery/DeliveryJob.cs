using System.Buffers;
using System.Text.Json;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;

namespace Portal.Core.Webhooks.Delivery;

/// <summary>A delivery that is due, with all that an attempt needs besides its endpoint.</summary>
internal sealed record DeliveryJob(string Id, Tenant Tenant, string EndpointId, long Sequence, int Attempts, int TotalAttempts, EventBody Event);

/// <summary>An event as it is sent, made once for all its deliveries.</summary>
internal sealed class EventBody(string id, string type, string data, DateTimeOffset createdAt)
{
    private readonly Lazy<byte[]> _bytes = new(() => Write(id, type, data, createdAt), LazyThreadSafetyMode.PublicationOnly);

    public string Id => id;

    public string Type => type;

    public byte[] Bytes => _bytes.Value;

    public static EventBody Of(EventRecord row) => new(row.Id, row.Type, row.Data, row.CreatedAt);

    private static byte[] Write(string id, string type, string data, DateTimeOffset createdAt)
    {
        var bytes = new ArrayBufferWriter<byte>(data.Length + 200);
        using var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { SkipValidation = true });
        writer.WriteStartObject();
        writer.WriteString("id"u8, id);
        writer.WriteString("type"u8, type);
        writer.WriteNumber("created"u8, createdAt.ToUnixTimeSeconds());
        writer.WriteString("timestamp"u8, createdAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture));
        writer.WritePropertyName("data"u8);
        writer.WriteRawValue(data, skipInputValidation: true);
        writer.WriteEndObject();
        writer.Flush();
        return bytes.WrittenSpan.ToArray();
    }
}
