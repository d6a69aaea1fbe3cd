using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Portal.Tests.Infrastructure.Processes;

namespace Portal.Tests.Infrastructure.Postgres;

/// <summary>
/// The PostgreSQL server of this test run: own data folder, own port on 127.0.0.1, started when the first test asks
/// for it, ended with the run. Nothing of it is durable: fsync is off.
/// </summary>
public sealed class PostgresServer
{
    private const int StartAttempts = 3;
    private static readonly Lazy<Task<PostgresServer>> Shared = new(StartAsync);

    private readonly ConcurrentDictionary<string, Lazy<Task>> _templates = new(StringComparer.Ordinal);
    private readonly int _port;
    private int _databases;

    private PostgresServer(int port) => _port = port;

    /// <summary>The server, started if this is the first call.</summary>
    /// <exception cref="InvalidOperationException">There is no PostgreSQL here and it cannot be installed.</exception>
    public static Task<PostgresServer> GetAsync() => Shared.Value;

    /// <summary>A new, empty database; dropped when disposed.</summary>
    public Task<PostgresDatabase> CreateDatabaseAsync() => CopyAsync("template1");

    /// <summary>
    /// A new database that is a copy of the template <paramref name="name"/>. The first call of a run makes the
    /// template: <paramref name="prepare"/> gets its connection string, to migrate and fill it. A copy takes tens of
    /// milliseconds where migrations take seconds.
    /// </summary>
    public async Task<PostgresDatabase> CreateDatabaseAsync(string name, Func<string, Task> prepare)
    {
        var template = $"template_{name}";
        await _templates.GetOrAdd(template, key => new Lazy<Task>(() => PrepareAsync(key, prepare))).Value;
        return await CopyAsync(template);
    }

    internal async Task DropAsync(string database)
    {
        await using (var connection = new NpgsqlConnection(ConnectionString(database, pooling: true)))
            NpgsqlConnection.ClearPool(connection);
        await ExecuteAsync($"DROP DATABASE IF EXISTS {database} WITH (FORCE)");
    }

    private async Task PrepareAsync(string template, Func<string, Task> prepare)
    {
        await ExecuteAsync($"CREATE DATABASE {template}");
        // Only a database without connections can be copied, so none may stay in a pool.
        await prepare(ConnectionString(template, pooling: false));
    }

    private async Task<PostgresDatabase> CopyAsync(string template)
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {template}");
        return new PostgresDatabase(this, name, ConnectionString(name, pooling: true));
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres", pooling: false));
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Names are made here: no value from outside reaches this text.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    private string ConnectionString(string database, bool pooling) => new NpgsqlConnectionStringBuilder
    {
        Host = IPAddress.Loopback.ToString(),
        Port = _port,
        Username = "postgres",
        Database = database,
        Pooling = pooling,
        MaxPoolSize = 20,
        IncludeErrorDetail = true,
    }.ConnectionString;

    private static async Task<PostgresServer> StartAsync()
    {
        var bin = await PostgresBinaries.FindOrInstallAsync();
        var folder = TestRun.NewDirectory("postgres");
        var data = Path.Combine(folder, "data");
        if (Environment.IsPrivilegedProcess)
            (await Command.RunAsync("chown", [PostgresBinaries.ServerUser, folder])).Succeeded();
        (await Command.RunAsync(PostgresBinaries.Prefix[0], [
            .. PostgresBinaries.Prefix[1..], Path.Combine(bin, "initdb"), "--pgdata", data, "--username=postgres",
            "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"])).Succeeded();

        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort();
            var process = SupervisedProcess.Start(
                Signal.Interrupt, [.. PostgresBinaries.Prefix, .. ServerCommand(bin, data, folder, port)], folder);
            var server = new PostgresServer(port);
            await WaitFor.Condition(
                async () => process.HasExited || await server.AnswersAsync(), "PostgreSQL answers");
            if (!process.HasExited)
            {
                TestRun.OnEnd(() => process.DisposeAsync().AsTask());
                return server;
            }
            // Someone else may have taken the port in between.
            if (attempt == StartAttempts)
                throw new InvalidOperationException($"PostgreSQL did not start:\n{string.Join('\n', process.Lines)}");
        }
    }

    private static string[] ServerCommand(string bin, string data, string sockets, int port) =>
    [
        Path.Combine(bin, "postgres"), "-D", data, "-h", IPAddress.Loopback.ToString(), "-p", $"{port}", "-k", sockets,
        "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off",
        "-c", "shared_buffers=64MB", "-c", "max_connections=300", "-c", "timezone=UTC",
        "-c", "log_min_messages=warning",
    ];

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await ExecuteAsync("SELECT 1");
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
