using Microsoft.AspNetCore.Components;
using Portal.Access;
using Portal.Core.Access;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Problems;
using Portal.Core.Webhooks.Tester;
using Portal.Gateway;
using Portal.Shared;
using Portal.Shared.Parts;

namespace Portal.Webhooks.Parts.Tester;

/// <summary>An inbox with what arrives in it, live; without a chosen request the newest is shown.</summary>
public sealed partial class InboxTab : TesterTab
{
    private const int Portion = 100;

    private ConfirmDialog confirm = default!;
    private LiveSignal? live;
    private IReadOnlyList<InboxView>? inboxes;
    private InboxView? open;
    private IReadOnlyList<InboxRequestRow> rows = [];
    private HashSet<string> fresh = [];
    private bool hasMore;
    private int most = Portion;
    private InboxRequest? shown;
    private LoadFailure? requestFailure;
    private InboxDraft? draft;
    private FormFaults faults = new();
    private (string? Inbox, string? Request) loaded;

    /// <summary>The open inbox; null opens the first.</summary>
    [Parameter]
    public string? InboxId { get; set; }

    /// <summary>The chosen request; null follows the newest.</summary>
    [Parameter]
    public string? RequestId { get; set; }

    /// <summary>How the body is shown.</summary>
    [Parameter]
    public string? View { get; set; }

    /// <summary>Whether the form with the answer is open.</summary>
    [Parameter]
    public bool IsAnswerOpen { get; set; }

    [Inject]
    private TesterInboxes Inboxes { get; set; } = default!;

    [Inject]
    private InboxAddress Addresses { get; set; } = default!;

    [Inject]
    private IClusterSignals Signals { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    [Inject]
    private ILogger<InboxTab> Log { get; set; } = default!;

    private string Url => open is null ? "" : Addresses.Of(open.Token, Navigation.BaseUri);

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (inboxes is null || loaded.Inbox != InboxId)
        {
            (most, fresh, loaded) = (Portion, [], (InboxId, RequestId));
            await LoadAsync();
        }
        else if (loaded.Request != RequestId)
        {
            loaded = (InboxId, RequestId);
            await ReadRequestAsync();
        }

        if (!IsAnswerOpen) draft = null;
        else if (draft is null && open is not null && MayWrite) (draft, faults) = (InboxDraft.Of(open), new());
    }

    /// <inheritdoc />
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) live = new LiveSignal(Signals, SignalTopics.TesterInbox, () => open?.Id, Time, () => InvokeAsync(RefreshAsync));
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing) live?.Dispose();
        base.Dispose(disposing);
    }

    private protected override async Task Read(Actor actor)
    {
        inboxes = await Inboxes.List(actor, Leaving);
        open = inboxes.FirstOrDefault(inbox => inbox.Id == InboxId) ?? (inboxes is [var first, ..] ? first : null);
        var page = open is null ? new InboxRequests([], false) : await Inboxes.Requests(actor, open.Id, most, Leaving);
        (rows, hasMore) = (page.Rows, page.HasMore);
        await ReadRequestAsync();
    }

    private async Task ReadRequestAsync()
    {
        var wanted = RequestId ?? (rows is [var newest, ..] ? newest.Id : null);
        if (wanted is null || wanted == shown?.Row.Id)
        {
            if (wanted is null) shown = null;
            requestFailure = null;
            return;
        }

        try
        {
            (shown, requestFailure) = (await Inboxes.Request(User!.AsActor(), wanted, Leaving), null);
        }
        catch (Exception e) when (LoadFailure.IsShowable(e))
        {
            (shown, requestFailure) = (null, LoadFailure.Of(e, Log, "A request in an inbox"));
        }
    }

    private string? Beside(int step)
    {
        var at = rows.ToList().FindIndex(row => row.Id == shown?.Row.Id);
        return at >= 0 && at + step >= 0 && at + step < rows.Count ? rows[at + step].Id : null;
    }

    private async Task RefreshAsync()
    {
        if (User is null || Leaving.IsCancellationRequested) return;
        var before = rows.Select(row => row.Id).ToHashSet(StringComparer.Ordinal);
        var inbox = open?.Id;
        await LoadAsync();
        fresh = inbox == open?.Id ? [.. rows.Select(row => row.Id).Where(id => !before.Contains(id))] : [];
        StateHasChanged();
    }

    private Task ShowMoreAsync()
    {
        most += Portion;
        return LoadAsync();
    }

    private async Task CreateAsync()
    {
        InboxView? made = null;
        if (await DoAsync(async actor => made = await Inboxes.Create(actor, T["Inbox.Name", (inboxes?.Count ?? 0) + 1], Leaving)))
            Navigation.NavigateTo(Navigation.With(("inbox", made!.Id), ("request", null), ("view", null)));
    }

    private async Task ClearAsync()
    {
        var question = new ConfirmQuestion(T["Clear.Title", open!.Name], T["Clear.Do"], T["Clear.Text", open.Requests]);
        if (!await confirm.AskAsync(question) || !await DoAsync(actor => Inboxes.Clear(actor, open.Id, Leaving))) return;
        Toasts.Show(T["Clear.Done", open.Name]);
        if (RequestId is null) await LoadAsync();
        else Navigation.NavigateTo(Navigation.With(("request", null), ("view", null)));
    }

    private async Task DeleteAsync()
    {
        var gone = open!;
        var question = new ConfirmQuestion(T["Delete.Title", gone.Name], T["Delete.Do"], T["Delete.Text"]) { Damage = [T["Delete.Address"], T["Delete.Requests", gone.Requests]] };
        if (!await confirm.AskAsync(question) || !await DoAsync(actor => Inboxes.Delete(actor, gone.Id, Leaving))) return;
        Toasts.Show(T["Delete.Done", gone.Name]);
        if (InboxId is null && RequestId is null) await LoadAsync();
        else Navigation.NavigateTo("webhooks/tester?tab=inbox");
        inboxes = null;
    }

    private async Task SaveAnswerAsync()
    {
        if (draft is null || open is null || !draft.TryRead(out var answer, faults = new(), T)) return;
        ProblemException? refused = null;
        var isSaved = await DoAsync(async actor =>
        {
            try
            {
                await Inboxes.Update(actor, open.Id, draft.Name, answer, Leaving);
            }
            catch (ProblemException e)
            {
                refused = e;
            }
        });
        if (refused is not null) faults = FormFaults.Of(refused.Problem, InboxDraft.Fields);
        else if (!isSaved) faults = FormFaults.Whole(Refusal!);
        else
        {
            Toasts.Show(T["Answer.Saved", draft.Name]);
            await LoadAsync();
            CloseAnswer();
        }
    }

    private void CloseAnswer()
    {
        if (IsAnswerOpen) Navigation.NavigateTo(Navigation.With(("answer", null)));
    }
}
