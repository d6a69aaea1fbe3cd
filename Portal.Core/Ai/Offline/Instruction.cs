using System.Globalization;
using System.Text.RegularExpressions;

namespace Portal.Core.Ai.Offline;

/// <summary>What the built-in model can do.</summary>
internal enum OfflineTask
{
    /// <summary>Something that takes a language model.</summary>
    Unknown,
    Summarize,
    Sentiment,
    Classify,
    Extract,
    Keywords,
    Reply,
}

/// <summary>A prompt, read as far as that goes without understanding it: a known verb near its beginning, and the text that it is about.</summary>
/// <param name="Text">What follows the instruction; the context where nothing does.</param>
/// <param name="Labels">To choose from, where the prompt asks for one.</param>
/// <param name="Sentences">How many are asked for; null where the prompt does not say.</param>
internal sealed partial record Instruction(OfflineTask Task, string Text, IReadOnlyList<string> Labels, int? Sentences)
{
    // A verb further on is the text's own.
    private const int LongestVerb = 300;
    private const int LongestLine = 8000;
    private const int MostLabels = 50;
    private static readonly string[] Numbers = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

    public static Instruction Read(string prompt, IReadOnlyList<string> context)
    {
        var line = Before(prompt, "\n");
        var head = Before(line, ": ");
        var task = TaskOf(head);
        if (task == OfflineTask.Unknown) (head, task) = (line, TaskOf(line));
        IReadOnlyList<string> labels = [];
        var rest = prompt[head.Length..];
        if (task == OfflineTask.Classify && LabelList().Match(prompt, 0, Math.Min(prompt.Length, Math.Max(head.Length, LongestVerb))) is { Success: true } list)
        {
            labels = Split(list.Groups["list"].Value);
            rest = prompt[Math.Max(head.Length, list.Index + list.Length)..];
        }

        var text = rest.TrimStart([' ', ':', '.', ';', '\r', '\n', '\t']).TrimEnd();
        return new(task, text.Length > 0 ? text : string.Join("\n", context), labels, SentencesOf(head));
    }

    // What is before a mark, if that is an instruction by its length.
    private static string Before(string text, string mark)
    {
        var end = text.AsSpan(0, Math.Min(text.Length, LongestLine)).IndexOf(mark);
        return end > 0 ? text[..end] : text.Length <= LongestLine ? text : text[..LongestVerb];
    }

    private static OfflineTask TaskOf(string head)
    {
        var (first, at) = (OfflineTask.Unknown, int.MaxValue);
        foreach (var (task, pattern) in new[]
        {
            (OfflineTask.Classify, ClassifyVerb()), (OfflineTask.Sentiment, SentimentWord()), (OfflineTask.Keywords, KeywordWord()),
            (OfflineTask.Extract, ExtractVerb()), (OfflineTask.Summarize, SummarizeVerb()), (OfflineTask.Reply, ReplyVerb()),
        })
        {
            if (pattern.Match(head, 0, Math.Min(head.Length, LongestVerb)) is { Success: true } match && match.Index < at) (first, at) = (task, match.Index);
        }

        return first;
    }

    private static List<string> Split(string list)
    {
        var labels = Separator().Split(list).Select(label => label.Trim(' ', '"', '\'', '[', ']', '(', ')', '`')).Where(label => label.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase);
        return [.. labels.Take(MostLabels)];
    }

    private static int? SentencesOf(string head)
    {
        if (SentenceCount().Match(head) is not { Success: true } match) return null;
        var text = match.Groups["count"].Value.ToLowerInvariant();
        var count = Array.IndexOf(Numbers, text) + 1;
        return count > 0 ? count : Math.Clamp(int.Parse(text, CultureInfo.InvariantCulture), 1, 100);
    }

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;

    [GeneratedRegex(@"\b(classify|categori[sz]e|which (category|label|class)|label (this|the|it))\b", Options)]
    private static partial Regex ClassifyVerb();

    [GeneratedRegex(@"\b(sentiment|positive or negative|tone of)\b", Options)]
    private static partial Regex SentimentWord();

    [GeneratedRegex(@"\b(keywords?|key (words|phrases|topics))\b", Options)]
    private static partial Regex KeywordWord();

    [GeneratedRegex(@"\b(extract|(find|list|get) (all |every |the |any )*(entities|e-?mails?|amounts?|dates?|phones?|numbers?|contact))", Options)]
    private static partial Regex ExtractVerb();

    [GeneratedRegex(@"\b(summari[sz]e|summary|shorten|tl;?dr|key points)\b", Options)]
    private static partial Regex SummarizeVerb();

    [GeneratedRegex(@"\b((reply|respond) to|(draft|write|compose) (a|an|the|me a)?( short| polite| friendly)* ?(reply|response|answer|e-?mail))\b", Options)]
    private static partial Regex ReplyVerb();

    [GeneratedRegex(@"\b(into|as|one of|labels|categories)\b[ ]*(one of|the following|these)?[ ]*(labels|categories|classes)?[ ]*:?[ ]*(?<list>[^\n:.;]*(,|/| or )[^\n:.;]+)", Options)]
    private static partial Regex LabelList();

    [GeneratedRegex(@"\s*(,\s*or\s|,\s*and\s|,|/|\sor\s|\sand\s)\s*", Options)]
    private static partial Regex Separator();

    [GeneratedRegex(@"\b(?<count>\d{1,4}|one|two|three|four|five|six|seven|eight|nine|ten) (short )?(sentences?|points?|bullets?|lines?)\b", Options)]
    private static partial Regex SentenceCount();
}
