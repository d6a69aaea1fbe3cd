using Portal.Tests.Infrastructure;

namespace Portal.Tests.Architecture;

/// <summary>The files that people write, for rules about them; what tools write is left out.</summary>
internal static class SourceFiles
{
    internal static readonly string[] ProductProjects = ["Portal", "Portal.Api", "Portal.Core"];

    private static readonly string[] WrittenByTools =
        ["bin", "obj", "node_modules", "Migrations", "_framework", "assets", "dist", "artifacts", ".git"];

    /// <summary>Files of the given folders of the checkout whose names end so, by path.</summary>
    internal static IEnumerable<string> In(IEnumerable<string> folders, params string[] endings) => folders
        .Select(folder => Repository.PathOf(folder))
        .Where(Directory.Exists)
        .SelectMany(Walk)
        .Where(file => endings.Any(ending => file.EndsWith(ending, StringComparison.Ordinal)))
        .Order(StringComparer.Ordinal);

    /// <summary>The path below the checkout's root, for messages.</summary>
    internal static string Relative(string file) => Path.GetRelativePath(Repository.Root, file);

    private static IEnumerable<string> Walk(string folder) => Directory.EnumerateFiles(folder).Concat(
        Directory.EnumerateDirectories(folder)
            .Where(child => !WrittenByTools.Contains(Path.GetFileName(child), StringComparer.Ordinal))
            .SelectMany(Walk));
}
