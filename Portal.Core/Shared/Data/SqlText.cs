using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Portal.Core.Shared.Data;

/// <summary>Text functions that a query may use and that mean the same in both databases.</summary>
internal static class SqlText
{
    private const string FoldFunction = "lower";

    /// <summary>The text in lower case, for comparing in any case: <c>lower(text)</c> in a query.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Fold(string? text) => text?.ToLowerInvariant();

    public static void Configure(ModelBuilder builder) =>
        builder.HasDbFunction(typeof(SqlText).GetMethod(nameof(Fold))!).HasName(FoldFunction).IsBuiltIn();

    /// <summary>Defines the functions on each connection that a context makes for itself.</summary>
    public static IInterceptor OnConnection { get; } = new Definer();

    /// <summary>SQLite's own function knows the letters of ASCII only; on this connection it knows them all.</summary>
    public static void Define(SqliteConnection connection) => connection.CreateFunction<string?, string?>(FoldFunction, Fold, isDeterministic: true);

    private sealed class Definer : DbConnectionInterceptor
    {
        public override DbConnection ConnectionCreated(ConnectionCreatedEventData eventData, DbConnection result)
        {
            Define((SqliteConnection)result);
            return result;
        }
    }
}
