using Portal.Tests.Infrastructure.Processes;

namespace Portal.Tests.Infrastructure.Postgres;

/// <summary>Where PostgreSQL's programs are, and as whom they run.</summary>
internal static class PostgresBinaries
{
    private const string DebianFolder = "/usr/lib/postgresql";

    /// <summary>PostgreSQL refuses to run as root, so root runs it as the user that Debian's package makes.</summary>
    internal static string ServerUser =>
        File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal))
            ? "postgres"
            : "nobody";

    /// <summary>What precedes a command; setpriv keeps the process id, other than runuser and su.</summary>
    internal static string[] Prefix => Environment.IsPrivilegedProcess
        ? ["setpriv", $"--reuid={ServerUser}", "--init-groups", $"--regid={ServerGroup}", "--"]
        : ["env"];

    private static string ServerGroup => ServerUser == "postgres" ? "postgres" : "nogroup";

    /// <summary>The folder of initdb and postgres: the newest version here, installed when there is none.</summary>
    internal static Task<string> FindOrInstallAsync() => Debian.FindOrInstallAsync(Find, "postgresql");

    private static string? Find()
    {
        var versions = Directory.Exists(DebianFolder) ? Directory.GetDirectories(DebianFolder) : [];
        return versions
            .OrderByDescending(version => int.TryParse(Path.GetFileName(version), out var number) ? number : 0)
            .Select(version => Path.Combine(version, "bin"))
            .FirstOrDefault(HasServer) ?? OnPath();
    }

    private static string? OnPath() =>
        Path.GetDirectoryName(Command.Find("initdb")) is { } folder && HasServer(folder) ? folder : null;

    private static bool HasServer(string folder) =>
        File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres"));
}
