using Npgsql;

namespace Portal.Tests.Infrastructure.Postgres;

/// <summary>One database of the run's server; dropped when disposed.</summary>
public sealed class PostgresDatabase : IAsyncDisposable
{
    private readonly PostgresServer _server;

    internal PostgresDatabase(PostgresServer server, string name, string connectionString)
    {
        _server = server;
        Name = name;
        ConnectionString = connectionString;
    }

    /// <summary>The database's name on the server.</summary>
    public string Name { get; }

    /// <summary>For Npgsql and for the setting Database:ConnectionString.</summary>
    public string ConnectionString { get; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _server.DropAsync(Name);
        }
        catch (NpgsqlException problem)
        {
            // The whole server goes at the end of the run, so a failed drop costs only space.
            TestRun.Report($"Database {Name} stays until the run ends: {problem.Message}");
        }
    }
}

/// <summary>A class fixture: one empty database for the tests of a class.</summary>
public sealed class PostgresDatabaseFixture : IAsyncLifetime
{
    private PostgresDatabase? _database;

    /// <summary>The class's database.</summary>
    public PostgresDatabase Database =>
        _database ?? throw new InvalidOperationException("The fixture is not initialized yet.");

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() =>
        _database = await (await PostgresServer.GetAsync()).CreateDatabaseAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
    }
}
