using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Xunit;

namespace Portal.Tests.Shared.Unit;

/// <summary>The design tokens' colour pairs against WCAG 2.2: 1.4.3 for text (4.5) and 1.4.11 for controls (3).</summary>
public sealed class ContrastTests
{
    private const double Text = 4.5;
    private const double Control = 3;
    private static readonly Dictionary<string, (string Light, string Dark)> Tokens = ReadTokens();

    public static TheoryData<string, string, double> Pairs()
    {
        var pairs = new TheoryData<string, string, double>();
        foreach (var surface in new[] { "ground", "sheet", "raised", "sunken" })
        {
            foreach (var text in new[] { "text", "text-muted", "text-faint", "accent-text" })
                pairs.Add(text, surface, Text);
            foreach (var control in new[] { "accent", "focus", "line-strong" })
                pairs.Add(control, surface, Control);
        }

        foreach (var tone in new[] { "success", "warning", "danger", "info" })
        {
            pairs.Add(tone, $"{tone}-soft", Text);
            pairs.Add(tone, "raised", Text);
            pairs.Add(tone, "sheet", Text);
        }

        foreach (var surface in new[] { "sheet", "raised" })
        {
            for (var series = 1; series <= 6; series++) pairs.Add($"series-{series}", surface, Control);
            for (var hundreds = 2; hundreds <= 5; hundreds++) pairs.Add($"status-{hundreds}", surface, Text);
        }

        pairs.Add("accent-text", "accent-soft", Text);
        pairs.Add("on-accent", "accent", Text);
        pairs.Add("on-accent", "accent-strong", Text);
        pairs.Add("on-danger-fill", "danger-fill", Text);
        pairs.Add("on-danger-fill", "danger-fill-strong", Text);
        pairs.Add("on-test-mode", "test-mode", Text);
        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Colours_can_be_told_apart_in_both_themes(string front, string back, double atLeast)
    {
        Assert.True(Contrast(Tokens[front].Light, Tokens[back].Light) >= atLeast, $"light: {Contrast(Tokens[front].Light, Tokens[back].Light):F2}");
        Assert.True(Contrast(Tokens[front].Dark, Tokens[back].Dark) >= atLeast, $"dark: {Contrast(Tokens[front].Dark, Tokens[back].Dark):F2}");
    }

    private static Dictionary<string, (string Light, string Dark)> ReadTokens([CallerFilePath] string here = "")
    {
        var css = File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "../../../wwwroot-assets/src/styles/tokens.css"));
        return Regex.Matches(css, @"--([a-z0-9-]+): (?:light-dark\((#\w{6}), (#\w{6})\)|(#\w{6}));")
            .ToDictionary(m => m.Groups[1].Value, m => m.Groups[4].Success
                ? (m.Groups[4].Value, m.Groups[4].Value)
                : (m.Groups[2].Value, m.Groups[3].Value));
    }

    private static double Contrast(string one, string other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(string colour) =>
        0.2126 * Linear(colour[1..3]) + 0.7152 * Linear(colour[3..5]) + 0.0722 * Linear(colour[5..7]);

    private static double Linear(string channel)
    {
        var value = int.Parse(channel, NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255d;
        return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }
}
