using System.Diagnostics;

namespace Portal.Bench;

/// <summary>A server in a process of its own, on a free port of 127.0.0.1; ended by its own id.</summary>
internal sealed class Server : IDisposable
{
    private readonly Process _process;

    private Server(Process process, string address, TimeSpan startedIn)
    {
        _process = process;
        Address = address;
        StartedIn = startedIn;
    }

    public string Address { get; }

    /// <summary>From the process's start to its first good answer.</summary>
    public TimeSpan StartedIn { get; }

    /// <summary>Resident memory in MiB.</summary>
    public long Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1024 / 1024;
        }
    }

    public static async Task<Server> Start(Func<string, IEnumerable<string>> arguments, string readyPath, Dictionary<string, string>? settings = null)
    {
        var address = $"http://127.0.0.1:{FreePort()}";
        var start = new ProcessStartInfo("dotnet", arguments(address)) { RedirectStandardOutput = true, UseShellExecute = false, WorkingDirectory = Path.GetTempPath() };
        foreach (var (name, value) in settings ?? []) start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        var clock = Stopwatch.StartNew();
        var process = Process.Start(start)!;
        var log = new List<string>();
        process.OutputDataReceived += (_, line) =>
        {
            lock (log) log.Add(line.Data ?? "");
        };
        process.BeginOutputReadLine();
        using var http = new HttpClient();
        while (clock.Elapsed < TimeSpan.FromSeconds(60) && !process.HasExited)
        {
            try
            {
                using var answer = await http.GetAsync(address + readyPath);
                if (answer.IsSuccessStatusCode) return new Server(process, address, clock.Elapsed);
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(10);
        }

        lock (log) throw new InvalidOperationException("The server did not get ready:\n" + string.Join('\n', log));
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
