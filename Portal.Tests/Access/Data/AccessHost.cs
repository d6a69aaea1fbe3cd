using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;
using Portal.Tests.Infrastructure.Postgres;

namespace Portal.Tests.Access.Data;

/// <summary>Core on a database of its own, with a clock that stands still and an organization to act in.</summary>
internal sealed class AccessHost : IAsyncDisposable
{
    public const string Organization = "org_1";
    public const string OtherOrganization = "org_2";
    public static readonly DateTimeOffset Now = new(2026, 3, 20, 10, 30, 15, TimeSpan.Zero);

    private static readonly Lazy<Task<string>> SqliteTemplate = new(MigratedFile);

    private readonly ServiceProvider _services;
    private readonly PostgresDatabase? _postgres;
    private readonly string _directory;

    private AccessHost(DatabaseProvider provider, string directory, PostgresDatabase? postgres)
    {
        _directory = directory;
        _postgres = postgres;
        _services = Services(provider, directory, postgres?.ConnectionString, Time, Logs);
        foreach (var topic in new[] { SignalTopics.ApiKey, SignalTopics.Outbox })
            Get<IClusterSignals>().Subscribe(topic, subject => Signals.Enqueue((topic, subject)));
    }

    public ManualTime Time { get; } = new(Now);
    public LogCapture Logs { get; } = new();
    public ConcurrentQueue<(string Topic, string Subject)> Signals { get; } = new();

    public ApiKeyService Keys => Get<ApiKeyService>();
    public ApiKeyUsage Usage => Get<ApiKeyUsage>();
    public UsageMeter Meter => Get<UsageMeter>();
    public KeyUseRecorder Uses => Get<KeyUseRecorder>();

    public Actor Owner { get; } = Member(Role.Owner);
    public Actor Developer { get; } = Member(Role.Developer);
    public Actor Viewer { get; } = Member(Role.Viewer);
    public Actor Stranger { get; } = Member(Role.Owner) with { Tenant = new Tenant(OtherOrganization, ApiMode.Live) };

    public static Actor Member(Role role) => new(new Tenant(Organization, ApiMode.Live), "user", $"usr_{role}", role.ToString())
    {
        UserId = $"usr_{role}",
        Address = "203.0.113.7",
        GrantedScopes = Scopes.Expand(Scopes.Of(role)),
    };

    /// <summary>A caller by this key.</summary>
    public static Actor By(ApiKeyResource key) => new(new Tenant(Organization, key.Mode), "api_key", key.Id, key.Name)
    {
        GrantedScopes = Scopes.Expand(key.Scopes),
    };

    public static async Task<AccessHost> Start(DatabaseProvider provider)
    {
        var directory = TestRun.NewDirectory("access");
        PostgresDatabase? postgres = null;
        if (provider == DatabaseProvider.Postgres)
            postgres = await (await PostgresServer.GetAsync()).CreateDatabaseAsync("access", connection => Migrate(provider, directory, connection));
        else
            File.Copy(await SqliteTemplate.Value, Path.Combine(directory, "portal.db"));
        var host = new AccessHost(provider, directory, postgres);
        await host.Get<PortalStore>().WriteAcross((db, _) =>
        {
            db.Organizations.Add(new Organization { Id = Organization, Name = "One", CreatedAt = Now });
            db.Organizations.Add(new Organization { Id = OtherOrganization, Name = "Two", CreatedAt = Now });
            return Task.FromResult(true);
        }, CancellationToken.None);
        return host;
    }

    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Reads across tenants.</summary>
    public async Task<T> Read<T>(Func<PortalDbContext, Task<T>> read)
    {
        await using var db = Get<PortalStore>().ReadAcross();
        return await read(db);
    }

    public Task<ApiKey> Row(string id) => Read(db => db.Across<ApiKey>().SingleAsync(key => key.Id == id));

    public Task<List<AuditEntry>> Audit() => Read(db => db.Across<AuditEntry>().OrderBy(entry => entry.Id).ToListAsync());

    public Task<List<Core.Shared.Events.EventRecord>> Events() =>
        Read(db => db.Across<Core.Shared.Events.EventRecord>().OrderBy(entry => entry.Id).ToListAsync());

    /// <summary>A key of the owner with these scopes, everything else as it comes.</summary>
    public Task<ApiKeyResource> Key(params string[] scopes) => Key(new ApiKeyInput { Name = "Key", Scopes = scopes });

    /// <summary>A key of the owner, as it is read afterwards.</summary>
    public async Task<ApiKeyResource> Key(ApiKeyInput input) =>
        await Keys.Get(Owner, (await Keys.Create(Owner, input, CancellationToken.None)).Id, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        if (_postgres is not null) await _postgres.DisposeAsync();
        TestRun.DeleteDirectory(_directory);
    }

    private static async Task<string> MigratedFile()
    {
        var directory = TestRun.NewDirectory("access-template");
        await Migrate(DatabaseProvider.Sqlite, directory, null);
        return Path.Combine(directory, "portal.db");
    }

    private static async Task Migrate(DatabaseProvider provider, string directory, string? connectionString)
    {
        await using var services = Services(provider, directory, connectionString, TimeProvider.System, new LogCapture());
        await services.GetRequiredService<DatabaseStartup>().Prepare(CancellationToken.None);
        if (provider == DatabaseProvider.Sqlite)
        {
            // What the log holds goes into the file, so that the file alone can be copied.
            await using var db = services.GetRequiredService<PortalStore>().ReadAcross();
            await db.Database.ExecuteSqlRawAsync("PRAGMA wal_checkpoint(TRUNCATE);");
        }
    }

    private static ServiceProvider Services(DatabaseProvider provider, string directory, string? connectionString, TimeProvider time, LogCapture logs)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["DataDirectory"] = directory,
            ["Database:Provider"] = provider.ToString(),
            ["Database:ConnectionString"] = connectionString,
        }).Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddSingleton(time);
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(logs));
        services.AddPortalCore(configuration);
        return services.BuildServiceProvider();
    }
}
