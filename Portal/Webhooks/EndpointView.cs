using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Core.Access;
using Portal.Shared;

namespace Portal.Webhooks;

/// <summary>A page about webhook endpoints, or a tab of one: does things, and shows refusals in their own words.</summary>
public abstract class EndpointView : ComponentBase, IDisposable
{
    /// <summary>What changes endpoints, and shows their secrets.</summary>
    internal const string WriteScope = "webhooks:write";

    private readonly CancellationTokenSource _leaving = new();

    /// <summary>Who looks at the page; null until it was loaded first.</summary>
    private protected PageUser? User { get; private set; }

    /// <summary>Whether the reader may change anything here.</summary>
    private protected bool CanWrite => User?.May(WriteScope) == true;

    /// <summary>Why the last deed was refused.</summary>
    private protected string? Refusal { get; set; }

    /// <summary>Whether a deed is being done.</summary>
    private protected bool IsBusy { get; private set; }

    // Read once: a deed that ends after the view was left asks for it again, when its source has gone.
    private protected CancellationToken Leaving { get; }

    /// <summary>Begins with nothing loaded.</summary>
    protected EndpointView() => Leaving = _leaving.Token;

    [Inject]
    private protected IStringLocalizer<EndpointTexts> T { get; set; } = default!;

    [Inject]
    private protected NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private protected Toasts Toasts { get; set; } = default!;

    [Inject]
    private protected TimeProvider Time { get; set; } = default!;

    [Inject]
    private PageContext Context { get; set; } = default!;

    [Inject]
    private ILogger<EndpointView> Logger { get; set; } = default!;

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

    /// <summary>What is shown stays until the next try; the log says why it is old.</summary>
    private protected void Missed(Exception exception) => Logger.LogWarning(exception, "{View} could not refresh", GetType().Name);

    /// <summary>Does something that only who may write may do.</summary>
    /// <returns>False when it was refused; <see cref="Refusal"/> then says why.</returns>
    private protected async Task<bool> DoAsync(Func<Actor, Task> work)
    {
        if (IsBusy) return false;
        (IsBusy, Refusal) = (true, null);
        try
        {
            var actor = await ActorAsync();
            if (actor.May(WriteScope)) await work(actor);
            else Refusal = T["Refused.Role"];
        }
        catch (Exception e) when (LoadFailure.IsShowable(e))
        {
            var failed = Explain(e);
            Refusal = failed.Reason ?? T["Failed.Action", failed.TraceId!];
        }
        finally
        {
            IsBusy = false;
        }

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
