using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Portal.Tests.Infrastructure.Processes;

/// <summary>Signals as Linux numbers them.</summary>
public enum Signal
{
    /// <summary>SIGINT.</summary>
    Interrupt = 2,

    /// <summary>SIGKILL: no clean-up at all.</summary>
    Kill = 9,

    /// <summary>SIGTERM.</summary>
    Terminate = 15,
}

/// <summary>
/// A server that runs beside the tests and never outlives them: a watcher reads a pipe that closes when the test
/// process ends in whatever way, and then sends the server its last signal.
/// </summary>
public sealed class SupervisedProcess : IAsyncDisposable
{
    // The watcher is started before the exec, so the process id stays that of the server itself; it compares start
    // times (field 22 of /proc/PID/stat), lest it signal a later process that was given the same id.
    private const string Script = """
        started() { sed 's/.*) //' "/proc/$$/stat" 2>/dev/null | cut -d' ' -f20; }
        last=$1; shift; exec 3<&0; born=$(started)
        ( cat <&3 >/dev/null; [ "$(started)" = "$born" ] && kill -"$last" $$ ) >/dev/null 2>&1 &
        exec "$@" </dev/null 3<&-
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Process _process;
    private readonly Signal _last;
    private readonly List<string> _lines = [];

    private SupervisedProcess(Process process, Signal last)
    {
        _process = process;
        _last = last;
    }

    /// <summary>The server's own process id.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Everything that it printed so far, both streams, line by line.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    /// <summary>Starts a program that is ended by <paramref name="last"/> when it or the test process goes.</summary>
    public static SupervisedProcess Start(
        Signal last,
        IEnumerable<string> command,
        string workingDirectory,
        IReadOnlyDictionary<string, string?>? environment = null)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", Script, "supervised", $"{(int)last}", .. command])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>(StringComparer.Ordinal))
            start.Environment[name] = value;
        var process = new Process { StartInfo = start };
        var supervised = new SupervisedProcess(process, last);
        process.OutputDataReceived += (_, line) => supervised.Keep(line.Data);
        process.ErrorDataReceived += (_, line) => supervised.Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return supervised;
    }

    /// <summary>Sends a signal, unless the process has ended.</summary>
    public void Send(Signal signal)
    {
        if (!HasExited && Kill(Id, (int)signal) != 0)
            TestRun.Report($"Signal {signal} to {Id}: error {Marshal.GetLastPInvokeError()}");
    }

    /// <summary>Sends a signal and returns when the process has ended; SIGKILL follows after 15 seconds.</summary>
    public async Task EndAsync(Signal signal)
    {
        Send(signal);
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            Send(Signal.Kill);
            await _process.WaitForExitAsync();
        }
    }

    /// <summary>Closes the watcher's pipe, as the end of the test process does.</summary>
    internal void ClosePipe() => _process.StandardInput.Close();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await EndAsync(_last);
        _process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (_lines)
            _lines.Add(line);
    }
}
