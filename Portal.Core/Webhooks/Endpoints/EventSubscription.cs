using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;
using Portal.Core.Webhooks.Catalogue;

namespace Portal.Core.Webhooks.Endpoints;

/// <summary>Which event types an endpoint is told of: names, <c>*</c> for all, <c>deal.*</c> for all that begin so.</summary>
internal static class EventSubscription
{
    public const string All = "*";
    private const int Most = 100;
    private const string Wildcard = ".*";

    public static bool Matches(IEnumerable<string> subscribed, string type) => subscribed.Any(pattern => Matches(pattern, type));

    /// <summary>Whether all that could match are known before an event happens: each pattern stands for a type of the catalogue.</summary>
    public static async Task Check(PortalDbContext db, IReadOnlyList<string> events, Faults faults, CancellationToken cancellation)
    {
        var custom = await db.EventTypes.Select(type => type.Type).ToListAsync(cancellation);
        var known = BuiltInEventTypes.All.Keys.Concat(custom).ToList();
        for (var i = 0; i < events.Count; i++)
        {
            if (!known.Exists(type => Matches(events[i], type))) faults.Add($"events[{i}]", "There is no event type of this name; GET /api/v1/event-types lists them.");
        }
    }

    /// <summary>Checks the form of a list that came from outside.</summary>
    /// <returns>The list without repetitions.</returns>
    public static List<string> Read(IReadOnlyList<string?>? events, Faults faults)
    {
        if (events is not { Count: > 0 }) faults.Add("events", "events names at least one event type, or *.", ErrorCode.MissingField);
        else if (events.Count > Most) faults.Add("events", $"events names at most {Most} event types.");
        else for (var i = 0; i < events.Count; i++) faults.Required($"events[{i}]", events[i], 100);
        return [.. (events ?? []).OfType<string>().Distinct(StringComparer.Ordinal)];
    }

    private static bool Matches(string pattern, string type) =>
        pattern == type || pattern == All
        || (pattern.EndsWith(Wildcard, StringComparison.Ordinal) && type.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1)));
}
