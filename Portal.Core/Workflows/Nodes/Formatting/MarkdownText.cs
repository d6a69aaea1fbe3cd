using Markdig;
using Markdig.Renderers;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Portal.Core.Workflows.Nodes.Formatting;

/// <summary>Markdown as HTML that is safe to show: its own HTML is text, and links lead to the web or a mailbox.</summary>
internal static class MarkdownText
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().DisableHtml().UsePipeTables().UseEmphasisExtras().UseAutoLinks().UseTaskLists().Build();

    // Rows of a table are filled up to the widest of them, so a short text can make many cells.
    private const int MostCells = 1_000_000;

    // Links that are not closed cost the square of their number: this many some seconds.
    private const int Longest = 200_000;

    /// <exception cref="NodeException">It is too large, or nested too deeply.</exception>
    public static string ToHtml(string markdown)
    {
        if (markdown.Length > Longest || CellsOf(markdown) > MostCells) throw new NodeException("MARKDOWN_TOO_LARGE", "The Markdown has more than 200,000 characters, or its tables more than a million cells.");
        try
        {
            return Rendered(markdown);
        }
        catch (ArgumentException)
        {
            // Markdig's limit of depth.
            throw new NodeException("INVALID_MARKDOWN", "The Markdown is nested too deeply.");
        }
    }

    private static string Rendered(string markdown)
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

    private static long CellsOf(string markdown)
    {
        var (lines, widest) = (0L, 0);
        foreach (var line in markdown.AsSpan().EnumerateLines()) (lines, widest) = (lines + 1, Math.Max(widest, line.Count('|')));
        return lines * widest;
    }

    // What a browser would read as a scheme, whatever it ignores in front of it or within.
    private static bool IsSafe(string? url)
    {
        var seen = string.Concat((url ?? "").Where(letter => letter > ' ' && !char.IsControl(letter)));
        var colon = seen.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || seen.AsSpan(0, colon).IndexOfAny('/', '?', '#') >= 0) return true;
        return seen[..colon].ToLowerInvariant() is "http" or "https" or "mailto" or "tel";
    }
}
