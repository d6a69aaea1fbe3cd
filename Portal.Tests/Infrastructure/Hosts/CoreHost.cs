using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;
using Portal.Tests.Infrastructure.Postgres;

namespace Portal.Tests.Infrastructure.Hosts;

/// <summary>
/// Core with a database of its own and a clock that stands still, for tests of services without the web in between.
/// Tests share it as a class fixture and keep apart by using a tenant each.
/// </summary>
public abstract class CoreHost : IAsyncLifetime
{
    private ServiceProvider? _services;
    private int _organizations;

    public ManualTime Time { get; } = new();

    public T Get<T>() where T : notnull => _services!.GetRequiredService<T>();

    /// <summary>A service of the test's own, whose dependencies are the core's where they are not given.</summary>
    public T Make<T>(params object[] given) => ActivatorUtilities.CreateInstance<T>(_services!, given);

    /// <summary>A tenant that nobody has used yet.</summary>
    public Tenant NewTenant(ApiMode mode = ApiMode.Live) => new($"org_{Interlocked.Increment(ref _organizations)}", mode);

    /// <summary>The tenant's events so far, oldest first.</summary>
    public List<EventRecord> Events(Tenant tenant)
    {
        using var db = Get<PortalStore>().Read(tenant);
        return [.. db.Events.OrderBy(row => row.Id)];
    }

    public async ValueTask InitializeAsync()
    {
        _services = Build(await Settings());
        await Get<DatabaseStartup>().Prepare(CancellationToken.None);
        Get<KeyRingUpkeep>().Ensure();
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (_services is not null) await _services.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<Dictionary<string, string?>> Settings();

    protected ServiceProvider Build(Dictionary<string, string?> settings)
    {
        // Receivers of tests listen on loopback.
        settings["Security:OutboundAllowlist:0"] = "127.0.0.0/8";
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(Time).AddSingleton<IConfiguration>(configuration);
        services.AddPortalCore(configuration);
        return services.BuildServiceProvider();
    }
}

/// <summary>Core on SQLite.</summary>
public sealed class SqliteCore : CoreHost
{
    protected override Task<Dictionary<string, string?>> Settings() =>
        Task.FromResult(new Dictionary<string, string?> { ["DataDirectory"] = TestRun.NewDirectory("core") });
}

/// <summary>Core on PostgreSQL.</summary>
public sealed class PostgresCore : CoreHost
{
    private PostgresDatabase? _database;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_database is not null) await _database.DisposeAsync();
    }

    protected override async Task<Dictionary<string, string?>> Settings()
    {
        _database = await (await PostgresServer.GetAsync()).CreateDatabaseAsync("core", Migrate);
        return SettingsOf(_database.ConnectionString);
    }

    private async Task Migrate(string connectionString)
    {
        await using var services = Build(SettingsOf(connectionString));
        await services.GetRequiredService<DatabaseStartup>().Prepare(CancellationToken.None);
    }

    private static Dictionary<string, string?> SettingsOf(string connectionString) => new()
    {
        ["DataDirectory"] = TestRun.NewDirectory("core"),
        ["Database:Provider"] = "Postgres",
        ["Database:ConnectionString"] = connectionString,
    };
}
