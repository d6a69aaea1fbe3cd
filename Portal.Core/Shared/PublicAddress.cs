using Microsoft.Extensions.Configuration;

namespace Portal.Core.Shared;

/// <summary>
/// Where people reach the portal from outside, for links in mails and on the console. It is configured, never taken from
/// a request: a request's host is whatever its sender wrote.
/// </summary>
public sealed class PublicAddress(IConfiguration configuration)
{
    /// <summary>
    /// The setting: an absolute http or https address, possibly with a path. Default: the first address that the portal
    /// listens on, <c>http://localhost:5080</c> unless <c>urls</c> says otherwise.
    /// </summary>
    public const string Setting = "PublicAddress";

    private readonly string _base = Read(configuration);

    /// <summary>The host name that is configured; null where none is, so that it is the browser's to know.</summary>
    public string? Host { get; } = configuration[Setting] is { Length: > 0 } configured ? new Uri(configured, UriKind.Absolute).Host : null;

    /// <summary>The address of a page.</summary>
    /// <param name="path">Path and query, beginning with a slash.</param>
    public string Of(string path) => _base + path;

    private static string Read(IConfiguration configuration)
    {
        if (configuration[Setting] is { Length: > 0 } configured)
        {
            if (!Uri.TryCreate(configured, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
                throw new InvalidOperationException($"{Setting} is '{configured}'; it must be an absolute http or https address.");
            return configured.TrimEnd('/');
        }

        var listening = configuration["urls"]?.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return (listening ?? "http://localhost:5080").TrimEnd('/')
            .Replace("://*", "://localhost", StringComparison.Ordinal)
            .Replace("://+", "://localhost", StringComparison.Ordinal)
            .Replace("://0.0.0.0", "://localhost", StringComparison.Ordinal)
            .Replace("://[::]", "://localhost", StringComparison.Ordinal);
    }
}
