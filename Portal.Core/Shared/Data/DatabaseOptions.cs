namespace Portal.Core.Shared.Data;

/// <summary>Where the data lives.</summary>
public enum DatabaseProvider
{
    /// <summary>A file in the data directory: one node, nothing to set up.</summary>
    Sqlite,

    /// <summary>A PostgreSQL server, which several nodes share.</summary>
    Postgres,
}

/// <summary>The settings <c>DataDirectory</c> and <c>Database:*</c>.</summary>
public sealed class DatabaseOptions
{
    /// <summary>Folder for everything the portal keeps on disk; default <c>data</c> below the working directory. Made when missing.</summary>
    public string DataDirectory { get; set; } = "data";

    /// <summary>Default <see cref="DatabaseProvider.Sqlite"/>.</summary>
    public DatabaseProvider Provider { get; set; } = DatabaseProvider.Sqlite;

    /// <summary>Required for PostgreSQL; ignored for SQLite, whose file is <c>portal.db</c> in the data directory.</summary>
    public string? ConnectionString { get; set; }
}
