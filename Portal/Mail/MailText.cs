using System.Text.RegularExpressions;

namespace Portal.Mail;

/// <summary>A mail's plain text, cut into pieces of text and web addresses.</summary>
internal static partial class MailText
{
    /// <summary>The pieces in their order; joined they are the text again.</summary>
    internal static IEnumerable<(string Text, bool IsLink)> Pieces(string text)
    {
        var at = 0;
        foreach (Match link in Address().Matches(text))
        {
            if (link.Index > at) yield return (text[at..link.Index], false);
            yield return (link.Value, true);
            at = link.Index + link.Length;
        }

        if (at < text.Length) yield return (text[at..], false);
    }

    [GeneratedRegex(@"https?://[^\s<>""]+", RegexOptions.None, matchTimeoutMilliseconds: 500)]
    private static partial Regex Address();
}
