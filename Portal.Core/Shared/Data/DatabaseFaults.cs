using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Portal.Core.Shared.Data;

/// <summary>Tells faults of the database, which pass, from those of what was to be written, which are the same at every try.</summary>
internal static class DatabaseFaults
{
    // As SQLite numbers its result codes.
    private const int TooBig = 18;
    private const int Constraint = 19;
    private const int Mismatch = 20;
    private const int OutOfRange = 25;

    /// <summary>Whether the same may succeed later: the database is away, full, locked or about to be another's.</summary>
    public static bool MayPass(Exception problem) => problem switch
    {
        SqliteException sqlite => sqlite.SqliteErrorCode is not (TooBig or Constraint or Mismatch or OutOfRange),
        // Classes of SQLSTATE: cardinality, data, integrity, limits of the program. Whoever has no state did not come as far as the data.
        DbException { SqlState: ['2', '1' or '2' or '3', ..] or ['5', '4', ..] } => false,
        // A driver wraps what it could not encode as well as what it could not reach.
        DbException { SqlState: null, InnerException: ArgumentException or InvalidCastException } => false,
        DbException { InnerException: not DbException } or TimeoutException or IOException or OperationCanceledException => true,
        _ => problem.InnerException is { } inner && MayPass(inner),
    };
}
