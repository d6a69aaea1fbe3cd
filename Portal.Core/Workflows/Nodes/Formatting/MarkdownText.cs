using Markdig;
using Markdig.Renderers;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Portal.Core.Workflows.Nodes.Formatting;

/// <summary>Markdown as HTML that is safe to show: its own HTML is text, and links lead to the web or a mailbox.</summary>
internal static class MarkdownText
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().DisableHtml().UsePipeTables().UseEmphasisExtras().UseAutoLinks().UseTaskLists().Build();

    public static string ToHtml(string markdown)
    {
        var document = Markdown.Parse(markdown, Pipeline);
        foreach (var link in document.Descendants<LinkInline>().Where(link => !IsSafe(link.Url)).ToList()) link.Url = "#";
        foreach (var link in document.Descendants<AutolinkInline>().Where(link => !link.IsEmail && !IsSafe(link.Url)).ToList()) link.Url = "#";
        using var html = new StringWriter();
        var renderer = new HtmlRenderer(html);
        Pipeline.Setup(renderer);
        renderer.Render(document);
        return html.ToString();
    }

    /// <summary>The text as Markdown that shows it as it is.</summary>
    public static string Escape(string text) => string.Concat(text.Select(letter => char.IsAscii(letter) && (char.IsPunctuation(letter) || char.IsSymbol(letter)) ? $@"\{letter}" : letter is '\r' or '\n' ? " " : $"{letter}"));

    // What a browser would read as a scheme, whatever it ignores in front of it or within.
    private static bool IsSafe(string? url)
    {
        var seen = string.Concat((url ?? "").Where(letter => letter > ' ' && !char.IsControl(letter)));
        var colon = seen.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || seen.AsSpan(0, colon).IndexOfAny('/', '?', '#') >= 0) return true;
        return seen[..colon].ToLowerInvariant() is "http" or "https" or "mailto" or "tel";
    }
}
