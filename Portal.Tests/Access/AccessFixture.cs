using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Mail;
using Portal.Core.Shared.Problems;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;
using Portal.Tests.Infrastructure.Postgres;

namespace Portal.Tests.Access;

/// <summary>Portal.Core on a database of its own, SQLite or PostgreSQL, with a clock that stands still and logs to look into.</summary>
internal sealed class AccessFixture : IAsyncDisposable
{
    public const string Password = "correct horse battery";

    private readonly PostgresDatabase? _postgres;
    private readonly bool _ownsDatabase;
    private readonly ServiceProvider _services;

    private AccessFixture(AccessFixture? sharing, PostgresDatabase? postgres, ManualTime time, Dictionary<string, string?> settings)
    {
        _ownsDatabase = sharing is null;
        _postgres = postgres;
        Time = time;
        DataDirectory = sharing?.DataDirectory ?? TestRun.NewDirectory("access");
        settings["DataDirectory"] = DataDirectory;
        if (postgres is not null)
        {
            settings["Database:Provider"] = "Postgres";
            settings["Database:ConnectionString"] = postgres.ConnectionString;
        }

        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(Logs));
        services.AddSingleton<TimeProvider>(time);
        services.AddPortalCore(configuration);
        // One round instead of 100,000: what is tested here is not the hash.
        services.Configure<PasswordHasherOptions>(options => options.IterationCount = 1);
        _services = services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true });
    }

    public ManualTime Time { get; }
    public LogCapture Logs { get; } = new();
    public string DataDirectory { get; }
    public PortalStore Store => Get<PortalStore>();
    public Accounts Accounts => Get<Accounts>();
    public Sessions Sessions => Get<Sessions>();
    public Origin Origin { get; } = new("192.0.2.7", "tests");

    /// <summary>A migrated database with everything that happens before the first request.</summary>
    public static async Task<AccessFixture> Start(DatabaseProvider provider = DatabaseProvider.Sqlite, Dictionary<string, string?>? settings = null)
    {
        var postgres = provider == DatabaseProvider.Postgres ? await (await PostgresServer.GetAsync()).CreateDatabaseAsync() : null;
        return await Prepared(new AccessFixture(null, postgres, new ManualTime(), settings ?? []));
    }

    /// <summary>The same database as another process sees it: a second node, or the next start.</summary>
    public async Task<AccessFixture> Again(Dictionary<string, string?>? settings = null) =>
        await Prepared(new AccessFixture(this, _postgres, Time, settings ?? []), migrate: false);

    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    public Task<Registered> Register(string email = "jane@example.com", string? organization = null) =>
        Accounts.Register(new Registration(email, Password, "Jane", "Doe", organization), Origin, default);

    public Task<SignedIn> SignIn(string email = "jane@example.com", string password = Password) => Get<SignIns>().Check(email, password, null, Origin, default);

    public async Task<SessionTokens> StartSession(string email = "jane@example.com") => await Sessions.Start(await SignIn(email), Origin, default);

    public async Task<TokenCheck> Check(string accessToken) => await Get<TokenValidator>().Validate(accessToken, default);

    public async Task<List<OutboxMail>> Mails()
    {
        await using var db = Store.ReadAcross();
        return await db.Mails.OrderBy(mail => mail.Id).ToListAsync();
    }

    public async Task<List<string>> Audit(string organizationId)
    {
        await using var db = Store.Read(new Tenant(organizationId, ApiMode.Live));
        return await db.AuditEntries.OrderBy(entry => entry.Id).Select(entry => entry.Action).ToListAsync();
    }

    public static async Task<Problem> Refused(Func<Task> action) => (await Assert.ThrowsAsync<ProblemException>(action)).Problem;

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        if (!_ownsDatabase) return;
        if (_postgres is not null) await _postgres.DisposeAsync();
        TestRun.DeleteDirectory(DataDirectory);
    }

    private static async Task<AccessFixture> Prepared(AccessFixture fixture, bool migrate = true)
    {
        if (migrate) await fixture.Get<DatabaseStartup>().Prepare(default);
        await fixture.Get<AccessStartup>().Prepare(default);
        return fixture;
    }
}
