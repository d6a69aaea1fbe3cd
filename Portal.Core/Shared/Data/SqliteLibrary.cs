using SQLitePCL;

namespace Portal.Core.Shared.Data;

/// <summary>Settings of the SQLite library itself, which hold for the process and must come before its first use.</summary>
internal static class SqliteLibrary
{
    // https://www.sqlite.org/c3ref/c_config_covering_index_scan.html
    private const int MultiThread = 2;
    private const int MemoryStatistics = 9;

    /// <summary>
    /// Turns off what costs every statement a lock: the count of allocated memory, and the mutex of each connection,
    /// which nobody needs since a connection is used by one caller at a time. Without effect when the library already runs.
    /// </summary>
    public static void Configure()
    {
        Batteries_V2.Init();
        _ = raw.sqlite3_config(MemoryStatistics, 0);
        _ = raw.sqlite3_config(MultiThread);
    }
}
