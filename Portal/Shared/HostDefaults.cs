using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration.Memory;

namespace Portal.Shared;

/// <summary>What holds for the host when nothing else is configured.</summary>
internal static class HostDefaults
{
    /// <summary>Loopback only: a fresh portal is not open to the network before somebody decides that.</summary>
    internal const string Url = "http://localhost:5080";

    // Any of these, from the command line, ASPNETCORE_* variables or a settings file, decides the address.
    private static readonly string[] AddressKeys = ["urls", "http_ports", "https_ports"];

    /// <summary>
    /// A published portal finds its files where it lies, wherever it is started from: without scripts and styles every
    /// page would be dead, and nothing would say why. The data directory is relative to where it is started.
    /// </summary>
    internal static WebApplicationOptions Of(string[] args) => new()
    {
        Args = args,
        ContentRootPath = Directory.Exists(Path.Combine(AppContext.BaseDirectory, "wwwroot")) ? AppContext.BaseDirectory : null,
    };

    /// <summary>Sets the lowest-ranking listening address, and static files that work the same built and published.</summary>
    internal static WebApplicationBuilder UseHostDefaults(this WebApplicationBuilder builder)
    {
        var defaults = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        if (AddressKeys.All(key => string.IsNullOrEmpty(builder.Configuration[key]))
            && !builder.Configuration.GetSection("Kestrel:Endpoints").Exists())
        {
            defaults["urls"] = Url;
        }

        // Otherwise a build that was not published looks at every file again, lets no browser keep any, and adds an
        // endpoint for files unknown to the build that states nothing about who may call it.
        defaults["ReloadStaticAssetsAtRuntime"] = bool.FalseString;
        ((IConfigurationBuilder)builder.Configuration).Sources.Insert(0, new MemoryConfigurationSource { InitialData = defaults });

        // The framework does this in development only; "dotnet run" in production needs the packages' files as well.
        builder.WebHost.UseStaticWebAssets();
        return builder;
    }
}
