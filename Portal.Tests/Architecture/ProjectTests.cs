using System.Text.RegularExpressions;
using System.Xml.Linq;
using Portal.Tests.Infrastructure;

namespace Portal.Tests.Architecture;

/// <summary>What the project files promise: the direction of references, strictness, central versions.</summary>
public sealed partial class ProjectTests
{
    private static readonly string[] Projects = [.. SourceFiles.ProductProjects, "Portal.Tests"];

    [Theory]
    [InlineData("Portal.Core", new string[0])]
    [InlineData("Portal.Api", new[] { "Portal.Core" })]
    [InlineData("Portal", new[] { "Portal.Api", "Portal.Core" })]
    public void Project_refers_only_to_layers_below(string project, string[] allowed)
    {
        var references = Load(project).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension((string?)reference.Attribute("Include")))
            .Except(allowed, StringComparer.Ordinal);
        Assert.Empty(references);
    }

    [Theory]
    [InlineData("TreatWarningsAsErrors", "true")]
    [InlineData("Nullable", "enable")]
    [InlineData("EnforceCodeStyleInBuild", "true")]
    [InlineData("AnalysisLevel", "latest-recommended")]
    public void Strictness_is_on_for_all_projects_and_off_in_none(string property, string value)
    {
        var common = XDocument.Load(Repository.PathOf("Directory.Build.props"));
        Assert.Equal(value, (string?)Assert.Single(common.Descendants(property)));
        Assert.All(Projects, project => Assert.Empty(Load(project).Descendants(property)));
    }

    [Fact]
    public void No_project_silences_warnings() => Assert.All(
        Projects,
        project =>
        {
            var silencers = Load(project).Descendants()
                .Where(element => element.Name.LocalName is "NoWarn" or "WarningLevel" or "RunAnalyzers");
            Assert.Empty(silencers);
        });

    [Fact]
    public void Versions_of_packages_are_in_one_place()
    {
        Assert.All(Projects, project => Assert.DoesNotContain(
            Load(project).Descendants("PackageReference"),
            reference => reference.Attribute("Version") is not null || reference.Attribute("VersionOverride") is not null));
    }

    [Fact]
    public void Every_island_is_among_the_files_that_the_build_takes_along()
    {
        // One that is missing works where it was built before, and is a 404 in the first build of a new checkout.
        var islands = Island().Matches(File.ReadAllText(Repository.PathOf("wwwroot-assets", "build.mjs"))).Select(match => match.Groups["name"].Value + ".js").ToList();
        Assert.Contains("playground.js", islands);
        var files = (string?)XDocument.Load(Repository.PathOf("build", "WebAssets.targets")).Descendants("WebAssetsFile").Single().Attribute("Include");
        Assert.Empty(islands.Except(files!.Split(';'), StringComparer.Ordinal));
    }

    [GeneratedRegex(@"'islands', '(?<name>[a-z-]+)\.ts'", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Island();

    private static XDocument Load(string project) =>
        XDocument.Load(Repository.PathOf(project, project + ".csproj"));
}
