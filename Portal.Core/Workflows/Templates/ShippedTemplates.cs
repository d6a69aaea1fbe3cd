using System.Text.Json;
using Portal.Core.Shared.Json;

namespace Portal.Core.Workflows.Templates;

/// <summary>The templates that come with the portal: the files of <c>Templates/Shipped</c>, each named as its template without the prefix <c>tpl_</c>.</summary>
internal static class ShippedTemplates
{
    private const string Prefix = "template/";
    private static readonly DateTimeOffset Moment = new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Lazy<IReadOnlyDictionary<string, Template>> Read = new(ReadAll);

    /// <summary>All of them by id.</summary>
    public static IReadOnlyDictionary<string, Template> All => Read.Value;

    private static Dictionary<string, Template> ReadAll()
    {
        var assembly = typeof(ShippedTemplates).Assembly;
        return assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(name =>
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            return JsonSerializer.Deserialize<Template>(stream, PortalJson.Options)! with { CreatedAt = Moment, UpdatedAt = Moment };
        }).ToDictionary(template => template.Id, StringComparer.Ordinal);
    }
}
