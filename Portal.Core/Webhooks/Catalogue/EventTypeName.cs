using System.Text.RegularExpressions;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Webhooks.Catalogue;

/// <summary>An event type's name and what it says: <c>workflow.execution.failed</c> is <c>failed</c> of a <c>workflow_execution</c>.</summary>
internal sealed partial record EventTypeName(string Text)
{
    private const int Longest = 100;

    /// <summary>The <c>object</c> of its events.</summary>
    public string Object => Text[..Text.LastIndexOf('.')].Replace('.', '_');

    /// <summary>The <c>action</c> of its events.</summary>
    public string Action => Text[(Text.LastIndexOf('.') + 1)..];

    public static void Check(Faults faults, string field, string? text)
    {
        if (string.IsNullOrEmpty(text)) faults.Add(field, $"{field} is required.", ErrorCode.MissingField);
        else if (text.Length > Longest || !Form().IsMatch(text))
            faults.Add(field, $"{field} is two to five names with dots between, as invoice.paid: small letters, digits and _, at most {Longest} characters.", ErrorCode.WrongFormat);
    }

    [GeneratedRegex(@"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){1,4}\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}
