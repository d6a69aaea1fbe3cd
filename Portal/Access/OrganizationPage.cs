using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Core.Access;
using Portal.Shared;

namespace Portal.Access;

/// <summary>An interactive page about the open organization: loads, does things, and shows refusals in their own words.</summary>
public abstract class OrganizationPage : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _leaving = new();
    private bool _busy;

    /// <summary>Who looks at the page; null until it was loaded first.</summary>
    private protected PageUser? User { get; private set; }

    /// <summary>Why the page could not be loaded.</summary>
    private protected LoadFailure? Failure { get; private set; }

    /// <summary>Why the last deed was refused.</summary>
    private protected string? Refusal { get; set; }

    private protected CancellationToken Leaving => _leaving.Token;

    [Inject]
    private protected IStringLocalizer<PeopleTexts> T { get; set; } = default!;

    [Inject]
    private protected NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private PageContext Context { get; set; } = default!;

    [Inject]
    private ILogger<OrganizationPage> Logger { get; set; } = default!;

    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Reads what the page shows.</summary>
    private protected abstract Task Read(Actor actor);

    /// <summary>Who acts, as they are now.</summary>
    private protected async Task<Actor> ActorAsync() => (await Context.Get()).AsActor();

    /// <summary>Loads the page, anew or for the first time.</summary>
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
            Failure = LoadFailure.Of(e, Logger, "An organization's page");
        }
    }

    /// <summary>Does something and loads the page anew.</summary>
    /// <returns>False when it was refused; <see cref="Refusal"/> then says why.</returns>
    private protected async Task<bool> DoAsync(Func<Actor, Task> work)
    {
        if (_busy) return false;
        (_busy, Refusal) = (true, null);
        try
        {
            await work(await ActorAsync());
        }
        catch (Exception e) when (LoadFailure.IsShowable(e))
        {
            var failed = LoadFailure.Of(e, Logger, "A deed on an organization's page");
            Refusal = failed.Reason ?? T["Failed.Action", failed.TraceId!];
        }
        finally
        {
            _busy = false;
        }

        await LoadAsync();
        StateHasChanged();
        return Refusal is null;
    }

    /// <summary>Ends what the page has begun.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing) return;
        _leaving.Cancel();
        _leaving.Dispose();
    }
}
