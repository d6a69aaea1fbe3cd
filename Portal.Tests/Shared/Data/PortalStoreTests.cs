using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Data;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Shared.Data;

public sealed class PortalStoreOnSqliteTests(SqliteCore core) : PortalStoreTests(core), IClassFixture<SqliteCore>;

public sealed class PortalStoreOnPostgresTests(PostgresCore core) : PortalStoreTests(core), IClassFixture<PostgresCore>;

/// <summary>Read contexts are used again: nothing of one use reaches the next.</summary>
public abstract class PortalStoreTests(CoreHost core)
{
    private PortalStore Store => core.Get<PortalStore>();

    [Fact]
    public async Task Context_is_used_again_for_the_next_tenant()
    {
        var first = Store.Read(core.NewTenant());
        await first.Contacts.CountAsync();
        await first.DisposeAsync();
        var tenant = core.NewTenant(ApiMode.Test);
        // Those that other tests gave back may come before it.
        var taken = new List<PortalDbContext> { Store.Read(tenant) };
        while (taken[^1] != first && taken.Count < 65) taken.Add(Store.Read(tenant));
        Assert.Same(first, taken[^1]);
        Assert.Equal((tenant.OrganizationId, tenant.Mode), (first.OrganizationId, first.Mode));
        foreach (var context in taken) await context.DisposeAsync();
    }

    [Fact]
    public async Task Context_disposed_twice_is_handed_out_once()
    {
        var first = Store.Read(core.NewTenant());
        await first.DisposeAsync();
        first.Dispose();
        await using var second = Store.Read(core.NewTenant());
        await using var third = Store.Read(core.NewTenant());
        Assert.NotSame(second, third);
    }

    [Fact]
    public async Task Tracked_rows_and_tenant_are_gone_after_dispose()
    {
        var db = Store.Read(core.NewTenant());
        db.Settings.Attach(new Setting { Name = "tracked", Value = "1" });
        await db.DisposeAsync();
        Assert.Empty(db.ChangeTracker.Entries());
        Assert.Equal("", db.OrganizationId);
    }

    [Fact]
    public async Task What_follows_a_rollback_happens_for_every_try_that_is_not_committed()
    {
        var (tries, undone) = (0, 0);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Try(_ => throw new InvalidOperationException()));
        Assert.Equal((1, 1), (tries, undone));
        await Try(_ => Task.FromResult(true));
        Assert.Equal((2, 1), (tries, undone));
        // Two at once on one key: on PostgreSQL the second one conflicts and runs again.
        var tenant = core.NewTenant();
        var name = $"meet-{tenant.OrganizationId}";
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Try(async db =>
        {
            if (await db.Settings.FindAsync(name) is null) db.Settings.Add(new Setting { Name = name, Value = "1" });
            return true;
        })));
        Assert.Equal(tries - 9, undone);

        Task<bool> Try(Func<PortalDbContext, Task<bool>> work) => Store.Write(core.NewTenant(), (db, _) =>
        {
            Interlocked.Increment(ref tries);
            db.AfterRollback(() =>
            {
                Interlocked.Increment(ref undone);
                return ValueTask.CompletedTask;
            });
            return work(db);
        }, CancellationToken.None);
    }

    [Fact]
    public async Task Letters_beyond_ascii_are_folded_by_the_database()
    {
        var db = Store.Read(core.NewTenant());
        var text = "GROẞE ÄPFEL ŁÓDŹ ΑΘΉΝΑ";
        Assert.Equal(text.ToLowerInvariant(), await db.Database.SqlQuery<string>($"SELECT lower({text}) AS \"Value\"").SingleAsync());
        await db.DisposeAsync();
    }
}
