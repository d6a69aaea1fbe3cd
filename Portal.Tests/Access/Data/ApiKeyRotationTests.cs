using System.Net;
using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;
using static Portal.Tests.Access.Data.ApiKeyCreationTests;

namespace Portal.Tests.Access.Data;

public sealed class ApiKeyRotationTests
{
    private static readonly CancellationToken Never = CancellationToken.None;
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Rotation_makes_an_equal_key_and_lets_the_old_one_run_out(DatabaseProvider provider)
    {
        await using var host = await AccessHost.Start(provider);
        var old = await host.Key(new ApiKeyInput
        {
            Name = "Accounting", Scopes = ["gl:write", "forms:read"], RateLimit = new(5000), ExpiresAt = AccessHost.Now.AddDays(300),
            AllowedAddresses = ["10.0.0.0/8"], Mode = ApiMode.Test,
        });
        host.Signals.Clear();

        var issued = await host.Keys.Rotate(host.Owner, old.Id, Day, Never);

        Assert.True(ApiKeyFormat.TryParse(issued.Secret, out var mode));
        Assert.Equal(ApiMode.Test, mode);
        Assert.NotEqual(old.Id, issued.Id);
        Assert.Equivalent(old with { Id = issued.Id, Prefix = issued.Prefix, LastFour = issued.LastFour }, await host.Keys.Get(host.Owner, issued.Id, Never));
        var after = await host.Keys.Get(host.Owner, old.Id, Never);
        Assert.Equal((ApiKeyStatus.Rotating, true, issued.Id, AccessHost.Now + Day), (after.Status, after.Active, after.ReplacedById, after.ExpiresAt!.Value));
        Assert.Contains((SignalTopics.ApiKey, old.Id), host.Signals);
        Assert.Equal(["key.created", "key.created"], (await host.Events()).Select(record => record.Type));
        Assert.Equal(["key.created", "key.rotated"], (await host.Audit()).Select(entry => entry.Action));
        host.Time.Advance(Day);
        Assert.Equal(ApiKeyStatus.Expired, (await host.Keys.Get(host.Owner, old.Id, Never)).Status);
        Assert.Equal(ApiKeyStatus.Active, (await host.Keys.Get(host.Owner, issued.Id, Never)).Status);
    }

    [Fact]
    public async Task Without_overlap_the_old_key_stops_at_once()
    {
        await using var host = await AccessHost.Start(DatabaseProvider.Sqlite);
        var old = await host.Key("*");
        await host.Keys.Rotate(host.Owner, old.Id, TimeSpan.Zero, Never);
        Assert.Equal(ApiKeyStatus.Expired, (await host.Keys.Get(host.Owner, old.Id, Never)).Status);
    }

    [Fact]
    public async Task Overlap_never_prolongs_the_old_key()
    {
        await using var host = await AccessHost.Start(DatabaseProvider.Sqlite);
        var end = AccessHost.Now.AddHours(1);
        var old = (await host.Keys.Create(host.Owner, new ApiKeyInput { Name = "K", Scopes = ["*"], ExpiresAt = end }, Never));
        await host.Keys.Rotate(host.Owner, old.Id, Day, Never);
        Assert.Equal(end, (await host.Keys.Get(host.Owner, old.Id, Never)).ExpiresAt);
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(30 * 86_400, true)]
    [InlineData((30 * 86_400) + 1, false)]
    public async Task Overlap_is_0_to_30_days(int seconds, bool taken)
    {
        await using var host = await AccessHost.Start(DatabaseProvider.Sqlite);
        var call = host.Keys.Rotate(host.Owner, (await host.Key("*")).Id, TimeSpan.FromSeconds(seconds), Never);
        if (taken) Assert.NotNull(await call);
        else Assert.Equal("overlap_seconds", (await Refused(call)).Details["field"]);
    }

