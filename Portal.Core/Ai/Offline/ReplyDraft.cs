using System.Text.RegularExpressions;

namespace Portal.Core.Ai.Offline;

/// <summary>A plain reply: a frame around what the message is about, for a person to finish.</summary>
internal static partial class ReplyDraft
{
    public static string To(string text)
    {
        var name = Signature().Match(text) is { Success: true } signed ? signed.Groups["name"].Value : null;
        var topics = Words.Key(text, 3);
        var about = topics.Count == 0 ? "" : $" about {string.Join(", ", topics)}";
        var sorry = Sentiment.Of(text).Label == "negative" ? "We are sorry for the trouble. " : "";
        return $"""
            Hello{(name is null ? "" : " " + name)},

            thank you for your message{about}. {sorry}We have received it and will come back to you with an answer.

            Kind regards
            """.ReplaceLineEndings("\n");
    }

    // The name that stands below a closing, or after "my name is".
    [GeneratedRegex(@"(?i:regards|sincerely|thanks|cheers|best|my name is)[,!.]?\s+(?<name>\p{Lu}[\p{L}'-]+(?: \p{Lu}[\p{L}'-]+)?)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Signature();
}
