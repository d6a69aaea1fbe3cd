using Portal.Core.Webhooks.Delivery;
using Portal.Gateway;

namespace Portal.Webhooks;

/// <summary>The filters of an endpoint's deliveries as they stand in the address. Equal queries show the same list.</summary>
/// <param name="Span">A length that ends now.</param>
/// <param name="From">Start of a span of its own.</param>
/// <param name="To">Its end.</param>
/// <param name="Status">A delivery's state, lower case.</param>
/// <param name="Type">An event type.</param>
/// <param name="Event">An event's id.</param>
/// <param name="Replay">A replay's id.</param>
public sealed record DeliveryQuery(string? Span, string? From, string? To, string? Status, string? Type, string? Event, string? Replay)
{
    /// <summary>The span that is shown where the address names none.</summary>
    internal const string DefaultSpan = "7d";

    internal static readonly string[] Statuses = ["pending", "succeeded", "failed", "cancelled"];
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>The state that a status of the address names; null for none, or for what is none.</summary>
    internal static DeliveryState? StateOf(string? status) => Statuses.Contains(status) ? Enum.Parse<DeliveryState>(status!, ignoreCase: true) : null;

    internal bool IsFiltered => (Status ?? Type ?? Event ?? Replay) is not null;

    /// <summary>What is counted is counted by hours, so that is the finest step.</summary>
    internal Period PeriodAt(DateTimeOffset now) => Period.Of(Span, From, To, DefaultSpan, Hour, now);

    internal DeliveryFilter FilterIn(Period period) => new()
    {
        Status = StateOf(Status) is null ? null : Status,
        EventType = Type,
        EventId = Event,
        ReplayId = Replay,
        CreatedAfter = period.From,
        CreatedBefore = period.IsLive ? null : period.To,
    };
}
