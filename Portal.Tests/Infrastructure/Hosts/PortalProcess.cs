using Portal.Tests.Infrastructure.Processes;

namespace Portal.Tests.Infrastructure.Hosts;

/// <summary>How a <see cref="PortalProcess"/> is started.</summary>
public sealed class PortalProcessOptions
{
    /// <summary>Settings by name, such as "Bootstrap:ApiKey"; handed over as environment variables.</summary>
    public Dictionary<string, string?> Settings { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The hosting environment.</summary>
    public string Environment { get; init; } = "Development";

    /// <summary>The path that answers 200 once the portal is ready; null when listening is enough.</summary>
    public string? ReadyPath { get; init; } = "/health/ready";

    /// <summary>Whether it listens on the same port again after a restart, for clients that come back to it.</summary>
    public bool KeepsPort { get; init; }
}

/// <summary>
/// The built portal as a process of its own, for what only a process can show: being killed while it writes, and
/// starting again on the same data. It never outlives the test run.
/// </summary>
public sealed class PortalProcess : IAsyncDisposable
{
    private const string ListeningLine = "Now listening on: ";
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(1);

    private readonly PortalProcessOptions _options;
    private readonly List<string> _earlierOutput = [];
    private SupervisedProcess? _process;
    private HttpClient? _http;
    private int _port;

    private PortalProcess(PortalProcessOptions options) => _options = options;

    /// <summary>The data folder, the same through all restarts; removed with this.</summary>
    public string DataDirectory { get; } = TestRun.NewDirectory("portal");

    /// <summary>Where it listens; another port after each start, unless <see cref="PortalProcessOptions.KeepsPort"/>.</summary>
    public Uri Address => Http.BaseAddress!;

    /// <summary>A client of the current start, without credentials and without following redirects.</summary>
    public HttpClient Http => _http ?? throw new InvalidOperationException("The portal does not run.");

    /// <summary>Everything that it printed, over all starts.</summary>
    public string Output => string.Join('\n', _earlierOutput.Concat(_process?.Lines ?? []));

    /// <summary>Starts a portal on a new data folder and returns when it is ready.</summary>
    public static async Task<PortalProcess> StartAsync(PortalProcessOptions? options = null)
    {
        var portal = new PortalProcess(options ?? new PortalProcessOptions());
        try
        {
            await portal.StartAgainAsync();
            return portal;
        }
        catch
        {
            await portal.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the process with SIGKILL: it gets no chance to write anything more.</summary>
    public Task KillHard() => EndAsync(Signal.Kill);

    /// <summary>Ends the process with SIGTERM, as a service manager does.</summary>
    public Task StopAsync() => EndAsync(Signal.Terminate);

    /// <summary>Starts the portal, which must not run, on the same data; returns when it is ready.</summary>
    public async Task StartAgainAsync()
    {
        if (_process is not null)
            throw new InvalidOperationException("The portal still runs.");
        var project = Repository.PathOf("Portal");
        var program = Path.Combine(project, "bin", Repository.Configuration, "net10.0", "Portal.dll");
        _process = SupervisedProcess.Start(
            Signal.Kill, ["dotnet", program, "--urls", $"http://127.0.0.1:{_port}"], project, EnvironmentVariables());
        var address = await WaitFor.Value(FindAddress, "the portal listens", StartLimit);
        if (_options.KeepsPort) _port = address.Port;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }, disposeHandler: true)
        {
            BaseAddress = address,
        };
        if (_options.ReadyPath is { } path)
            await WaitFor.Condition(() => IsReadyAsync(path), $"{path} answers 200", StartLimit);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillHard();
        TestRun.DeleteDirectory(DataDirectory);
    }

    private async Task EndAsync(Signal signal)
    {
        _http?.Dispose();
        _http = null;
        if (_process is not { } process)
            return;
        await process.EndAsync(signal);
        _earlierOutput.AddRange(process.Lines);
        _process = null;
        await process.DisposeAsync();
    }

    private Dictionary<string, string?> EnvironmentVariables()
    {
        var variables = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ASPNETCORE_ENVIRONMENT"] = _options.Environment,
            ["ASPNETCORE_URLS"] = null,
            // The line with the address is read from the console, whatever else the settings quieten.
            ["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Information",
            ["DataDirectory"] = DataDirectory,
        };
        foreach (var (name, value) in _options.Settings)
            variables[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        return variables;
    }

    private Task<Uri?> FindAddress()
    {
        var process = RunningProcess();
        var line = process.Lines.FirstOrDefault(line => line.Contains(ListeningLine, StringComparison.Ordinal));
        var start = line?.IndexOf("http://", StringComparison.Ordinal) ?? -1;
        return Task.FromResult(line is null || start < 0 ? null : new Uri(line[start..].TrimEnd('"', ',', '}', ' ')));
    }

    private async Task<bool> IsReadyAsync(string path)
    {
        RunningProcess();
        using var response = await Http.GetAsync(new Uri(path, UriKind.Relative));
        return response.IsSuccessStatusCode;
    }

    private SupervisedProcess RunningProcess()
    {
        var process = _process ?? throw new InvalidOperationException("The portal does not run.");
        return process.HasExited
            ? throw new InvalidOperationException(
                $"The portal ended while starting:\n{Output}")
            : process;
    }
}
