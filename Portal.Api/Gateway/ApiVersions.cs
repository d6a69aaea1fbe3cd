using Microsoft.AspNetCore.Http;
using Portal.Core.Shared.Problems;

namespace Portal.Api.Gateway;

/// <summary>A dated version of the API's representations.</summary>
/// <param name="Date">What <c>API-Version</c> says.</param>
/// <param name="Deprecation">Set once there is a newer one.</param>
internal sealed record ApiVersion(string Date, Deprecation? Deprecation)
{
    public bool IsCurrent => ReferenceEquals(this, ApiVersions.Current);
}

/// <summary>The versions that are answered.</summary>
internal static class ApiVersions
{
    public const string HeaderName = "API-Version";

    public static readonly ApiVersion Current = new("2024-01-15", null);

    public static readonly ApiVersion Older = new("2023-12-01", new Deprecation(
        new DateTimeOffset(2024, 1, 15, 0, 0, 0, TimeSpan.Zero),
        new DateTimeOffset(2027, 12, 31, 0, 0, 0, TimeSpan.Zero),
        "/docs/versions"));

    public static IReadOnlyList<ApiVersion> All { get; } = [Current, Older];

    public static ApiVersion? Find(string? date) => All.FirstOrDefault(version => version.Date == date);

    /// <summary>The version that the request names; null where it names none.</summary>
    /// <returns>False when it names one that does not exist.</returns>
    public static bool TryRead(HttpContext http, out ApiVersion? version)
    {
        version = null;
        if (!http.Request.Headers.TryGetValue(HeaderName, out var named) || named.Count == 0) return true;
        version = Find(named.ToString());
        return version is not null;
    }

    public static Problem Unknown(string named) => new(ErrorCode.Validation, $"There is no API version '{named}'.")
    {
        Details = Problem.Pairs(("field", HeaderName), ("reason", "The version is not known."), ("known_versions", All.Select(version => version.Date).ToArray())),
    };
}
