using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Tests.Infrastructure;

namespace Portal.Tests.Access.Data;

public sealed class KeyUseRecorderTests
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Last_use_of_many_keys_is_written_and_never_moves_backwards(DatabaseProvider provider)
    {
        await using var host = await AccessHost.Start(provider);
        var used = await Task.WhenAll(Enumerable.Range(0, 120).Select(_ => host.Key("*")));
        var unused = await host.Key("*");
        foreach (var key in used)
        {
            host.Uses.Touch(key.Id, IPAddress.Parse("192.0.2.1"), AccessHost.Now);
            host.Uses.Touch(key.Id, IPAddress.Parse("2001:db8::1"), AccessHost.Now.AddSeconds(2));
            host.Uses.Touch(key.Id, IPAddress.Parse("192.0.2.3"), AccessHost.Now.AddSeconds(1));
        }

        host.Uses.Touch("key_unknown", IPAddress.Parse("192.0.2.9"), AccessHost.Now);
        await host.Uses.Flush(Never);
        await Check("2001:db8::1", 2);

        // A node that lags behind writes later.
        await using var lagging = new KeyUseRecorder(host.Get<PortalStore>(), host.Time, NullLogger<KeyUseRecorder>.Instance);
        foreach (var key in used) lagging.Touch(key.Id, IPAddress.Parse("192.0.2.4"), AccessHost.Now.AddSeconds(1));
        await lagging.Flush(Never);
        await Check("2001:db8::1", 2);

        // Once to write, once to forget, and once more from the start.
        await host.Uses.Flush(Never);
        foreach (var key in used) host.Uses.Touch(key.Id, null, AccessHost.Now.AddSeconds(3));
        await host.Uses.Flush(Never);
        await Check(null, 3);

        Assert.Null((await host.Row(unused.Id)).LastUsedAt);

        async Task Check(string? address, int seconds)
        {
            foreach (var key in used.Take(3).Append(used[^1]))
            {
                var row = await host.Row(key.Id);
                Assert.Equal((address, AccessHost.Now.AddSeconds(seconds)), (row.LastUsedAddress, row.LastUsedAt!.Value));
            }
        }
    }

    [Fact]
    public async Task Uses_are_written_every_second_and_on_stopping()
    {
        await using var host = await AccessHost.Start(DatabaseProvider.Sqlite);
        var key = await host.Key("*");
        await host.Uses.StartAsync(Never);
        await WaitFor.Condition(() => host.Time.ArmedTimers > 0, "the recorder's timer runs");

        host.Uses.Touch(key.Id, IPAddress.Parse("192.0.2.1"), AccessHost.Now);
        host.Time.Advance(TimeSpan.FromSeconds(1));
        await WaitFor.Condition(async () => (await host.Row(key.Id)).LastUsedAddress == "192.0.2.1", "the use is written");
        host.Uses.Touch(key.Id, IPAddress.Parse("192.0.2.2"), host.Time.GetUtcNow());
        await host.Uses.StopAsync(Never);

        Assert.Equal("192.0.2.2", (await host.Row(key.Id)).LastUsedAddress);
    }

    [Fact]
    public async Task What_could_not_be_written_is_written_the_next_time()
    {
        await using var host = await AccessHost.Start(DatabaseProvider.Sqlite);
        var key = await host.Key("*");
        var transactions = new FailingOnce(host.Get<IWriteTransactions>());
        var store = new PortalStore(Substitute.For<Microsoft.EntityFrameworkCore.IDbContextFactory<PortalDbContext>>(), transactions);
        await using var recorder = new KeyUseRecorder(store, host.Time, NullLogger<KeyUseRecorder>.Instance);
        recorder.Touch(key.Id, IPAddress.Parse("192.0.2.1"), AccessHost.Now);

        await Assert.ThrowsAsync<IOException>(() => recorder.Flush(Never));
        Assert.Null((await host.Row(key.Id)).LastUsedAt);
        await recorder.Flush(Never);

        Assert.Equal("192.0.2.1", (await host.Row(key.Id)).LastUsedAddress);
    }

    [Fact]
    public async Task Touches_during_flushes_are_never_lost()
    {
        await using var host = await AccessHost.Start(DatabaseProvider.Sqlite);
        var keys = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => host.Key("*")));
        var touching = Task.WhenAll(keys.Select(key => Task.Run(() =>
        {
            for (var i = 1; i <= 20_000; i++) host.Uses.Touch(key.Id, IPAddress.Parse("192.0.2.1"), AccessHost.Now.AddMilliseconds(i));
        })));
        while (!touching.IsCompleted) await host.Uses.Flush(Never);
        await touching;
        await host.Uses.Flush(Never);

        foreach (var key in keys) Assert.Equal(AccessHost.Now.AddMilliseconds(20_000), (await host.Row(key.Id)).LastUsedAt);
    }

    private sealed class FailingOnce(IWriteTransactions inner) : IWriteTransactions
    {
        private bool _failed;

        public Task<T> Commit<T>(Tenant? tenant, Func<PortalDbContext, CancellationToken, Task<T>> work, CancellationToken cancellation)
        {
            if (_failed) return inner.Commit(tenant, work, cancellation);
            _failed = true;
            return Task.FromException<T>(new IOException("The disk is full."));
        }
    }
}
