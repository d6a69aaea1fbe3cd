using System.Text.Json;
using System.Text.Json.Serialization;

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
        var body = await File.ReadAllTextAsync(bodyFile);
        if (JsonSerializer.Deserialize<BareContact>(body, JsonSerializerOptions.Web) is { Id: not null } contact) app.MapGet("/", () => TypedResults.Ok(contact));
        else app.MapGet("/", () => TypedResults.Ok(new BarePong(true)));
        app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine("ready"));
        await app.RunAsync();
        return 0;
    }
}

internal sealed record BarePong(bool Ok);

/// <summary>The fields that the portal shows of a contact, in the same order and spelling.</summary>
internal sealed record BareContact(
    string Id, string Name,
    [property: JsonPropertyName("first_name")] string? FirstName,
    [property: JsonPropertyName("last_name")] string? LastName,
    string? Email, string? Phone, string? Company, string? Title,
    [property: JsonPropertyName("owner_id")] string? OwnerId,
    string[] Tags,
    [property: JsonPropertyName("created_at")] string CreatedAt,
    [property: JsonPropertyName("updated_at")] string UpdatedAt);