    [Fact]
    public async Task Keys_that_do_not_work_are_not_rotated()
    {
        await using var host = await AccessHost.Start(DatabaseProvider.Sqlite);
        var expired = await host.Key("*");
        await host.Keys.Update(host.Owner, expired.Id, new ApiKeyPatch { ExpiresAt = new(AccessHost.Now) }, Never);
        var disabled = await host.Key("*");
        await host.Keys.Disable(host.Owner, disabled.Id, Never);
        foreach (var (id, status) in new[] { (expired.Id, "expired"), (disabled.Id, "disabled") })
        {
            var problem = await Refused(host.Keys.Rotate(host.Owner, id, Day, Never));
            Assert.Equal((ErrorCode.Conflict, status), (problem.Code, problem.Details["status"]));
        }
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Of_many_rotations_at_once_one_succeeds_and_the_others_name_its_key(DatabaseProvider provider)
    {
        await using var host = await AccessHost.Start(provider);
        var old = await host.Key("*");

        var tries = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            try
            {
                return (Issued: (IssuedApiKey?)await host.Keys.Rotate(host.Owner, old.Id, Day, Never), Problem: (Problem?)null);
            }
            catch (ProblemException e)
            {
                return (null, e.Problem);
            }
        }));

        var winner = Assert.Single(tries, outcome => outcome.Issued is not null).Issued!;
        Assert.All(tries.Where(outcome => outcome.Problem is not null), outcome =>
            Assert.Equal((ErrorCode.Conflict, winner.Id), (outcome.Problem!.Code, outcome.Problem.Details["replaced_by_id"])));
        Assert.Equal(winner.Id, (await host.Keys.Get(host.Owner, old.Id, Never)).ReplacedById);
        Assert.Equal(2, (await host.Events()).Count);
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Rotation_and_revocation_at_once_leave_the_old_key_revoked(DatabaseProvider provider)
    {
        await using var host = await AccessHost.Start(provider);
        for (var round = 0; round < 5; round++)
        {
            var old = await host.Key("*");
            var rotation = host.Keys.Rotate(host.Owner, old.Id, Day, Never);
            var revocation = host.Keys.Revoke(host.Owner, old.Id, Never);
            await revocation;
            if (await Record.ExceptionAsync(() => rotation) is { } refusal) Assert.Equal(ErrorCode.Conflict, Assert.IsType<ProblemException>(refusal).Problem.Code);
            var after = await host.Keys.Get(host.Owner, old.Id, Never);
            Assert.Equal((ApiKeyStatus.Revoked, rotation.IsCompletedSuccessfully), (after.Status, after.ReplacedById is not null));
        }
    }

    [Fact]
    public async Task Replaced_key_may_be_given_30_days_more_but_not_an_endless_life()
    {
        await using var host = await AccessHost.Start(DatabaseProvider.Sqlite);
        var old = await host.Key("*");
        await host.Keys.Rotate(host.Owner, old.Id, Day, Never);

        foreach (var end in new DateTimeOffset?[] { null, AccessHost.Now.AddDays(31) })
            Assert.Equal("expires_at", (await Refused(host.Keys.Update(host.Owner, old.Id, new ApiKeyPatch { ExpiresAt = new(end) }, Never))).Details["field"]);
        Assert.Equal(ApiKeyStatus.Rotating, (await host.Keys.Update(host.Owner, old.Id, new ApiKeyPatch { ExpiresAt = new(AccessHost.Now.AddDays(30)) }, Never)).Status);
        Assert.Equal(ApiKeyStatus.Expired, (await host.Keys.Update(host.Owner, old.Id, new ApiKeyPatch { ExpiresAt = new(AccessHost.Now) }, Never)).Status);
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Owner_sees_who_still_uses_the_old_key(DatabaseProvider provider)
    {
        await using var host = await AccessHost.Start(provider);
        var old = await host.Key("*");
        Assert.Null(await host.Usage.Rotation(host.Owner, old.Id, Never));
        await Call(host, old, "198.51.100.1");
        await Call(host, old, "198.51.100.1");
        host.Time.Advance(TimeSpan.FromSeconds(10));
        var successor = (await host.Keys.Rotate(host.Owner, old.Id, Day, Never));

        var atFirst = await host.Usage.Rotation(host.Owner, old.Id, Never);
        host.Time.Advance(TimeSpan.FromSeconds(10));
        await Call(host, old, "198.51.100.2");
        host.Time.Advance(TimeSpan.FromHours(2));
        await Call(host, old, "198.51.100.3");
        await Call(host, successor, "198.51.100.4");
        var later = await host.Usage.Rotation(host.Owner, old.Id, Never);

        var rotatedAt = AccessHost.Now.AddSeconds(10);
        Assert.Equal(new ApiKeyRotation(successor.Id, rotatedAt, rotatedAt + Day, 0, AccessHost.Now, "198.51.100.1", false), atFirst);
        Assert.Equal(new ApiKeyRotation(successor.Id, rotatedAt, rotatedAt + Day, 2, host.Time.GetUtcNow(), "198.51.100.3", true), later);
        Assert.Null(await host.Usage.Rotation(host.Owner, successor.Id, Never));
    }

    // A call as the gateway counts, logs and notes it.
    private static async Task Call(AccessHost host, ApiKeyResource key, string address)
    {
        var now = host.Time.GetUtcNow();
        host.Meter.Cell(new Tenant(AccessHost.Organization, key.Mode), key.Id, "listContacts").Count(now.ToUnixTimeSeconds() / 60, 200, 10, true);
        host.Uses.Touch(key.Id, IPAddress.Parse(address), now);
        await host.Get<PortalStore>().WriteAcross((db, _) =>
        {
            db.RequestLogs.Add(new RequestLog
            {
                OrganizationId = AccessHost.Organization, Mode = key.Mode, RequestId = "req_1", CallerId = key.Id, Method = "GET", Path = "/api/contacts",
                Operation = "listContacts", Status = 200, Version = "2024-01-15", CreatedAt = now,
            });
            return Task.FromResult(true);
        }, Never);
    }
}
