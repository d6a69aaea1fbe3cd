using Portal.Core.Gateway;
using Portal.Shared;

namespace Portal.Gateway;

/// <summary>A logged call as a curl command; what was masked has to be filled in.</summary>
internal static class CurlLine
{
    /// <param name="baseAddress">Where this portal is reached, with a slash at the end.</param>
    internal static string Of(RequestLogEntry entry, string baseAddress)
    {
        var query = string.IsNullOrEmpty(entry.Query) ? "" : $"?{entry.Query}";
        var headers = entry.Exchange?.Request.Headers.Select(header => KeyValuePair.Create(header.Name, header.Value)) ?? [];
        return CurlCommand.Of(entry.Row.Method, baseAddress.TrimEnd('/') + entry.Row.Path + query, headers, entry.Exchange?.Request.Body);
    }
}
