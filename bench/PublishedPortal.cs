using System.Text.Json;
using System.Text.Json.Nodes;

namespace Portal.Bench;

/// <summary>The portal as it is installed: a Release publish on an empty data directory, with an administrator and a key.</summary>
internal static class PublishedPortal
{
    public const string Email = "bench@example.com";
    public const string Password = "bench-password-1";

    /// <summary>Forty-three digits in order and their checksum.</summary>
    public const string ApiKey = "dyn_live_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg_3Ifs1b";

    /// <summary>Builds it.</summary>
    /// <param name="work">A folder that the caller deletes.</param>
    /// <returns>The folder that it lies in.</returns>
    public static string Build(string work)
    {
        Console.WriteLine("Building the portal in Release …");
        var output = Path.Combine(work, "portal");
        Shell.Run("dotnet", ["publish", Path.Combine(FindRoot(), "Portal"), "-c", "Release", "-r", "linux-x64", "--self-contained", "false", "-p:PublishReadyToRun=true", "-o", output]);
        return output;
    }

    /// <summary>Starts it.</summary>
    /// <param name="portal">What <see cref="Build"/> returned.</param>
    /// <param name="data">Its data directory, empty or not there.</param>
    public static Task<Server> Start(string portal, string data) =>
        Server.Start(url => [Path.Combine(portal, "Portal.dll"), "--urls", url], "/health/ready", new()
        {
            ["DataDirectory"] = data,
            ["Bootstrap:AdminEmail"] = Email,
            ["Bootstrap:AdminPassword"] = Password,
            ["Bootstrap:OrganizationName"] = "Bench",
            ["Bootstrap:Plan"] = "enterprise",
            ["Bootstrap:ApiKey"] = ApiKey,
            ["Bootstrap:ApiKeyRateLimit"] = "1000000000",
            ["Security:OutboundAllowlist:0"] = "127.0.0.0/8",
            ["Logging:LogLevel:Default"] = "Warning",
            ["DOTNET_ENVIRONMENT"] = "Production",
        }, portal);

    /// <summary>Writes <c>bench/results/NAME.json</c>.</summary>
    public static async Task Save(string name, JsonObject report)
    {
        var results = Path.Combine(FindRoot(), "bench", "results", name + ".json");
        Directory.CreateDirectory(Path.GetDirectoryName(results)!);
        await File.WriteAllTextAsync(results, report.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Portal.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("Run it from within the repository.");
    }
}
