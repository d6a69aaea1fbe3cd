using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Portal.Core.Access;
using Portal.Core.Shared.Cluster;

namespace Portal.Access;

/// <summary>
/// Ends a circuit's sign-in when its session was ended or its membership is gone: a circuit may stay open for days, and
/// no request of it passes the cookie's check. It hears of both at once, and looks again every two minutes besides.
/// A page that is open does not count as somebody who is there: that the browser says itself (activity.ts).
/// </summary>
internal sealed class RevalidatingPageUser : RevalidatingServerAuthenticationStateProvider
{
    private readonly PageUsers _users;
    private readonly ILogger _logger;
    private readonly IDisposable[] _subscriptions;
    private readonly CancellationTokenSource _closing = new();

    public RevalidatingPageUser(ILoggerFactory loggers, PageUsers users, IClusterSignals signals) : base(loggers)
    {
        (_users, _logger) = (users, loggers.CreateLogger<RevalidatingPageUser>());
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

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var subscription in _subscriptions) subscription.Dispose();
            _closing.Cancel();
            _closing.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task Look(Func<ClaimsPrincipal, string?> subject, string changed)
    {
        try
        {
            var state = await GetAuthenticationStateAsync();
            if (subject(state.User) is not { } own || (changed.Length > 0 && own != changed)) return;
            if (await ValidateAuthenticationStateAsync(state, _closing.Token)) return;
            var nobody = PageUsers.Nobody(await _users.HasSignedOut(state.User, _closing.Token));
            SetAuthenticationState(Task.FromResult(new AuthenticationState(nobody)));
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
