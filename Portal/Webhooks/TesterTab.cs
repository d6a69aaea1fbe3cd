using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Core.Access;
using Portal.Shared;

namespace Portal.Webhooks;

/// <summary>A tab of the tester: loads, does things, and shows refusals in their own words.</summary>
public abstract class TesterTab : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _leaving = new();

    /// <summary>Who looks at it; null until it was loaded first.</summary>
    private protected PageUser? User { get; private set; }

    /// <summary>Why it could not be loaded.</summary>
    private protected LoadFailure? Failure { get; private set; }

    /// <summary>Why the last deed was refused.</summary>
    private protected string? Refusal { get; set; }

    private protected bool IsBusy { get; private set; }

    private protected bool MayWrite => User?.May("webhooks:write") == true;

    // Read once: a deed that ends after the tab was left asks for it again, when its source has gone.
    private protected CancellationToken Leaving { get; }

    /// <summary>Begins with nothing loaded.</summary>
    protected TesterTab() => Leaving = _leaving.Token;

    [Inject]
    private protected IStringLocalizer<TesterTexts> T { get; set; } = default!;

    [Inject]
    private protected NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private PageContext Context { get; set; } = default!;

    [Inject]
    private ILogger<TesterTab> Logger { get; set; } = default!;

    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Reads what the tab shows.</summary>
    private protected abstract Task Read(Actor actor);

    /// <summary>Loads the tab, anew or for the first time.</summary>
    private protected async Task LoadAsync()
    {
        try
        {
            User = await Context.Get();
            await Read(User.AsActor());
            Failure = null;
        }
        catch (Exception e) when (LoadFailure.IsShowable(e))
        {
            Failure = LoadFailure.Of(e, Logger, "The tester");
        }
    }

    /// <summary>Does something.</summary>
    /// <returns>False when it was refused; <see cref="Refusal"/> then says why.</returns>
    private protected async Task<bool> DoAsync(Func<Actor, Task> work)
    {
        if (IsBusy) return false;
        (IsBusy, Refusal) = (true, null);
        StateHasChanged();
        try
        {
            User = await Context.Get();
            await work(User.AsActor());
        }
        catch (Exception e) when (LoadFailure.IsShowable(e))
        {
            var failed = LoadFailure.Of(e, Logger, "A deed in the tester");
            Refusal = failed.Reason ?? T["Failed.Deed", failed.TraceId!];
        }
        finally
        {
            IsBusy = false;
        }

        return Refusal is null;
    }

    /// <summary>Ends what the tab has begun.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing) return;
        _leaving.Cancel();
        _leaving.Dispose();
    }
}
