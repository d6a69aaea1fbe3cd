using Portal.Access.Parts;
using Portal.Core.Access;
using Portal.Core.Shared.Problems;
using Portal.Shared;

namespace Portal.Access.Pages;

/// <summary>What the page does with keys. Refusals are shown where the reader is, in their own words.</summary>
public sealed partial class KeysPage
{
    private KeyDraft? draft;
    private KeyDraft? editing;
    private FormFaults faults = new();
    private IssuedApiKey? issued;
    private RotateDialog rotateDialog = default!;
    private RevokeDialog revokeDialog = default!;
    private string? refusal;
    private string? announcement;
    private bool busy;

    private async Task CreateAsync()
    {
        var filled = draft!;
        await SubmitAsync(filled, async actor =>
        {
            issued = await Keys.Create(actor, filled.ToInput(Time.GetUtcNow()), leaving.Token);
            announcement = T["Said.Created", issued.Name];
            await LoadAsync();
            Navigation.NavigateTo(AddressOf(issued.Id), replace: true);
        });
    }

    private Task SaveAsync()
    {
        var edited = editing!;
        return SubmitAsync(edited, async actor =>
        {
            var saved = await Keys.Update(actor, details!.Key.Id, edited.ToPatch(details.Key, Time.GetUtcNow()), leaving.Token);
            editing = null;
            announcement = T["Said.Saved", saved.Name];
            await ReloadAsync();
        });
    }

    private async Task SubmitAsync(KeyDraft form, Func<Actor, Task> work)
    {
        faults = form.Check(T, Time.GetUtcNow());
        if (faults.Any || busy) return;
        busy = true;
        try
        {
            await work((await Context.Get()).AsActor());
        }
        catch (ProblemException e)
        {
            faults = FormFaults.Of(e.Problem, KeyDraft.Fields);
        }
        catch (Exception e) when (LoadFailure.IsShowable(e))
        {
            faults = FormFaults.Whole(T["Failed.Action", Explain(e).TraceId!]);
        }
        finally
        {
            busy = false;
        }
    }

    private void StartEditing()
    {
        faults = new FormFaults();
        editing = KeyDraft.Of(details!.Key);
    }

    private void StopEditing() => editing = null;

    private async Task RotateAsync()
    {
        var key = details!.Key;
        if (await rotateDialog.AskAsync(key.Name) is not { } overlap) return;
        await DoAsync(async actor =>
        {
            issued = await Keys.Rotate(actor, key.Id, overlap, leaving.Token);
            announcement = T["Said.Rotated", key.Name];
            await LoadAsync();
            Navigation.NavigateTo(AddressOf(issued.Id));
        });
    }

    private async Task RevokeAsync()
    {
        // What is asked must be true now, not when the drawer was opened.
        await LoadDetailsAsync();
        if (details is not { } current || !await revokeDialog.AskAsync(current)) return;
        await DoAsync(async actor =>
        {
            await Keys.Revoke(actor, current.Key.Id, leaving.Token);
            if (issued?.Id == current.Key.Id) issued = null;
            Toasts.Show(T["Said.Revoked", current.Key.Name]);
            await ReloadAsync();
        });
    }

    private Task ToggleAsync()
    {
        var key = details!.Key;
        return SetEnabledAsync(key, !key.Enabled);
    }

    private Task SetEnabledAsync(ApiKeyResource key, bool enabled) => DoAsync(async actor =>
    {
        if (enabled) await Keys.Enable(actor, key.Id, leaving.Token);
        else await Keys.Disable(actor, key.Id, leaving.Token);
        Toasts.Show(T[enabled ? "Said.Enabled" : "Said.Disabled", key.Name], () => SetEnabledAsync(key, !enabled));
        await ReloadAsync();
    });

    private async Task EndAsync()
    {
        var key = details!.Key;
        await DoAsync(async actor =>
        {
            var before = key.ExpiresAt;
            await Keys.Update(actor, key.Id, new ApiKeyPatch { ExpiresAt = new(Time.GetUtcNow()) }, leaving.Token);
            Toasts.Show(T["Said.Ended", key.Name], () => DoAsync(async again =>
            {
                await Keys.Update(again, key.Id, new ApiKeyPatch { ExpiresAt = new(before) }, leaving.Token);
                await ReloadAsync();
            }));
            await ReloadAsync();
        });
    }

    private async Task DoAsync(Func<Actor, Task> work)
    {
        if (busy) return;
        (busy, refusal) = (true, null);
        try
        {
            await work((await Context.Get()).AsActor());
        }
        catch (ProblemException e)
        {
            refusal = e.Problem.Message;
        }
        catch (Exception e) when (LoadFailure.IsShowable(e))
        {
            refusal = T["Failed.Action", Explain(e).TraceId!];
        }
        finally
        {
            busy = false;
            // An undo comes from the toast's own event, after which only the toast would be drawn again.
            StateHasChanged();
        }
    }

    private async Task ReloadAsync()
    {
        await LoadAsync();
        await LoadDetailsAsync();
    }

    private void ForgetSecret() => issued = null;
}
