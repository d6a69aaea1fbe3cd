using Bunit;
using Portal.Shared.Parts;
using Xunit;

namespace Portal.Tests.Shared.Components;

public sealed class ConfirmDialogTests : PartTest
{
    [Fact]
    public void Closed_dialog_renders_no_question()
    {
        var dialog = Dialog();

        Assert.Equal("closed", dialog.Find("dialog").GetAttribute("data-modal"));
        Assert.Empty(dialog.FindAll("button"));
    }

    [Fact]
    public async Task Agreeing_answers_true_and_closes()
    {
        var dialog = Dialog();
        var answer = Ask(dialog);
        Assert.Equal("open", dialog.Find("dialog").GetAttribute("data-modal"));

        await dialog.Find(".button--danger").ClickAsync(new());

        Assert.True(await answer);
        Assert.Equal("closed", dialog.Find("dialog").GetAttribute("data-modal"));
    }

    [Fact]
    public async Task Cancelling_answers_false()
    {
        var dialog = Dialog();
        var answer = Ask(dialog);

        await dialog.Find("button[autofocus]").ClickAsync(new());

        Assert.False(await answer);
    }

    [Fact]
    public async Task Escape_answers_false()
    {
        var dialog = Dialog();
        var answer = Ask(dialog);

        await dialog.Find("dialog").TriggerEventAsync("onclose", EventArgs.Empty);

        Assert.False(await answer);
    }

    [Fact]
    public async Task Leaving_the_page_answers_false()
    {
        var answer = Ask(Dialog());

        await DisposeComponentsAsync();

        Assert.False(await answer);
    }

    [Fact]
    public async Task What_cannot_be_undone_needs_the_name_typed_exactly_each_time()
    {
        var dialog = Dialog("Billing");
        var first = Ask(dialog);
        Assert.True(dialog.Find(".button--danger").HasAttribute("disabled"));

        await dialog.Find("input").InputAsync(new() { Value = "billing" });
        Assert.True(dialog.Find(".button--danger").HasAttribute("disabled"));

        await dialog.Find("input").InputAsync(new() { Value = "Billing" });
        await dialog.Find(".button--danger").ClickAsync(new());
        Assert.True(await first);

        var second = Ask(dialog);
        Assert.True(dialog.Find(".button--danger").HasAttribute("disabled"));
        Assert.False(second.IsCompleted);
    }

    private IRenderedComponent<ConfirmDialog> Dialog(string? typeToConfirm = null) => Render<ConfirmDialog>(p => p
        .Add(d => d.Title, "Revoke the key Billing?")
        .Add(d => d.ConfirmText, "Revoke key")
        .Add(d => d.TypeToConfirm, typeToConfirm)
        .AddChildContent("<p>3 programs used it.</p>"));

    private static Task<bool> Ask(IRenderedComponent<ConfirmDialog> dialog)
    {
        Task<bool>? answer = null;
        var asking = dialog.InvokeAsync(() => { answer = dialog.Instance.AskAsync(); });
        Assert.True(asking.IsCompletedSuccessfully);
        return answer!;
    }
}
