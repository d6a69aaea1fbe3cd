using System.Collections.Concurrent;
using System.Diagnostics;

[assembly: AssemblyFixture(typeof(Portal.Tests.Infrastructure.TestRun))]

namespace Portal.Tests.Infrastructure;

/// <summary>
/// What belongs to the whole run: its temporary folder, and what has to end with it. Ends are carried out last in,
/// first out, when xunit disposes this assembly fixture, or at process exit if it never came to that.
/// </summary>
public sealed class TestRun : IAsyncDisposable
{
    private const string Prefix = "portal-tests-";
    private static readonly ConcurrentStack<Func<Task>> Ends = new();
    private static readonly Lazy<string> Root = new(CreateRoot);
    private static int _directories;

    static TestRun() => AppDomain.CurrentDomain.ProcessExit += (_, _) => EndAsync().GetAwaiter().GetResult();

    /// <summary>Has <paramref name="end"/> carried out when the run ends, before those registered earlier.</summary>
    public static void OnEnd(Func<Task> end) => Ends.Push(end);

    /// <summary>A new, empty folder of this run, removed at its end at the latest.</summary>
    public static string NewDirectory(string purpose)
    {
        var path = Path.Combine(Root.Value, $"{purpose}-{Interlocked.Increment(ref _directories)}");
        return Directory.CreateDirectory(path).FullName;
    }

    /// <summary>Removes a folder and says so in the diagnostics when something in it cannot be removed.</summary>
    public static void DeleteDirectory(string path)
    {
        try
        {
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            Report($"{path} stays behind: {problem.Message}");
        }
    }

    /// <summary>A line for whoever runs the tests with diagnostics on.</summary>
    public static void Report(string message) => TestContext.Current.SendDiagnosticMessage("{0}", message);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await EndAsync();

    private static async Task EndAsync()
    {
        while (Ends.TryPop(out var end))
        {
            try
            {
                await end();
            }
            catch (Exception problem) when (problem is not OutOfMemoryException)
            {
                Report($"At the end of the run: {problem}");
            }
        }
    }

    private static string CreateRoot()
    {
        var parent = Path.GetTempPath();
        foreach (var leftover in Directory.EnumerateDirectories(parent, Prefix + "*"))
            if (int.TryParse(Path.GetFileName(leftover)[Prefix.Length..], out var owner) && !IsOtherLivingProcess(owner))
                DeleteDirectory(leftover);
        var root = Directory.CreateDirectory(Path.Combine(parent, Prefix + Environment.ProcessId)).FullName;
        OnEnd(() =>
        {
            DeleteDirectory(root);
            return Task.CompletedTask;
        });
        return root;
    }

    private static bool IsOtherLivingProcess(int id)
    {
        if (id == Environment.ProcessId)
            return false;
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
