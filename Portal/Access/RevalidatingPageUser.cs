using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;

namespace Portal.Access;

/// <summary>
/// Ends a circuit's sign-in when its user's password was changed or their membership ended: a circuit may stay open for
/// days, and no request of it passes the cookie's check.
/// </summary>
internal sealed class RevalidatingPageUser(ILoggerFactory loggers, PageUsers users) : RevalidatingServerAuthenticationStateProvider(loggers)
{
    /// <inheritdoc />
    protected override TimeSpan RevalidationInterval => TimeSpan.FromMinutes(2);

    /// <inheritdoc />
    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken) =>
        await users.Find(authenticationState.User, cancellationToken) is not null;
}
