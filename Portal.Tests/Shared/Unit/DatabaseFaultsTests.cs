using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Portal.Core.Shared.Data;

namespace Portal.Tests.Shared.Unit;

/// <summary>What is worth another try, and what is the same every time.</summary>
public sealed class DatabaseFaultsTests
{
    [Theory]
    [InlineData("08006", true)]
    [InlineData("25006", true)]
    [InlineData("40001", true)]
    [InlineData("53100", true)]
    [InlineData("57P01", true)]
    [InlineData("21000", false)]
    [InlineData("22021", false)]
    [InlineData("23505", false)]
    [InlineData("54000", false)]
    public void Postgres_says_by_its_state_whether_the_data_is_to_blame(string state, bool mayPass)
    {
        var fault = new PostgresException("A fault.", "ERROR", "ERROR", state);
        Assert.Equal(mayPass, DatabaseFaults.MayPass(fault));
        Assert.Equal(mayPass, DatabaseFaults.MayPass(new DbUpdateException("Wrapped.", fault)));
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(10, true)]
    [InlineData(13, true)]
    [InlineData(18, false)]
    [InlineData(19, false)]
    [InlineData(20, false)]
    public void Sqlite_says_by_its_code_whether_the_data_is_to_blame(int code, bool mayPass) => Assert.Equal(mayPass, DatabaseFaults.MayPass(new SqliteException("A fault.", code)));

    [Fact]
    public void Database_that_cannot_be_reached_may_be_later()
    {
        Assert.True(DatabaseFaults.MayPass(new InvalidOperationException("Transient.", new NpgsqlException("Failed to connect.", new IOException("Refused.")))));
        Assert.True(DatabaseFaults.MayPass(new TimeoutException()));
        Assert.False(DatabaseFaults.MayPass(new InvalidOperationException("Not tracked.")));
        Assert.False(DatabaseFaults.MayPass(new NpgsqlException("Not written.", new InvalidCastException("No such type."))));
    }
}
