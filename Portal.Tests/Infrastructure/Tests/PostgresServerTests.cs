using Npgsql;
using Portal.Tests.Infrastructure.Postgres;

namespace Portal.Tests.Infrastructure.Tests;

public sealed class PostgresServerTests(PostgresDatabaseFixture fixture) : IClassFixture<PostgresDatabaseFixture>
{
    [Fact]
    public async Task Class_database_is_empty_and_usable()
    {
        Assert.Equal(0L, await ReadAsync(fixture.Database, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"));
        Assert.Equal("UTC", await ReadAsync(fixture.Database, "SHOW timezone"));
    }

    [Fact]
    public async Task Databases_do_not_see_each_other_and_are_dropped_when_disposed()
    {
        var server = await PostgresServer.GetAsync();
        var one = await server.CreateDatabaseAsync();
        await using var other = await server.CreateDatabaseAsync();
        await ReadAsync(one, "CREATE TABLE t (id int)");
        Assert.Equal(DBNull.Value, await ReadAsync(other, "SELECT to_regclass('t')::text"));

        await one.DisposeAsync();

        Assert.Equal(0L, await ReadAsync(other, $"SELECT count(*) FROM pg_database WHERE datname = '{one.Name}'"));
    }

    [Fact]
    public async Task Template_is_prepared_once_and_copied_for_each()
    {
        var server = await PostgresServer.GetAsync();
        var prepared = 0;
        async Task PrepareAsync(string connectionString)
        {
            Interlocked.Increment(ref prepared);
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("CREATE TABLE t AS SELECT 42 AS answer", connection);
            await command.ExecuteNonQueryAsync();
        }

        await using var one = await server.CreateDatabaseAsync("infrastructure", PrepareAsync);
        await using var other = await server.CreateDatabaseAsync("infrastructure", PrepareAsync);

        Assert.Equal(42, await ReadAsync(one, "SELECT answer FROM t"));
        Assert.Equal(42, await ReadAsync(other, "SELECT answer FROM t"));
        Assert.Equal(1, prepared);
    }

    private static async Task<object?> ReadAsync(PostgresDatabase database, string sql)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
#pragma warning disable CA2100 // The statements are written in this class.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync();
    }
}
