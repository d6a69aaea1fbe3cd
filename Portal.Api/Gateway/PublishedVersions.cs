namespace Portal.Api.Gateway;

/// <summary>A dated version of the API, as its readers are told of it.</summary>
/// <param name="Date">What <c>API-Version</c> says.</param>
/// <param name="DeprecatedSince">When a newer one replaced it; null for the current one.</param>
/// <param name="Sunset">When it stops being answered; null for the current one.</param>
/// <param name="Changes">What was changed after it, each a sentence.</param>
public sealed record PublishedVersion(
    string Date, bool IsCurrent, DateTimeOffset? DeprecatedSince, DateTimeOffset? Sunset, IReadOnlyList<string> Changes);

/// <summary>The versions of the API for pages that tell of them.</summary>
public static class PublishedVersions
{
    /// <summary>Newest first.</summary>
    public static IReadOnlyList<PublishedVersion> All { get; } =
    [
        .. ApiVersions.All.Select(version => new PublishedVersion(
            version.Date, version.IsCurrent, version.Deprecation?.Since, version.Deprecation?.Sunset,
            [.. VersionChanges.All.Where(change => ReferenceEquals(change.LastOld, version)).Select(change => change.Description)])),
    ];
}
