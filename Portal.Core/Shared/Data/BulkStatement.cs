using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Portal.Core.Shared.Data;

/// <summary>
/// Inserts many rows past the change tracker: on PostgreSQL with few statements of several rows each, on SQLite with one
/// that stays prepared. The SQL is the same on both providers, also where it ends in ON CONFLICT.
/// </summary>
internal sealed class BulkStatement(string table, string[] columns, string onConflict = "")
{
    // Saves round trips, and stays below the limit of parameters.
    private const int RowsAcrossNetwork = 50;

    // SQLite looks each parameter up by walking through the names before it: fifty rows of fourteen columns take fifteen
    // times as long a row as one does.
    private const int RowsInProcess = 1;

    /// <summary>Runs inside the context's current transaction.</summary>
    /// <param name="values">The columns' values of one row, in their order; moments as <see cref="PortalDbContext.Stored"/> gives them.</param>
    public async Task Insert<T>(PortalDbContext db, IReadOnlyList<T> rows, Func<T, object?[]> values, CancellationToken cancellation)
    {
        var rowsPerStatement = db.Database.IsSqlite() ? RowsInProcess : RowsAcrossNetwork;
        var connection = db.Database.GetDbConnection();
        if (connection.State != ConnectionState.Open) await connection.OpenAsync(cancellation);
        DbCommand? command = null;
        try
        {
            for (var first = 0; first < rows.Count; first += rowsPerStatement)
            {
                var count = Math.Min(rowsPerStatement, rows.Count - first);
                if (command is null || command.Parameters.Count != count * columns.Length)
                {
                    if (command is not null) await command.DisposeAsync();
                    command = Prepare(db, connection, count);
                }

                for (var row = 0; row < count; row++) Fill(command, row, values(rows[first + row]));
                await command.ExecuteNonQueryAsync(cancellation);
            }
        }
        finally
        {
            if (command is not null) await command.DisposeAsync();
        }
    }

    private void Fill(DbCommand command, int row, object?[] values)
    {
        for (var column = 0; column < columns.Length; column++)
            command.Parameters[(row * columns.Length) + column].Value = values[column] ?? DBNull.Value;
    }

    private DbCommand Prepare(PortalDbContext db, DbConnection connection, int rows)
    {
        var sql = new StringBuilder().Append(CultureInfo.InvariantCulture, $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ");
        for (var row = 0; row < rows; row++)
        {
            sql.Append(row == 0 ? "(" : ", (");
            for (var column = 0; column < columns.Length; column++)
                sql.Append(CultureInfo.InvariantCulture, $"{(column == 0 ? "" : ", ")}@p{(row * columns.Length) + column}");
            sql.Append(')');
        }

        var command = connection.CreateCommand();
        command.CommandText = sql.Append(' ').Append(onConflict).ToString();
        command.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
        for (var i = 0; i < rows * columns.Length; i++)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = $"@p{i}";
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
