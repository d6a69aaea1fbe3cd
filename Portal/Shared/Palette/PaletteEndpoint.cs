using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Portal.Access;

namespace Portal.Shared.Palette;

/// <summary>The command palette's index: fetched once by the browser, which then filters it without asking again.</summary>
internal static class PaletteEndpoint
{
    /// <summary>Where portal.js fetches it.</summary>
    internal const string Path = "/palette.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Adds the sources of the shell itself; features add theirs where they register their services.</summary>
    internal static IServiceCollection AddPalette(this IServiceCollection services)
    {
        services.AddSingleton<IPaletteSource, PageItems>();
        services.AddSingleton<IPaletteSource, CommandItems>();
        services.AddSingleton<IPaletteSource, EndpointItems>();
        services.AddSingleton<IPaletteSource, Webhooks.EndpointItems>();
        return services;
    }

    internal static void MapPalette(this IEndpointRouteBuilder app) => app.MapGet(Path, Index).RequireAuthorization();

    private static async Task<Results<JsonHttpResult<PaletteIndex>, UnauthorizedHttpResult>> Index(
        HttpContext http, PageUsers users, IEnumerable<IPaletteSource> sources)
    {
        if (await users.Find(http.User, http.RequestAborted) is not { } user) return TypedResults.Unauthorized();
        var items = new List<PaletteItem>();
        foreach (var source in sources) items.AddRange(await source.Find(user, http.RequestAborted));
        // The names of an organization's keys are for its members' eyes, not for caches.
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(new PaletteIndex($"{user.UserId}.{user.OrganizationId}", items), Json);
    }
}

/// <summary>All that a reader's palette finds.</summary>
/// <param name="Owner">Whose index it is: what was used recently is remembered for this user in this organization.</param>
/// <param name="Items">In no particular order.</param>
internal sealed record PaletteIndex(string Owner, IReadOnlyList<PaletteItem> Items);
