using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Portal.Tests.Infrastructure.Hosts;

/// <summary>How a <see cref="PortalApp"/> differs from a portal that somebody just unpacked.</summary>
public sealed class PortalAppOptions
{
    /// <summary>Settings by name, such as "Database:Provider"; they win over appsettings and the environment.</summary>
    public Dictionary<string, string?> Settings { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The application's clock; the system's when null.</summary>
    public TimeProvider? Time { get; init; }

    /// <summary>An existing data folder, which is kept afterwards; when null, an own one that goes with the app.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>The hosting environment.</summary>
    public string Environment { get; init; } = "Development";

    /// <summary>The least severe level that <see cref="PortalApp.Logs"/> keeps.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>Replaces services, after the application has added its own.</summary>
    public Action<IServiceCollection>? Services { get; init; }

    /// <summary>Middleware in front of the application's own.</summary>
    public Action<IApplicationBuilder>? InFront { get; init; }
}

/// <summary>
/// The portal inside the test process, with a data folder, settings, a clock and logs of its own. In memory it has no
/// socket; <see cref="OnKestrel"/> makes one that browsers and other processes reach.
/// </summary>
public sealed class PortalApp : WebApplicationFactory<Program>
{
    private readonly PortalAppOptions _options;
    private readonly bool _ownsData;

    /// <summary>An app that starts with its first client.</summary>
    public PortalApp(PortalAppOptions? options = null)
    {
        _options = options ?? new PortalAppOptions();
        _ownsData = _options.DataDirectory is null;
        DataDirectory = _options.DataDirectory ?? TestRun.NewDirectory("app");
    }

    /// <summary>The setting DataDirectory of this app.</summary>
    public string DataDirectory { get; }

    /// <summary>All that the app logged.</summary>
    public LogCapture Logs { get; } = new();

    /// <summary>Where it listens; only for an app made by <see cref="OnKestrel"/>.</summary>
    public Uri Address => ClientOptions.BaseAddress;

    /// <summary>A started app that listens on a free port of 127.0.0.1.</summary>
    public static PortalApp OnKestrel(PortalAppOptions? options = null)
    {
        var app = new PortalApp(options);
        app.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        app.StartServer();
        return app;
    }

    /// <summary>A client that follows no redirect, with the key in X-API-Key if one is given.</summary>
    /// <param name="apiKey">The full key, or null for an anonymous client.</param>
    /// <param name="cookies">Whether it keeps cookies, as a signed-in browser does.</param>
    public HttpClient Client(string? apiKey = null, bool cookies = false)
    {
        var client = CreateClient(new WebApplicationFactoryClientOptions
        {
            BaseAddress = ClientOptions.BaseAddress,
            AllowAutoRedirect = false,
            HandleCookies = cookies,
        });
        if (apiKey is not null)
            client.DefaultRequestHeaders.Add("X-API-Key", apiKey);
        return client;
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_ownsData)
            TestRun.DeleteDirectory(DataDirectory);
    }

    /// <inheritdoc/>
    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment(_options.Environment);
        // UseSetting reaches Program as command-line arguments, so that it can read these before it builds the app.
        builder.UseSetting("DataDirectory", DataDirectory);
        foreach (var (name, value) in _options.Settings)
            builder.UseSetting(name, value);
        builder.ConfigureLogging(logging => logging
            .ClearProviders()
            .AddProvider(Logs)
            .AddFilter<LogCapture>(category: null, _options.LogLevel));
        builder.ConfigureTestServices(services =>
        {
            if (_options.Time is { } time)
                services.Replace(ServiceDescriptor.Singleton(time));
            if (_options.InFront is { } inFront)
                services.AddSingleton<IStartupFilter>(new InFrontFilter(inFront));
            _options.Services?.Invoke(services);
        });
    }

    private sealed class InFrontFilter(Action<IApplicationBuilder> inFront) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            inFront(app);
            next(app);
        };
    }
}
