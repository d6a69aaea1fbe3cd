using Microsoft.AspNetCore.Components;

namespace Portal.Shared.Parts;

/// <summary>
/// Asks before something is done that is hard to undo. Put it on the page, keep a reference, and await an answer: to the
/// question of the parameters, or, where a page has several, to one that is given. Needs an interactive page.
/// </summary>
public sealed partial class ConfirmDialog : IDisposable
{
    private const string InputId = "confirm-name";

    private TaskCompletionSource<bool>? answer;
    private ConfirmQuestion? question;
    private string typed = string.Empty;

    /// <summary>The question, with the thing's name: "Revoke the key Billing?".</summary>
    [Parameter]
    public string Title { get; set; } = string.Empty;

    /// <summary>What will break, and for whom.</summary>
    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    /// <summary>The deed as a verb, never "OK".</summary>
    [Parameter]
    public string ConfirmText { get; set; } = string.Empty;

    /// <summary>When set, the button works only after this was typed: for what cannot be undone at all.</summary>
    [Parameter]
    public string? TypeToConfirm { get; set; }

    /// <summary>Whether the button is red; false for a question without damage.</summary>
    [Parameter]
    public bool Dangerous { get; set; } = true;

    private ConfirmQuestion Asked => question ?? new ConfirmQuestion(Title, ConfirmText) { TypeToConfirm = TypeToConfirm, Dangerous = Dangerous };

    private bool MayConfirm => Asked.TypeToConfirm is not { } name || typed == name;

    /// <summary>Opens the dialog; true when the user agreed, false when they cancelled, pressed Escape or left.</summary>
    public Task<bool> AskAsync() => OpenAsync(null);

    /// <summary>As <see cref="AskAsync()"/>, asking this instead.</summary>
    public Task<bool> AskAsync(ConfirmQuestion asked) => OpenAsync(asked);

    /// <inheritdoc />
    public void Dispose() => Settle(false);

    private Task<bool> OpenAsync(ConfirmQuestion? asked)
    {
        Settle(false);
        (question, typed) = (asked, string.Empty);
        answer = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        StateHasChanged();
        return answer.Task;
    }

    private void Refuse() => Settle(false);

    private void Agree()
    {
        if (MayConfirm)
            Settle(true);
    }

    private void Settle(bool agreed)
    {
        var asked = answer;
        answer = null;
        asked?.TrySetResult(agreed);
    }
}
