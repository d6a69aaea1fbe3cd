using System.Diagnostics;

namespace Portal.Bench;

/// <summary>A server in a process of its own, on a free port of 127.0.0.1; ended by its own id.</summary>
internal sealed class Server : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly ProcessStartInfo _start;
    private readonly string _readyPath;
    private readonly List<string> _log = [];
    private Process? _process;

    private Server(ProcessStartInfo start, string address, string readyPath) => (_start, Address, _readyPath) = (start, address, readyPath);

    public string Address { get; }

    /// <summary>From the process's start to its first good answer.</summary>
    public TimeSpan StartedIn { get; private set; }

    /// <summary>Resident memory in MiB.</summary>
    public long Memory
    {
        get
        {
            _process!.Refresh();
            return _process.WorkingSet64 / 1024 / 1024;
        }
    }

    /// <summary>What it has used of the processors so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process!.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts a .NET program and waits until it answers.</summary>
    /// <param name="arguments">Of <c>dotnet</c>, given the address on which to listen.</param>
    /// <param name="readyPath">Answers 2xx as soon as the server can be used.</param>
    /// <param name="settings">Environment variables, as configuration keys.</param>
    /// <param name="folder">The working directory, from which a server takes its static files.</param>
    public static async Task<Server> Start(Func<string, IEnumerable<string>> arguments, string readyPath, Dictionary<string, string>? settings = null, string? folder = null)
    {
        var address = $"http://127.0.0.1:{FreePort()}";
        var start = new ProcessStartInfo("dotnet", arguments(address)) { RedirectStandardOutput = true, UseShellExecute = false, WorkingDirectory = folder ?? Path.GetTempPath() };
        foreach (var (name, value) in settings ?? []) start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        var server = new Server(start, address, readyPath);
        try
        {
            await server.Begin();
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Kills the process without a word (SIGKILL), and returns once it is gone.</summary>
    public void Kill()
    {
        if (_process is null) return;
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Starts it again after <see cref="Kill"/>, on the same address.</summary>
    public async Task Begin()
    {
        var clock = Stopwatch.StartNew();
        _process = Process.Start(_start)!;
        _process.OutputDataReceived += (_, line) =>
        {
            lock (_log) _log.Add(line.Data ?? "");
        };
        _process.BeginOutputReadLine();
        using var http = new HttpClient();
        while (clock.Elapsed < Patience && !_process.HasExited)
        {
            try
            {
                using var answer = await http.GetAsync(Address + _readyPath);
                if (answer.IsSuccessStatusCode)
                {
                    StartedIn = clock.Elapsed;
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(10);
        }

        throw new InvalidOperationException("The server did not get ready:\n" + Log);
    }

    /// <summary>The last lines that it printed.</summary>
    public string Log
    {
        get
        {
            lock (_log) return string.Join('\n', _log.TakeLast(40));
        }
    }

    public void Dispose() => Kill();

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
