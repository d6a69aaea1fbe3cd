using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Core.Access;

namespace Portal.Shared;

/// <summary>A page, or a part of one, that does things for its reader and shows refusals in their own words.</summary>
/// <typeparam name="TTexts">Its texts.</typeparam>
public abstract class ActingView<TTexts> : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _leaving = new();

    /// <summary>Begins with nothing known.</summary>
    protected ActingView() => Leaving = _leaving.Token;

    /// <summary>Who looks at it; null until that was asked first.</summary>
    private protected PageUser? User { get; private set; }

    /// <summary>Why the last deed was refused.</summary>
    private protected string? Refusal { get; set; }

    /// <summary>Whether a deed is being done.</summary>
    private protected bool IsBusy { get; private set; }

    // Read once: a deed that ends after the view was left asks for it again, when its source has gone.
    private protected CancellationToken Leaving { get; }

    [Inject]
    private protected IStringLocalizer<TTexts> T { get; set; } = default!;

    [Inject]
    private protected NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private IStringLocalizer<SharedTexts> Shared { get; set; } = default!;

    [Inject]
    private PageContext Context { get; set; } = default!;

    [Inject]
    private ILoggerFactory Loggers { get; set; } = default!;

    private protected ILogger Logger => Loggers.CreateLogger(GetType());

    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>The reader as they are now.</summary>
    private protected async Task<Actor> ActorAsync()
    {
        User = await Context.Get();
        return User.AsActor();
    }

    private protected LoadFailure Explain(Exception exception) => LoadFailure.Of(exception, Logger, GetType().Name);

    /// <summary>What is said of a failure: its reason, or where the server's log tells it.</summary>
    private protected string Words(LoadFailure failure) => failure.Reason ?? Shared["Failed.Action", failure.TraceId!];

    /// <summary>Why an actor may do nothing here; null where they may.</summary>
    private protected virtual string? RefusalOf(Actor actor) => null;

    /// <summary>Follows each deed, done or refused.</summary>
    private protected virtual Task AfterDeedAsync() => Task.CompletedTask;

    /// <summary>Does something, unless something is being done already.</summary>
    /// <returns>False when it was refused; <see cref="Refusal"/> then says why.</returns>
    private protected async Task<bool> DoAsync(Func<Actor, Task> work)
    {
        if (IsBusy) return false;
        (IsBusy, Refusal) = (true, null);
        StateHasChanged();
        try
        {
            var actor = await ActorAsync();
            Refusal = RefusalOf(actor);
            if (Refusal is null) await work(actor);
        }
        catch (Exception e) when (LoadFailure.IsShowable(e))
        {
            Refusal = Words(Explain(e));
        }
        finally
        {
            IsBusy = false;
        }

        await AfterDeedAsync();
        StateHasChanged();
        return Refusal is null;
    }

    /// <summary>Ends what the view has begun.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing) return;
        _leaving.Cancel();
        _leaving.Dispose();
    }
}

/// <summary>A view that reads all it shows in one go.</summary>
/// <typeparam name="TTexts">Its texts.</typeparam>
public abstract class LoadedView<TTexts> : ActingView<TTexts>
{
    /// <summary>Why it could not be loaded.</summary>
    private protected LoadFailure? Failure { get; private set; }

    /// <summary>Reads what the view shows.</summary>
    private protected abstract Task Read(Actor actor);

    /// <summary>Loads the view, anew or for the first time.</summary>
    private protected async Task LoadAsync()
    {
        try
        {
            await Read(await ActorAsync());
            Failure = null;
        }
        catch (Exception e) when (LoadFailure.IsShowable(e))
        {
            Failure = Explain(e);
        }
    }
}
