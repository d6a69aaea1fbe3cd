namespace Portal.Bench;

/// <summary>The baseline: a minimal endpoint on the same server that returns the same bytes and does nothing else.</summary>
internal static class BareServer
{
    public static async Task<int> Run(string url, string bodyFile)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        var app = builder.Build();
        var body = await File.ReadAllBytesAsync(bodyFile);
        app.MapGet("/", async (HttpContext http) =>
        {
            http.Response.ContentType = "application/json; charset=utf-8";
            http.Response.ContentLength = body.Length;
            await http.Response.Body.WriteAsync(body);
        });
        app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine("ready"));
        await app.RunAsync();
        return 0;
    }
}
