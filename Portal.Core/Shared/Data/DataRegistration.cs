using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Core.Shared.Cluster;

namespace Portal.Core.Shared.Data;

/// <summary>Registers the database and what stands on it.</summary>
public static class DataRegistration
{
    /// <summary>Makes Identity's model the one with passkeys; the model asks these options when it is built.</summary>
    public static IServiceCollection AddIdentityTables(this IServiceCollection services) =>
        services.Configure<IdentityOptions>(options => options.Stores.SchemaVersion = IdentitySchemaVersions.Version3);

    internal static void AddData(this IServiceCollection services, IConfiguration configuration)
    {
        var options = ReadOptions(configuration);
        services.AddSingleton(options);
        services.AddIdentityTables();
        if (options.Provider == DatabaseProvider.Postgres) services.AddPostgres(options);
        else services.AddSqlite(options);

        services.AddSingleton<PortalStore>();
        services.AddSingleton<DatabaseStartup>();
        services.AddSingleton<RetentionSweep>();
        services.AddHostedService(provider => provider.GetRequiredService<RetentionSweep>());
        // Identity's stores work on a scoped context of their own.
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<PortalDbContext>>().CreateDbContext().Enter(null));
        services.AddDataProtection().SetApplicationName("Portal").DisableAutomaticKeyGeneration();
        services.AddSingleton<KeyRingUpkeep>();
        services.AddHostedService(provider => provider.GetRequiredService<KeyRingUpkeep>());
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider =>
            new ConfigureOptions<KeyManagementOptions>(keys => keys.XmlRepository = new KeyRingRepository(provider.GetRequiredService<PortalStore>())));
    }

    private static DatabaseOptions ReadOptions(IConfiguration configuration)
    {
        var options = new DatabaseOptions();
        if (configuration["DataDirectory"] is { Length: > 0 } directory) options.DataDirectory = directory;
        options.DataDirectory = Path.GetFullPath(options.DataDirectory);
        if (configuration["Database:Provider"] is { Length: > 0 } provider)
        {
            if (!Enum.TryParse<DatabaseProvider>(provider, true, out var parsed) || !Enum.IsDefined(parsed))
                throw new InvalidOperationException($"Database:Provider is '{provider}'; it must be Sqlite or Postgres.");
            options.Provider = parsed;
        }

        options.ConnectionString = configuration["Database:ConnectionString"];
        if (options.Provider == DatabaseProvider.Postgres && string.IsNullOrWhiteSpace(options.ConnectionString))
            throw new InvalidOperationException("Database:ConnectionString is missing; PostgreSQL needs one.");
        Directory.CreateDirectory(options.DataDirectory);
        return options;
    }

    private static void AddSqlite(this IServiceCollection services, DatabaseOptions options)
    {
        SqliteLibrary.Configure();
        var connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(options.DataDirectory, "portal.db"),
            ForeignKeys = true,
            DefaultTimeout = 30,
        }.ToString();
        services.AddPooledDbContextFactory<SqlitePortalDbContext>(builder => Shape(builder.UseSqlite(connectionString, ListsAsOne).AddInterceptors(SqlText.OnConnection)));
        services.AddSingleton<IDbContextFactory<PortalDbContext>, Contexts<SqlitePortalDbContext>>();
        services.AddSingleton<IWriteTransactions>(provider => new SqliteTransactions(
            connectionString,
            provider.GetRequiredService<ILogger<SqliteTransactions>>(),
            connection => Options<SqlitePortalDbContext>(provider, builder => builder.UseSqlite(connection, ListsAsOne))));
        services.AddSingleton<IClusterSignals, LocalSignals>();
    }

    private static void AddPostgres(this IServiceCollection services, DatabaseOptions options)
    {
        services.AddPooledDbContextFactory<PostgresPortalDbContext>(builder => Shape(builder.UseNpgsql(options.ConnectionString)));
        services.AddSingleton<IDbContextFactory<PortalDbContext>, Contexts<PostgresPortalDbContext>>();
        services.AddSingleton<IWriteTransactions, PostgresTransactions>();
        services.AddSingleton<PostgresSignals>();
        services.AddSingleton<IClusterSignals>(provider => provider.GetRequiredService<PostgresSignals>());
        services.AddHostedService(provider => provider.GetRequiredService<PostgresSignals>());
    }

    // A list in a query is one parameter. As a parameter for each value the SQL is another one for each length, and EF
    // writes and SQLite reads it anew every time. PostgreSQL's provider does it by itself.
    private static void ListsAsOne(SqliteDbContextOptionsBuilder options) => options.UseParameterizedCollectionMode(ParameterTranslationMode.Parameter);

    private static DbContextOptions<T> Options<T>(IServiceProvider provider, Action<DbContextOptionsBuilder> use) where T : DbContext
    {
        var builder = new DbContextOptionsBuilder<T>();
        builder.UseApplicationServiceProvider(provider);
        use(builder);
        Shape(builder);
        return builder.Options;
    }

    private static void Shape(DbContextOptionsBuilder builder) =>
        builder
            // The pool hands each context to one caller at a time; the check costs on every query.
            .EnableThreadSafetyChecks(false)
            .ConfigureWarnings(warnings => warnings
                .Log((RelationalEventId.CommandExecuted, LogLevel.Debug), (RelationalEventId.CommandExecuting, LogLevel.Trace))
                // Whoever catches the exception says what it means: a first start asks PostgreSQL for a table that is not there yet.
                .Log((RelationalEventId.CommandError, LogLevel.Debug))
                // A test compares model and migrations; doing it at each start as well takes a tenth of the start.
                .Ignore(RelationalEventId.PendingModelChangesWarning));

    private sealed class Contexts<T>(IDbContextFactory<T> factory) : IDbContextFactory<PortalDbContext> where T : PortalDbContext
    {
        public PortalDbContext CreateDbContext() => factory.CreateDbContext();
    }
}
