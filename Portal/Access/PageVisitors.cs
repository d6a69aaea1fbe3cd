using Portal.Api.Live;
using Portal.Core.Access;

namespace Portal.Access;

/// <summary>The users behind the pages' cookie, for the sockets that pages open.</summary>
internal sealed class PageVisitors(PageUsers users) : IPageVisitors
{
    /// <inheritdoc />
    public async ValueTask<Actor?> Find(HttpContext http, CancellationToken cancellation) =>
        http.User.Identity?.IsAuthenticated == true && await users.Find(http.User, cancellation) is { MustSetUpTwoFactor: false } user ? user.AsActor() : null;
}
