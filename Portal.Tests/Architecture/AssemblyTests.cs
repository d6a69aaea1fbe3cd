using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Portal.Tests.Architecture;

/// <summary>Portal → Portal.Api → Portal.Core, and Core knows neither a request nor a component.</summary>
public sealed class AssemblyTests
{
    private static readonly string[] WebNamespaces =
    [
        "Microsoft.AspNetCore.Http", "Microsoft.AspNetCore.Components", "Microsoft.AspNetCore.Mvc",
        "Microsoft.AspNetCore.Routing", "Microsoft.AspNetCore.Builder", "Radzen",
    ];

    [Fact]
    public void Core_uses_no_type_of_requests_pages_or_routes()
    {
        using var assembly = Open("Portal.Core");
        var reader = assembly.GetMetadataReader();
        var found = reader.TypeReferences
            .Select(reader.GetTypeReference)
            .Select(type => (Namespace: reader.GetString(type.Namespace), Name: reader.GetString(type.Name)))
            .Where(type => WebNamespaces.Any(web =>
                type.Namespace == web || type.Namespace.StartsWith(web + ".", StringComparison.Ordinal)))
            .Select(type => $"{type.Namespace}.{type.Name}")
            .Order(StringComparer.Ordinal)
            .ToList();
        Assert.True(found.Count == 0, $"Portal.Core uses {string.Join(", ", found)}: that belongs into Portal.Api or Portal.");
    }

    [Theory]
    [InlineData("Portal.Core", new[] { "Portal.Api", "Portal" })]
    [InlineData("Portal.Api", new[] { "Portal" })]
    public void Assembly_knows_none_of_the_layers_above(string name, string[] above)
    {
        using var assembly = Open(name);
        var reader = assembly.GetMetadataReader();
        var references = reader.AssemblyReferences
            .Select(handle => reader.GetString(reader.GetAssemblyReference(handle).Name))
            .Intersect(above, StringComparer.Ordinal);
        Assert.Empty(references);
    }

    [Fact]
    public void Metadata_is_read_where_types_are_known_to_be_used()
    {
        // Guards the rule above against reading nothing: the host does use the web's types.
        using var assembly = Open("Portal");
        var reader = assembly.GetMetadataReader();
        Assert.Contains(reader.TypeReferences, handle =>
            reader.GetString(reader.GetTypeReference(handle).Namespace) == "Microsoft.AspNetCore.Builder");
    }

    private static PEReader Open(string name) =>
        new(File.OpenRead(Path.Combine(AppContext.BaseDirectory, name + ".dll")));
}
