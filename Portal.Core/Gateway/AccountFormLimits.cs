using System.Net;
using Portal.Core.Shared.Limits;
using Portal.Core.Shared.Security;

namespace Portal.Core.Gateway;

/// <summary>
/// Limits the pages' forms at which somebody could guess: sign-in, registration, reset, set-up. It is the window of the
/// category <see cref="RateCategory.Authentication"/> that limits the same network address at the API, so that guessing
/// at both doors is no faster than at one.
/// </summary>
public sealed class AccountFormLimits
{
    private readonly LimitCatalog _catalog;
    private readonly WindowRegistry _windows;
    private readonly TimeProvider _time;

    internal AccountFormLimits(LimitCatalog catalog, WindowRegistry windows, TimeProvider time) =>
        (_catalog, _windows, _time) = (catalog, windows, time);

    /// <summary>Counts one form that was sent.</summary>
    /// <param name="address">The network address that sent it.</param>
    /// <returns>Null when it is admitted; else how long to wait, and nothing is counted.</returns>
    public TimeSpan? Refuse(IPAddress? address)
    {
        // Visitors have no plan; the API limits them by the free one.
        if (_catalog.Current.Free.Categories.GetValueOrDefault(RateCategory.Authentication) is not { } limit) return null;
        LimitWindow[] windows = [_windows.Get(LimitRank.Category, NetworkAddress.Of(address).ToString(), "category:authentication", limit)];
        var result = LimitSet.Acquire(windows, _time.GetMilliseconds());
        return result.Admitted ? null : TimeSpan.FromMilliseconds(result.RetryAfterMilliseconds);
    }
}
