namespace Portal.Access;

/// <summary>What a client says it is, in words that people know.</summary>
/// <param name="Program">The browser or program; null where it says nothing.</param>
/// <param name="System">The operating system; null where it does not say.</param>
internal sealed record UserAgent(string? Program, string? System);

/// <summary>Reads the header <c>User-Agent</c>, roughly: it is shown to its own user and decides nothing.</summary>
internal static class UserAgents
{
    // Order matters: every browser also says that it is the ones it descends from.
    private static readonly (string Mark, string Name)[] Programs =
    [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ];

    private static readonly (string Mark, string Name)[] Systems =
    [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
    ];

    public static UserAgent Describe(string? userAgent)
    {
        if (string.IsNullOrWhiteSpace(userAgent)) return new UserAgent(null, null);
        var product = userAgent.Split(' ', 2)[0].Split('/')[0];
        return new UserAgent(Named(Programs, userAgent) ?? (product.Length <= 40 ? product : product[..40]), Named(Systems, userAgent));
    }

    private static string? Named((string Mark, string Name)[] known, string userAgent) =>
        known.FirstOrDefault(entry => userAgent.Contains(entry.Mark, StringComparison.Ordinal)).Name;
}
