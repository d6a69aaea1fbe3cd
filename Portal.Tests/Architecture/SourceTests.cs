using System.Text.RegularExpressions;

namespace Portal.Tests.Architecture;

/// <summary>Rules about source text that no analyzer holds. Each message begins with file and line.</summary>
public sealed partial class SourceTests
{
    private const int MostLines = 350;

    private static readonly string[] AllFolders =
        [.. SourceFiles.ProductProjects, "Portal.Tests", "wwwroot-assets", "bench", "sdk"];

    [Fact]
    public void Product_takes_time_and_ids_from_services()
    {
        var found = SourceFiles.In(SourceFiles.ProductProjects, ".cs", ".razor")
            .SelectMany(file => Matches(file, AmbientTimeOrId(), "use the injected TimeProvider or IdGenerator"));
        AssertNone(found);
    }

    [Fact]
    public void Tests_wait_on_conditions_and_not_for_spans_of_time()
    {
        // ManualTimeTests delays by manual time, which takes none.
        var found = SourceFiles.In(["Portal.Tests"], ".cs")
            .Where(file => Path.GetFileName(file) is not ("SourceTests.cs" or "SourceRuleTests.cs" or "ManualTimeTests.cs"))
            .SelectMany(file => Matches(file, Sleep(), "use WaitFor.Condition or ManualTime"));
        AssertNone(found);
    }

    [Fact]
    public void No_catch_block_is_empty()
    {
        var found = SourceFiles.In(AllFolders, ".cs", ".razor")
            .Where(file => Path.GetFileName(file) is not "SourceRuleTests.cs")
            .SelectMany(file => Matches(file, EmptyCatch(), "handle, log or explain it"));
        AssertNone(found);
    }

    [Fact]
    public void No_file_is_longer_than_can_be_read()
    {
        var found = SourceFiles.In(AllFolders, ".cs", ".razor", ".css", ".ts", ".tsx", ".mjs")
            .Select(file => (File: file, Lines: File.ReadLines(file).Count()))
            .Where(file => file.Lines > MostLines)
            .Select(file => $"{SourceFiles.Relative(file.File)}: {file.Lines} lines, at most {MostLines}");
        AssertNone(found);
    }

    /// <summary>The clock and the random ids of the process, outside comments.</summary>
    [GeneratedRegex(
        @"^(?!\s*(//|\*|@\*)).*?\b((DateTime|DateTimeOffset)\.(Now|UtcNow|Today)|Guid\.NewGuid)\b",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    internal static partial Regex AmbientTimeOrId();

    /// <summary>Waiting for a span of time.</summary>
    [GeneratedRegex(@"^(?!\s*(//|\*)).*?\b(Thread\.Sleep|Task\.Delay)\b", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    internal static partial Regex Sleep();

    /// <summary>
    /// A block with nothing in it; and one with only a comment, when it catches everything. (A typed catch may say in a
    /// comment why there is nothing to do, as for JSDisconnectedException while a page closes.)
    /// </summary>
    [GeneratedRegex(
        """
        \bcatch\b\s*(\([^()]*\))?\s*(when\s*\([^{]*\))?\s*\{\s*\}
        |
        \bcatch\b\s*(\(\s*(System\.)?Exception\b[^()]*\))?\s*\{\s*(//[^\n]*\s*|/\*.*?\*/\s*)+\}
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    internal static partial Regex EmptyCatch();

    private static IEnumerable<string> Matches(string file, Regex rule, string advice)
    {
        var text = File.ReadAllText(file);
        return rule.Matches(text).Select(match =>
        {
            var line = text.AsSpan(0, match.Index).Count('\n') + 1;
            return $"{SourceFiles.Relative(file)}:{line}: {match.Value.Trim().Split('\n')[0]} ({advice})";
        });
    }

    private static void AssertNone(IEnumerable<string> found)
    {
        var list = found.ToList();
        Assert.True(list.Count == 0, string.Join('\n', list));
    }
}
