using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Portal.Core.Shared.Problems;

namespace Portal.Api.Gateway;

/// <summary>The body of a request, where the gateway itself must see it before the handler does.</summary>
internal static class RequestBody
{
    /// <summary>Largest body, in bytes, that an endpoint takes unless it says otherwise.</summary>
    public const int Most = 1024 * 1024;

    /// <summary>Reads the whole body and leaves it to be read again.</summary>
    /// <exception cref="ProblemException">It is larger than <see cref="Most"/>.</exception>
    public static async Task<byte[]> Read(HttpContext http)
    {
        var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        int read;
        while ((read = await http.Request.Body.ReadAsync(chunk, http.RequestAborted)) > 0)
        {
            if (buffer.Length + read > Most) throw TooLarge().AsException();
            buffer.Write(chunk, 0, read);
        }

        var bytes = buffer.ToArray();
        Replace(http, bytes);
        return bytes;
    }

    public static void Replace(HttpContext http, byte[] body)
    {
        http.Request.Body = new MemoryStream(body);
        http.Request.ContentLength = body.Length;
        // An empty body must look like one to the binder.
        http.Features.Set<IHttpRequestBodyDetectionFeature>(new Detection(body.Length > 0));
    }

    public static Problem TooLarge() => Problem.Field(ErrorCode.Validation, "body", $"The body is larger than {Most} bytes.") with { Status = StatusCodes.Status413PayloadTooLarge };

    private sealed record Detection(bool CanHaveBody) : IHttpRequestBodyDetectionFeature;
}
