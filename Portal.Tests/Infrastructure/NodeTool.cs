using System.Globalization;
using System.Security.Cryptography;
using Portal.Tests.Infrastructure.Processes;

namespace Portal.Tests.Infrastructure;

/// <summary>
/// Runs the command line of an npm package that plays an independent client: the packages of Portal.Tests/node, as its
/// lock file has them, installed when that changed.
/// </summary>
public static class NodeTool
{
    private const int LeastNodeVersion = 20;
    private static readonly Lazy<Task> Installed = new(InstallAsync);

    private static readonly Dictionary<string, string> Quiet = new(StringComparer.Ordinal)
    {
        ["CI"] = "true",
        ["NO_COLOR"] = "1",
        ["REDOCLY_TELEMETRY"] = "off",
        ["REDOCLY_SUPPRESS_UPDATE_NOTICE"] = "true",
    };

    /// <summary>The folder with package.json; scripts that import the packages belong below it.</summary>
    public static string Folder { get; } = Repository.PathOf("Portal.Tests", "node");

    /// <summary>Runs a tool by the name that its package gives it ("redocly", "spectral", "openapi-typescript", "tsc").</summary>
    /// <exception cref="InvalidOperationException">There is no Node 20, or the packages cannot be installed.</exception>
    public static async Task<CommandResult> RunAsync(
        string tool, IEnumerable<string> arguments, string? workingDirectory = null)
    {
        await Installed.Value;
        var program = Path.Combine(Folder, "node_modules", ".bin", tool);
        return await Command.RunAsync(program, arguments, workingDirectory ?? Folder, Quiet);
    }

    /// <summary>Runs a script of <see cref="Folder"/> with node.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public static async Task<CommandResult> RunScriptAsync(string script, IEnumerable<string> arguments)
    {
        await Installed.Value;
        return await Command.RunAsync("node", [Path.Combine(Folder, script), .. arguments], Folder, Quiet);
    }

    private static async Task InstallAsync()
    {
        var npm = await Debian.FindOrInstallAsync(() => Command.Find("npm"), "nodejs", "npm");
        var version = (await Command.RunAsync("node", ["--version"])).Succeeded().Output.Trim();
        var major = version.TrimStart('v').Split('.')[0];
        if (int.Parse(major, CultureInfo.InvariantCulture) < LeastNodeVersion)
            throw new InvalidOperationException($"Tests need Node {LeastNodeVersion} or newer; this is {version}.");

        var stamp = Path.Combine(Folder, "node_modules", ".installed");
        var wanted = $"{version} {await HashAsync(Path.Combine(Folder, "package-lock.json"))}";
        // A lock on a file holds between processes too: several test runs may start on one checkout.
        await using var turn = await WaitFor.Value(TryTakeTurn, "the npm packages are free", TimeSpan.FromMinutes(5));
        if (File.Exists(stamp) && await File.ReadAllTextAsync(stamp) == wanted)
            return;
        (await Command.RunAsync(npm, ["ci"], Folder)).Succeeded();
        await File.WriteAllTextAsync(stamp, wanted);
    }

    private static Task<FileStream?> TryTakeTurn()
    {
        try
        {
            var path = Repository.PathOf("Portal.Tests", "obj", "node.lock");
            return Task.FromResult<FileStream?>(
                new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            return Task.FromResult<FileStream?>(null);
        }
    }

    private static async Task<string> HashAsync(string path) =>
        Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(path)));
}
