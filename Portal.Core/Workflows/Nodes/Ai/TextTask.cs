using System.Globalization;

namespace Portal.Core.Workflows.Nodes.Ai;

/// <summary>What a node has done with a text. Stored by name.</summary>
internal enum TextTask
{
    Prompt,
    Summarize,
    Sentiment,
    Classify,
    Extract,
    Keywords,
    Reply,
}

/// <summary>The prompts of the tasks: instructions that a language model follows and the built-in model knows, each on a line before the text.</summary>
internal static class TextTasks
{
    public static string PromptOf(TextTask task, string text, IReadOnlyList<string> labels, int sentences) => task switch
    {
        TextTask.Summarize => string.Create(CultureInfo.InvariantCulture, $"Summarize in {sentences} sentences.\n{text}"),
        TextTask.Sentiment => $"Judge the sentiment. Answer with positive, negative or neutral, and nothing else.\n{text}",
        TextTask.Classify => $"Classify into {string.Join(", ", labels)}. Answer with the label, and nothing else.\n{text}",
        TextTask.Extract => $"Extract e-mail addresses, URLs, amounts, dates, phone numbers and keywords. Answer with a JSON object of the lists emails, urls, amounts, dates, phones and keywords, and nothing else.\n{text}",
        TextTask.Keywords => $"List the keywords with commas between, and nothing else.\n{text}",
        _ => $"Draft a reply to this message.\n{text}",
    };
}
