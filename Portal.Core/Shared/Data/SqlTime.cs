using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Portal.Core.Shared.Data;

/// <summary>Functions of time that a query may use, for grouping rows by spans; each provider's context translates them.</summary>
internal static class SqlTime
{
    /// <summary>Whole seconds since 1970.</summary>
    public static long Seconds(DateTimeOffset moment) => moment.ToUnixTimeSeconds();

    public static DbFunctionBuilder Configure(ModelBuilder builder) => builder.HasDbFunction(typeof(SqlTime).GetMethod(nameof(Seconds))!);
}
