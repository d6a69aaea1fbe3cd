using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Portal.Core.Shared.Json;

namespace Portal.Api.Gateway;

/// <summary>
/// The gateway's last step: takes what a handler returned and writes it as the surface, the version and Accept ask for.
/// </summary>
internal sealed class Representation : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (QueryFaults.HasAny(context.HttpContext)) throw QueryFaults.Explain(context.HttpContext).AsException();
        var result = await next(context);
        while (result is INestedHttpResult nested) result = nested.Result;
        return result switch
        {
            Done done => new Answer(StatusCodes.Status200OK, null, null) { Message = done.Message, IsDone = true },
            IValueHttpResult { Value: { } value } => new Answer((result as IStatusCodeHttpResult)?.StatusCode ?? StatusCodes.Status200OK, value, LocationOf(result)),
            _ => result,
        };
    }

    private static string? LocationOf(object result) => result.GetType() is { IsGenericType: true } type
        && type.GetGenericTypeDefinition() == typeof(Microsoft.AspNetCore.Http.HttpResults.Created<>)
        ? type.GetProperty("Location")!.GetValue(result) as string
        : null;
}

/// <summary>An answer before it is written.</summary>
internal sealed class Answer(int status, object? value, string? location) : IResult
{
    internal const string DefaultMessage = "Operation completed successfully";
    internal const string PortalMedia = "application/vnd.portal.v1+json";
    private const string AuterityMedia = "application/vnd.auterity.v1+json";

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? s_buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? s_writer;

    public string Message { get; init; } = DefaultMessage;

    /// <summary>There is nothing to show but the message.</summary>
    public bool IsDone { get; init; }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var call = ApiCall.Of(httpContext);
        call.Idempotency?.Answered(status, value, location);
        var media = VendorMedia(httpContext.Request);
        var wrapped = call.Policy.Surface == ApiSurface.Enveloped && !call.Policy.NeverWrapped && media is null;
        var response = httpContext.Response;
        if (location is not null) response.Headers.Location = location;
        if (IsDone && !wrapped)
        {
            response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }

        response.StatusCode = status;
        response.ContentType = media ?? "application/json; charset=utf-8";
        var shown = call.Version.IsCurrent || value is null ? value : VersionChanges.ToOlder(value, call.Version);
        return Write(response, shown, wrapped);
    }

    private Task Write(HttpResponse response, object? shown, bool wrapped)
    {
        var buffer = s_buffer ??= new ArrayBufferWriter<byte>(1024);
        var writer = s_writer ??= new Utf8JsonWriter(buffer);
        buffer.ResetWrittenCount();
        writer.Reset(buffer);
        if (wrapped) WriteEnvelope(writer, shown);
        else WriteValue(writer, shown);
        writer.Flush();
        response.ContentLength = buffer.WrittenCount;
        ApiCall.Of(response.HttpContext).Exchange?.ResponseBody.Append(buffer.WrittenSpan);
        // Copied into the response before anything is awaited: the buffer belongs to the thread. The server flushes it.
        response.BodyWriter.Write(buffer.WrittenSpan);
        return Task.CompletedTask;
    }

    private void WriteEnvelope(Utf8JsonWriter writer, object? shown)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("success", true);
        if (shown is IResourcePage page)
        {
            writer.WritePropertyName("data");
            page.WriteItems(writer, PortalJson.Options);
            writer.WritePropertyName("meta");
            JsonSerializer.Serialize(writer, page.Pagination, PortalJson.Options);
        }
        else if (shown is OlderPage older)
        {
            writer.WritePropertyName("data");
            older.Items.WriteTo(writer, PortalJson.Options);
            writer.WritePropertyName("meta");
            JsonSerializer.Serialize(writer, older.Pagination, PortalJson.Options);
        }
        else if (!IsDone)
        {
            writer.WritePropertyName("data");
            WriteValue(writer, shown);
        }

        writer.WriteString("message", Message);
        writer.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter writer, object? shown)
    {
        switch (shown)
        {
            case null:
                writer.WriteNullValue();
                break;
            case OlderPage page:
                page.WriteTo(writer);
                break;
            default:
                JsonSerializer.Serialize(writer, shown, PortalJson.Options.GetTypeInfo(shown.GetType()));
                break;
        }
    }

    private static string? VendorMedia(HttpRequest request)
    {
        var accept = request.Headers.Accept;
        if (accept.Count == 0) return null;
        var text = accept.ToString();
        if (text.Contains(PortalMedia, StringComparison.OrdinalIgnoreCase)) return PortalMedia;
        return text.Contains(AuterityMedia, StringComparison.OrdinalIgnoreCase) ? AuterityMedia : null;
    }
}

/// <summary>A page whose items an older version shows differently.</summary>
internal sealed record OlderPage(string Name, JsonArray Items, Pagination Pagination)
{
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WritePropertyName(Name);
        Items.WriteTo(writer, PortalJson.Options);
        writer.WritePropertyName("pagination");
        JsonSerializer.Serialize(writer, Pagination, PortalJson.Options);
        writer.WriteEndObject();
    }
}
