namespace Portal.Tests.Infrastructure.Processes;

/// <summary>Installs the programs that tests need from Debian's packages, so that a bare machine needs no preparation.</summary>
public static class Debian
{
    private static readonly SemaphoreSlim OneAtATime = new(1);

    private static readonly Dictionary<string, string> NonInteractive =
        new(StringComparer.Ordinal) { ["DEBIAN_FRONTEND"] = "noninteractive" };

    /// <summary>Installs packages unless <paramref name="find"/> finds what they bring; returns what it found.</summary>
    /// <exception cref="InvalidOperationException">It is not there and cannot be installed; the message says what to do.</exception>
    public static async Task<string> FindOrInstallAsync(Func<string?> find, params string[] packages)
    {
        await OneAtATime.WaitAsync();
        try
        {
            if (find() is { } present)
                return present;
            await InstallAsync(packages);
            return find() ?? throw new InvalidOperationException(
                $"apt-get installed {string.Join(' ', packages)}, but what tests need of it was not found.");
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    private static async Task InstallAsync(string[] packages)
    {
        var wanted = string.Join(' ', packages);
        if (Command.Find("apt-get") is not { } apt || !Environment.IsPrivilegedProcess)
            throw new InvalidOperationException(
                $"Tests need {wanted}. Install it: apt-get install {wanted} (as root), then run them again.");
        // Another process may hold dpkg's lock: wait for it.
        string[] waiting = ["-o", "DPkg::Lock::Timeout=300"];
        (await Command.RunAsync(apt, [.. waiting, "update"], environment: NonInteractive)).Succeeded();
        (await Command.RunAsync(
            apt,
            [.. waiting, "install", "-y", "--no-install-recommends", .. packages],
            environment: NonInteractive,
            limit: TimeSpan.FromMinutes(15))).Succeeded();
    }
}
