using Microsoft.AspNetCore.Components;

namespace Portal.Shared;

/// <summary>Addresses of the open page in another state.</summary>
internal static class PageAddress
{
    /// <summary>The open page's address with some of its query parameters changed; null takes one away, all others stay.</summary>
    internal static string With(this NavigationManager navigation, params ReadOnlySpan<(string Name, object? Value)> changes)
    {
        var parameters = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in changes) parameters[name] = value;
        return navigation.GetUriWithQueryParameters(parameters);
    }
}
