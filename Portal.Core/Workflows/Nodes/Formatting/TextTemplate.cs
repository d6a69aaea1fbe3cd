using System.Text;
using System.Text.Json;
using Portal.Core.Expressions;
using Portal.Core.Workflows.Definitions;

namespace Portal.Core.Workflows.Nodes.Formatting;

/// <summary>
/// A text with <c>{{ … }}</c> whose values are escaped for what the text is. The configuration's own templates cannot do
/// that: by the time a node sees them, values and text are one.
/// </summary>
internal static class TextTemplate
{
    private static readonly (string, CelValue)[] WithoutSecrets = [(WorkflowNames.Secrets, CelValue.From(Json.EmptyObject))];

    /// <summary>What is wrong with its expressions.</summary>
    public static IEnumerable<string> Faults(string text)
    {
        var template = Read(text);
        foreach (var fault in template.Faults) yield return $"{fault.Fault.Message} (in “{fault.Expression.Trim()}”)";
        if (template.Expressions.Any(expression => expression.Source.Contains(WorkflowNames.Secrets, StringComparison.Ordinal))) yield return "Secrets cannot be shown.";
    }

    public static string Fill(string text, NodeContext context, Func<string, string> escape)
    {
        var filled = new StringBuilder();
        var at = 0;
        foreach (var expression in Read(text).Expressions)
        {
            filled.Append(text, at, expression.Offset - 2 - at).Append(escape(NodeJson.TextOf(context.Evaluate(expression.Source, WithoutSecrets))));
            if (filled.Length > NodeJson.MostBytes) throw NodeJson.TooLarge();
            at = expression.Offset + expression.Source.Length + 2;
        }

        return filled.Append(text, at, text.Length - at).ToString();
    }

    private static ConfigTemplate Read(string text) => ConfigTemplate.Compile(NodeJson.Text(text), [], WorkflowNames.Options);
}
