using Portal.Core.Shared.Problems;

namespace Portal.Core.Shared.Http;

/// <summary>Headers that customers set on the requests that the portal sends for them. They hold tokens, so they are shown masked.</summary>
internal static class SecretHeaders
{
    private const int Most = 20;

    /// <summary>Reads headers that are about to be saved.</summary>
    /// <param name="given">The headers as they came.</param>
    /// <param name="current">Those that stand: a value that is their mask keeps them.</param>
    /// <param name="own">Those that the portal sets itself.</param>
    /// <param name="faults">Takes what is wrong, below <c>headers</c>.</param>
    public static Dictionary<string, string> Read(IReadOnlyDictionary<string, string?>? given, IReadOnlyDictionary<string, string> current, string[] own, Faults faults)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (given?.Count > Most) faults.Add("headers", $"There are at most {Most} headers.");
        foreach (var (name, value) in given ?? new Dictionary<string, string?>(StringComparer.Ordinal))
        {
            var field = $"headers.{(Faults.IsStorable(name) ? name : "?")}";
            var text = value is not null && current.TryGetValue(name, out var stands) && value == Mask(stands) ? stands : value ?? "";
            if (own.Contains(name, StringComparer.OrdinalIgnoreCase)) faults.Add(field, $"{name} is set by the portal itself.");
            else if (OutboundHeaders.Fault(name, text) is { } fault) faults.Add(field, fault);
            else if (!headers.TryAdd(name, text)) faults.Add(field, $"{name} is given twice.");
        }

        return headers;
    }

    public static string Mask(string value) => value.Length <= 8 ? "••••" : $"{value[..2]}••••{value[^2..]}";
}
