using Microsoft.AspNetCore.Http;
using Portal.Core.Access;

namespace Portal.Api.Live;

/// <summary>Knows who has the portal's own pages open. The pages implement it: the API itself does not know their cookie.</summary>
public interface IPageVisitors
{
    /// <summary>The user behind the request's cookie, as they are now; null where there is none, or none any more.</summary>
    ValueTask<Actor?> Find(HttpContext http, CancellationToken cancellation);
}
