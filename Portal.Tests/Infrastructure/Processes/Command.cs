using System.Diagnostics;

namespace Portal.Tests.Infrastructure.Processes;

/// <summary>How a command ended: its exit code, and standard output and error as they came.</summary>
public sealed record CommandResult(string CommandLine, int ExitCode, string Output, string Errors)
{
    /// <summary>Everything that it printed, for messages.</summary>
    public string Everything => $"{CommandLine} (exit code {ExitCode})\n{Output}\n{Errors}".TrimEnd();

    /// <summary>This result, if the exit code is 0.</summary>
    /// <exception cref="InvalidOperationException">It is not; the message has the command and what it printed.</exception>
    public CommandResult Succeeded() =>
        ExitCode == 0 ? this : throw new InvalidOperationException(Everything);
}

/// <summary>Runs a program to its end.</summary>
public static class Command
{
    private static readonly TimeSpan DefaultLimit = TimeSpan.FromMinutes(5);

    /// <summary>Runs <paramref name="program"/> (no shell) and captures what it prints.</summary>
    /// <exception cref="TimeoutException">It took longer than <paramref name="limit"/> (5 minutes) and was ended.</exception>
    public static async Task<CommandResult> RunAsync(
        string program,
        IEnumerable<string> arguments,
        string? workingDirectory = null,
        IReadOnlyDictionary<string, string>? environment = null,
        TimeSpan? limit = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? Path.GetTempPath(),
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
            start.Environment[name] = value;

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        process.StandardInput.Close();
        using var deadline = new CancellationTokenSource(limit ?? DefaultLimit);
        var commandLine = $"{program} {string.Join(' ', start.ArgumentList)}";
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var errors = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return new CommandResult(commandLine, process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException cancelled)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{commandLine} did not end in {limit ?? DefaultLimit}.", cancelled);
        }
    }

    /// <summary>The full path of a program found on PATH, or null.</summary>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
}
