using System.Diagnostics;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Core.Access;
using Portal.Core.Shared.Problems;
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

    /// <summary>Loads the page, anew or for the first time.</summary>
    private protected async Task LoadAsync()
    {
        try
        {
            User = await Context.Get();
            await Read(User.AsActor());
            Failure = null;
        }
        catch (Exception e) when (e is not (OutOfMemoryException or ObjectDisposedException or OperationCanceledException))
        {
            Failure = Explain(e);
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
            await work((await Context.Get()).AsActor());
        }
        catch (Exception e) when (e is not (OutOfMemoryException or ObjectDisposedException or OperationCanceledException))
        {
            var failed = Explain(e);
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

    /// <summary>The page's address with other query parameters; null takes one away.</summary>
    private protected string With(params ReadOnlySpan<(string Name, object? Value)> changes)
    {
        var parameters = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in changes) parameters[name] = value;
        return Navigation.GetUriWithQueryParameters(parameters);
    }

    /// <summary>Ends what the page has begun.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing) return;
        _leaving.Cancel();
        _leaving.Dispose();
    }

    private LoadFailure Explain(Exception exception)
    {
        if (exception is ProblemException refused) return new LoadFailure(refused.Problem.Message, null);
        var trace = (Activity.Current?.TraceId ?? ActivityTraceId.CreateRandom()).ToHexString();
        Logger.LogError(exception, "An organization's page failed; the user was shown trace id {TraceId}", trace);
        return new LoadFailure(null, trace);
    }
}
