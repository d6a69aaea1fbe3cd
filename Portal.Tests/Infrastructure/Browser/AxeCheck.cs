using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Portal.Tests.Infrastructure.Browser;

/// <summary>Looks for accessibility faults with axe-core: WCAG 2.2 A and AA, and axe's best practices.</summary>
public static class AxeCheck
{
    private static readonly List<string> Tags =
        ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

    /// <summary>The faults of the page as it is now, each with its rule, impact, help and the elements that have it.</summary>
    /// <param name="page">A page that has come to rest.</param>
    /// <param name="withoutRules">Ids of axe rules that do not apply to the page, such as "region" for a bare part.</param>
    public static async Task<IReadOnlyList<string>> ViolationsAsync(IPage page, params string[] withoutRules)
    {
        var result = await page.RunAxe(new AxeRunOptions
        {
            RunOnly = new RunOnlyOptions { Type = "tag", Values = Tags },
            Rules = withoutRules.ToDictionary(
                rule => rule, _ => new RuleOptions { Enabled = false }, StringComparer.Ordinal),
        });
        return [.. result.Violations.Select(Describe)];
    }

    /// <summary>Fails with the list of faults when the page has any.</summary>
    public static async Task AssertNoneAsync(IPage page, params string[] withoutRules)
    {
        var violations = await ViolationsAsync(page, withoutRules);
        Assert.True(
            violations.Count == 0,
            $"{page.Url} has {violations.Count} accessibility faults:\n{string.Join('\n', violations)}");
    }

    private static string Describe(AxeResultItem violation)
    {
        var elements = violation.Nodes.Select(node => $"    {node.Target}: {node.Html}");
        return $"{violation.Id} ({violation.Impact}): {violation.Help}\n{string.Join('\n', elements)}";
    }
}
