using Microsoft.Extensions.Configuration.Memory;

namespace Portal.Shared;

/// <summary>The address the portal listens on when nothing else says so.</summary>
internal static class DefaultUrl
{
    /// <summary>Loopback only: a fresh portal is not open to the network before somebody decides that.</summary>
    internal const string Value = "http://localhost:5080";

    // Any of these, from the command line, ASPNETCORE_* variables or a settings file, wins.
    private static readonly string[] Deciding = ["urls", "http_ports", "https_ports"];

    /// <summary>Makes <see cref="Value"/> the lowest-ranking configuration of the listening address.</summary>
    internal static WebApplicationBuilder UseDefaultUrl(this WebApplicationBuilder builder)
    {
        if (Deciding.All(key => string.IsNullOrEmpty(builder.Configuration[key]))
            && !builder.Configuration.GetSection("Kestrel:Endpoints").Exists())
        {
            ((IConfigurationBuilder)builder.Configuration).Sources.Insert(
                0, new MemoryConfigurationSource { InitialData = [new("urls", Value)] });
        }

        return builder;
    }
}
