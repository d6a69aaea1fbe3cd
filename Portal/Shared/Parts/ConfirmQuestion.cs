namespace Portal.Shared.Parts;

/// <summary>What <see cref="ConfirmDialog.AskAsync(ConfirmQuestion)"/> asks.</summary>
/// <param name="Title">The question, with the thing's name: "Remove Ada Byron?".</param>
/// <param name="ConfirmText">The deed as a verb, never "OK".</param>
/// <param name="Text">What happens then.</param>
public sealed record ConfirmQuestion(string Title, string ConfirmText, string? Text = null)
{
    /// <summary>What will break and whom it hits, one line each: "3 programs called with it this week".</summary>
    public IReadOnlyList<string> Damage { get; init; } = [];

    /// <summary>When set, the button works only after this was typed: for what cannot be undone at all.</summary>
    public string? TypeToConfirm { get; init; }

    /// <summary>Whether the button is red; false for a question without damage.</summary>
    public bool Dangerous { get; init; } = true;
}
