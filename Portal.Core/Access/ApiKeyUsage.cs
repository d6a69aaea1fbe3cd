using Microsoft.EntityFrameworkCore;
using Portal.Core.Gateway;
using Portal.Core.Shared.Data;

namespace Portal.Core.Access;

/// <summary>How keys are used, from the counts that the gateway keeps; what is still in memory is written first.</summary>
public sealed class ApiKeyUsage(PortalStore store, UsageMeter meter, KeyUseRecorder uses, TimeProvider time)
{
    /// <summary>Days of <see cref="CallsPerDay"/>, today included.</summary>
    public const int Days = 7;

    /// <summary>Calls with each key on each of the last seven days (UTC), oldest first; refused calls count too.</summary>
    /// <param name="keyIds">Keys of the actor's organization, of either mode; others have no calls.</param>
    /// <returns>Seven numbers for every id that was asked for.</returns>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<long>>> CallsPerDay(Actor actor, IReadOnlyCollection<string> keyIds, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, "keys:read");
        await meter.Flush(cancellation);
        var today = new DateTimeOffset(time.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);
        var d = Enumerable.Range(1 - Days, Days).Select(day => today.AddDays(day)).ToArray();
        var organization = actor.Tenant.OrganizationId;
        await using var db = store.ReadAcross();
        var rows = await db.Across<UsageMinute>()
            .Where(row => row.OrganizationId == organization && row.Minute >= d[0] && keyIds.Contains(row.CallerId))
            .GroupBy(row => row.CallerId)
            .Select(calls => new
            {
                calls.Key,
                Day0 = calls.Sum(row => row.Minute < d[1] ? row.Calls : 0),
                Day1 = calls.Sum(row => row.Minute >= d[1] && row.Minute < d[2] ? row.Calls : 0),
                Day2 = calls.Sum(row => row.Minute >= d[2] && row.Minute < d[3] ? row.Calls : 0),
                Day3 = calls.Sum(row => row.Minute >= d[3] && row.Minute < d[4] ? row.Calls : 0),
                Day4 = calls.Sum(row => row.Minute >= d[4] && row.Minute < d[5] ? row.Calls : 0),
                Day5 = calls.Sum(row => row.Minute >= d[5] && row.Minute < d[6] ? row.Calls : 0),
                Day6 = calls.Sum(row => row.Minute >= d[6] ? row.Calls : 0),
            })
            .ToDictionaryAsync(row => row.Key, row => new[] { row.Day0, row.Day1, row.Day2, row.Day3, row.Day4, row.Day5, row.Day6 }, cancellation);
        return keyIds.Distinct(StringComparer.Ordinal).ToDictionary(id => id, id => (IReadOnlyList<long>)rows.GetValueOrDefault(id, new long[Days]));
    }

    /// <summary>Who still uses a replaced key.</summary>
    /// <returns>Null where the key has not been replaced.</returns>
    /// <exception cref="Shared.Problems.ProblemException">There is no such key that the actor may see.</exception>
    public async Task<ApiKeyRotation?> Rotation(Actor actor, string id, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, "keys:read");
        await using var own = store.Read(actor.Tenant);
        if ((await ApiKeyService.Find(own, actor, id, cancellation)).ReplacedById is not { } successor) return null;
        await meter.Flush(cancellation);
        await uses.Flush(cancellation);
        var key = await ApiKeyService.Find(own, actor, id, cancellation);
        await using var db = store.ReadAcross();
        var rotatedAt = await own.ApiKeys.Where(other => other.Id == successor).Select(other => other.CreatedAt).SingleAsync(cancellation);
        return new ApiKeyRotation(
            successor, rotatedAt, key.ExpiresAt, await CallsSince(db, key, rotatedAt, cancellation),
            key.LastUsedAt, key.LastUsedAddress, key.LastUsedAt > rotatedAt);
    }

    /// <summary>What the actor's tenant has called this calendar month (UTC), by path.</summary>
    /// <param name="pathOf">The path that an operation's id stands for, as <c>/api/v1/contacts/{id}</c>; null where it is unknown, which is then shown by its id.</param>
    public async Task<UsageReport> Month(Actor actor, Func<string, string?> pathOf, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, "usage:read");
        await meter.Flush(cancellation);
        var now = time.GetUtcNow();
        var start = new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero);
        await using var db = store.Read(actor.Tenant);
        var operations = await db.UsageMinutes.Where(row => row.Minute >= start).GroupBy(row => row.Operation)
            .Select(calls => new
            {
                calls.Key,
                Calls = calls.Sum(row => row.Calls),
                Errors = calls.Sum(row => row.ClientErrors + row.Refused + row.ServerErrors),
            })
            .ToListAsync(cancellation);
        var limit = actor.Type == "api_key"
            ? await db.ApiKeys.Where(key => key.Id == actor.Id).Select(key => key.RateLimit).SingleOrDefaultAsync(cancellation)
            : null;
        var endpoints = operations.GroupBy(operation => pathOf(operation.Key) ?? operation.Key, StringComparer.Ordinal)
            .OrderBy(path => path.Key, StringComparer.Ordinal)
            .ToDictionary(path => path.Key, path => new EndpointUsage(path.Sum(use => use.Calls), path.Sum(use => use.Errors)), StringComparer.Ordinal);
        return new UsageReport(start, now, operations.Sum(use => use.Calls), operations.Sum(use => use.Errors), limit, endpoints);
    }

    // Counts are kept by minute, and the rotation falls within one. What the log holds of that minute's calls before it
    // is taken off; where the log is shorter than the counts, up to a minute's calls are counted too many.
    private static async Task<long> CallsSince(PortalDbContext db, ApiKey key, DateTimeOffset moment, CancellationToken cancellation)
    {
        var minute = DateTimeOffset.FromUnixTimeSeconds(moment.ToUnixTimeSeconds() / 60 * 60);
        var counted = await db.Across<UsageMinute>()
            .Where(row => row.OrganizationId == key.OrganizationId && row.Mode == key.Mode && row.CallerId == key.Id && row.Minute >= minute)
            .SumAsync(row => row.Calls, cancellation);
        var before = await db.Across<RequestLog>()
            .Where(row => row.OrganizationId == key.OrganizationId && row.Mode == key.Mode && row.CallerId == key.Id)
            .CountAsync(row => row.CreatedAt >= minute && row.CreatedAt < moment, cancellation);
        return Math.Max(0, counted - before);
    }
}

/// <summary>What was called in a month.</summary>
/// <param name="From">The month's first moment, UTC.</param>
/// <param name="To">The moment of the report.</param>
/// <param name="TotalRequests">All calls, refused ones included.</param>
/// <param name="TotalErrors">Answers of 400 and above.</param>
/// <param name="RateLimit">Calls a minute that the asking key has; null where a user asks or only the plan's limits hold.</param>
/// <param name="Endpoints">The same by path template.</param>
public sealed record UsageReport(
    DateTimeOffset From, DateTimeOffset To, long TotalRequests, long TotalErrors, int? RateLimit, IReadOnlyDictionary<string, EndpointUsage> Endpoints);

/// <summary>How often a path was called, and how often the answer was 400 or above.</summary>
public sealed record EndpointUsage(long Requests, long Errors);
