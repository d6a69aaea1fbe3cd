using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query.SqlExpressions;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Portal.Core.Shared.Data;

/// <summary>The database in SQLite. Moments are microseconds since 1970 and amounts whole cents, so that both sort and compare.</summary>
public sealed class SqlitePortalDbContext(DbContextOptions<SqlitePortalDbContext> options) : PortalDbContext(options)
{
    public override object Stored(DateTimeOffset moment) => Microseconds(moment);

    internal override void HoldConnection() => Database.OpenConnection();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        SqlTime.Configure(builder).HasTranslation(moment => new SqlBinaryExpression(
            ExpressionType.Divide,
            new SqlUnaryExpression(ExpressionType.Convert, moment[0], typeof(long), LongTypeMapping.Default),
            new SqlConstantExpression(1_000_000L, LongTypeMapping.Default), typeof(long), LongTypeMapping.Default));
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        SharedConventions.Apply(configurationBuilder);
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<MomentConverter>();
        configurationBuilder.Properties<decimal>().HaveConversion<CentsConverter>();
    }

    private static long Microseconds(DateTimeOffset moment) => (moment.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    private sealed class MomentConverter() : ValueConverter<DateTimeOffset, long>(
        moment => Microseconds(moment),
        stored => new DateTimeOffset((stored * TimeSpan.TicksPerMicrosecond) + DateTimeOffset.UnixEpoch.Ticks, TimeSpan.Zero));

    private sealed class CentsConverter() : ValueConverter<decimal, long>(amount => (long)(amount * 100m), stored => stored / 100m);
}

/// <summary>The database in PostgreSQL, which several nodes share.</summary>
public sealed class PostgresPortalDbContext(DbContextOptions<PostgresPortalDbContext> options) : PortalDbContext(options)
{
    public override object Stored(DateTimeOffset moment) => moment.ToUniversalTime();

    internal override Task<bool> TryLock(long name, CancellationToken cancellation) =>
        Database.SqlQuery<bool>($"SELECT pg_try_advisory_xact_lock({name}) AS \"Value\"").SingleAsync(cancellation);

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        SqlTime.Configure(builder).HasTranslation(moment => new SqlUnaryExpression(
            ExpressionType.Convert,
            new SqlFunctionExpression(
                "floor", [new SqlFunctionExpression("date_part", [new SqlFragmentExpression("'epoch'"), moment[0]], true, [false, true], typeof(double), DoubleTypeMapping.Default)],
                true, [true], typeof(double), DoubleTypeMapping.Default),
            typeof(long), LongTypeMapping.Default));
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        SharedConventions.Apply(configurationBuilder);
        configurationBuilder.Properties<decimal>().HavePrecision(18, 2);
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcConverter>();
    }

    // Npgsql refuses moments with another offset than zero.
    private sealed class UtcConverter() : ValueConverter<DateTimeOffset, DateTimeOffset>(moment => moment.ToUniversalTime(), stored => stored);
}

internal static class SharedConventions
{
    public static void Apply(ModelConfigurationBuilder builder)
    {
        builder.Properties<ApiMode>().HaveConversion<LowerCaseConverter<ApiMode>>().HaveMaxLength(8);
        builder.Properties<Access.Role>().HaveConversion<LowerCaseConverter<Access.Role>>().HaveMaxLength(16);
        builder.Properties<Access.Plan>().HaveConversion<LowerCaseConverter<Access.Plan>>().HaveMaxLength(16);
    }

    private sealed class LowerCaseConverter<T>() : ValueConverter<T, string>(
        value => value.ToString().ToLowerInvariant(), stored => Enum.Parse<T>(stored, true)) where T : struct, Enum;
}
