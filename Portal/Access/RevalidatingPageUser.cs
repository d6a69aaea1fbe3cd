using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Portal.Core.Access;
using Portal.Core.Shared.Cluster;

namespace Portal.Access;

/// <summary>
/// Ends a circuit's sign-in when its session was ended or its membership is gone: a circuit may stay open for days, and
/// no request of it passes the cookie's check. It hears of both at once, and looks again every two minutes besides, and
/// by the minute while somebody uses the page, which keeps the session from being idle.
/// </summary>
internal sealed class RevalidatingPageUser : RevalidatingServerAuthenticationStateProvider
{
    private readonly PageUsers _users;
    private readonly BrowserSessions _sessions;
    private readonly ILogger _logger;
    private readonly IDisposable[] _subscriptions;
    private readonly CancellationTokenSource _closing = new();
    private readonly TimeProvider _time;
    private DateTimeOffset _notedAt;

    public RevalidatingPageUser(ILoggerFactory loggers, PageUsers users, BrowserSessions sessions, IClusterSignals signals, TimeProvider time) : base(loggers)
    {
        (_users, _sessions, _logger, _time) = (users, sessions, loggers.CreateLogger<RevalidatingPageUser>(), time);
        _subscriptions =
        [
            signals.Subscribe(SignalTopics.Session, session => _ = Look(PageUsers.SessionOf, session)),
            signals.Subscribe(SignalTopics.Organization, organization => _ = Look(PageUsers.OrganizationOf, organization)),
        ];
    }

    /// <inheritdoc />
    protected override TimeSpan RevalidationInterval => TimeSpan.FromMinutes(2);

    /// <inheritdoc />
    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken) =>
        await _users.Find(authenticationState.User, cancellationToken) is { MustSetUpTwoFactor: false };

    /// <summary>Somebody does something on the page. Looks whether they still may, and notes that they were seen, at most once a minute.</summary>
    internal async Task NoteActivityAsync()
    {
        var now = _time.GetUtcNow();
        if (now - _notedAt < BrowserSessions.Granularity) return;
        _notedAt = now;
        await Carefully(async () =>
        {
            var state = await GetAuthenticationStateAsync();
            if (state.User.Identity?.IsAuthenticated != true) return;
            if (await _users.Find(state.User, _closing.Token) is { MustSetUpTwoFactor: false } user)
                await _sessions.Seen(user.SessionId, user.SeenAt, user.UserId, user.OrganizationId, user.Address, _closing.Token);
            else await End(state);
        });
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        // Twice, where it is known by two names.
        if (disposing && !_closing.IsCancellationRequested)
        {
            foreach (var subscription in _subscriptions) subscription.Dispose();
            _closing.Cancel();
            _closing.Dispose();
        }

        base.Dispose(disposing);
    }

    private Task Look(Func<ClaimsPrincipal, string?> subject, string changed) => Carefully(async () =>
    {
        var state = await GetAuthenticationStateAsync();
        if (subject(state.User) is not { } own || (changed.Length > 0 && own != changed)) return;
        if (!await ValidateAuthenticationStateAsync(state, _closing.Token)) await End(state);
    });

    private async Task End(AuthenticationState state)
    {
        var nobody = PageUsers.Nobody(await _users.HasSignedOut(state.User, _closing.Token));
        SetAuthenticationState(Task.FromResult(new AuthenticationState(nobody)));
    }

    private async Task Carefully(Func<Task> look)
    {
        try
        {
            await look();
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The circuit has closed meanwhile, or has nobody to look after yet.
            _logger.LogDebug(e, "A page's sign-in was not looked at again");
        }
        catch (Exception e)
        {
            _logger.LogError(e, "A page's sign-in could not be looked at again; the next regular look does it");
        }
    }
}
