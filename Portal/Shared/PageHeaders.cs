namespace Portal.Shared;

/// <summary>
/// What pages may load: their own scripts and nothing foreign. Styles may stand in elements, since components compute
/// sizes and positions. The one script that makes code from text, the schema validator, is a worker with a policy of its own
/// (HTML, "run a worker"): there it may, and reaches nothing else.
/// </summary>
internal static class PageHeaders
{
    private const string Pages =
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        + "connect-src 'self'; worker-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'self'";

    private const string Validator = "default-src 'none'; script-src 'unsafe-eval'";
    private const string ForEver = "public, max-age=31536000, immutable";

    /// <summary>Sends the policies with pages and with the worker. Goes before what answers them.</summary>
    internal static void UsePageHeaders(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = IsValidator(http.Request.Path) ? Validator : Pages;
        headers.XContentTypeOptions = "nosniff";
        if (http.Request.Path.StartsWithSegments("/assets/chunks", StringComparison.Ordinal)) http.Response.OnStarting(KeepForEver, http.Response);
        return next(http);
    });

    // validator.js, or validator.FINGERPRINT.js.
    private static bool IsValidator(PathString path) =>
        path.StartsWithSegments("/assets", StringComparison.Ordinal, out var file) && file.Value?.StartsWith("/validator.", StringComparison.Ordinal) == true;

    // The static files' own fingerprints are unknown to the scripts that import chunks; esbuild's hash in the name is one as well.
    private static Task KeepForEver(object state)
    {
        var response = (HttpResponse)state;
        if (response.StatusCode is StatusCodes.Status200OK or StatusCodes.Status304NotModified) response.Headers.CacheControl = ForEver;
        return Task.CompletedTask;
    }
}
