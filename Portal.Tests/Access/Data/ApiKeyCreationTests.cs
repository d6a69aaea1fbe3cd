using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;

namespace Portal.Tests.Access.Data;

public sealed class ApiKeyCreationTests
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Created_key_has_what_was_asked_for_and_its_secret_is_well_formed(DatabaseProvider provider)
    {
        await using var host = await AccessHost.Start(provider);

        var issued = await host.Keys.Create(host.Owner, new ApiKeyInput
        {
            Name = "  Accounting ",
            Scopes = ["read:financial", "expenses.write"],
            RateLimit = new(1000),
            ExpiresAt = AccessHost.Now.AddDays(30),
            AllowedAddresses = ["10.0.0.0/8", " 2001:db8::/32", "::ffff:192.0.2.1", "192.0.2.1"],
            Mode = ApiMode.Test,
        }, Never);

        Assert.True(ApiKeyFormat.TryParse(issued.Secret, out var mode));
        Assert.Equal(ApiMode.Test, mode);
        var key = await host.Keys.Get(host.Owner, issued.Id, Never);
        Assert.Equal(issued.Id, key.Id);
        Assert.Equal("Accounting", key.Name);
        Assert.Equal(["financial:read", "expenses:write"], key.Scopes);
        Assert.Equal(key.Scopes, key.Permissions);
        Assert.Equal(1000, key.RateLimit);
        Assert.Equal(AccessHost.Now.AddDays(30), key.ExpiresAt);
        Assert.Equal(["10.0.0.0/8", "2001:db8::/32", "192.0.2.1"], key.AllowedAddresses);
        Assert.Equal(ApiMode.Test, key.Mode);
        Assert.Equal((ApiKeyStatus.Active, true, true), (key.Status, key.Active, key.Enabled));
        Assert.Equal("usr_Owner", key.UserId);
        Assert.StartsWith(key.Prefix, issued.Secret, StringComparison.Ordinal);
        Assert.EndsWith(key.LastFour, issued.Secret, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secret_and_hash_stand_in_no_table_event_audit_entry_or_log()
    {
        await using var host = await AccessHost.Start(DatabaseProvider.Sqlite);

        var issued = await host.Keys.Create(host.Owner, new ApiKeyInput { Name = "Quiet", Scopes = ["*"] }, Never);
        var rotated = await host.Keys.Rotate(host.Owner, issued.Id, TimeSpan.Zero, Never);

        var hash = (await host.Row(issued.Id)).Hash;
        Assert.Equal(KeyHash.Of(issued.Secret).ToArray(), hash);
        foreach (var secret in new[] { issued.Secret, rotated.Secret })
        {
            // From the fifth random character on nothing may be shown.
            var hidden = secret[13..^4];
            host.Logs.AssertNever(hidden);
            foreach (var text in await Texts(host))
            {
                Assert.DoesNotContain(hidden, text, StringComparison.Ordinal);
                Assert.DoesNotContain(Convert.ToBase64String(hash), text, StringComparison.Ordinal);
                Assert.DoesNotContain(Convert.ToHexString(hash), text, StringComparison.OrdinalIgnoreCase);
            }

            Assert.DoesNotContain(hidden, issued.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(hidden, issued.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Creation_leaves_an_event_an_audit_entry_and_a_signal()
    {
        await using var host = await AccessHost.Start(DatabaseProvider.Sqlite);

        var key = await host.Key("contacts:read");

        var record = Assert.Single(await host.Events());
        Assert.Equal(("key.created", "key", key.Id, ApiMode.Live), (record.Type, record.Object, record.ObjectId, record.Mode));
        Assert.Contains("\"contacts:read\"", record.Data, StringComparison.Ordinal);
        var entry = Assert.Single(await host.Audit());
        Assert.Equal(("key.created", "api_key", key.Id, "user", "usr_Owner", "203.0.113.7"),
            (entry.Action, entry.TargetType, entry.TargetId, entry.ActorType, entry.ActorId, entry.Address));
        Assert.Contains((SignalTopics.ApiKey, key.Id), host.Signals);
        Assert.Contains((SignalTopics.Outbox, AccessHost.Organization), host.Signals);
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Event_of_a_test_key_belongs_to_the_test_data(DatabaseProvider provider)
    {
        await using var host = await AccessHost.Start(provider);
        var key = (await host.Keys.Create(host.Owner, new ApiKeyInput { Name = "T", Scopes = ["*"], Mode = ApiMode.Test }, Never));

        await host.Keys.Revoke(host.Owner, key.Id, Never);

        Assert.All(await host.Events(), record => Assert.Equal(ApiMode.Test, record.Mode));
        Assert.Equal(2, (await host.Events()).Count);
    }

    [Fact]
    public async Task Answer_kept_for_an_idempotency_key_joins_the_transaction_unless_it_belongs_to_the_other_mode()
    {
        await using var host = await AccessHost.Start(DatabaseProvider.Sqlite);
        var joined = new List<object?>();
        var live = host.Owner with { Joining = (_, result) => joined.Add(result) };
        var failing = host.Owner with { Joining = (_, _) => throw new IOException("The disk is full.") };

        var issued = await host.Keys.Create(live, new ApiKeyInput { Name = "L", Scopes = ["*"] }, Never);
        await host.Keys.Create(live, new ApiKeyInput { Name = "T", Scopes = ["*"], Mode = ApiMode.Test }, Never);
        await Assert.ThrowsAsync<IOException>(() => host.Keys.Create(failing, new ApiKeyInput { Name = "F", Scopes = ["*"] }, Never));

        Assert.Same(issued, Assert.Single(joined));
        Assert.Equal(2, await host.Read(db => db.Across<ApiKey>().CountAsync()));
        Assert.Equal(2, (await host.Events()).Count);
    }

    [Fact]
    public async Task Documents_example_makes_a_key_though_its_date_has_passed()
    {
        await using var host = await AccessHost.Start(DatabaseProvider.Sqlite);

        var key = (await host.Keys.Create(host.Owner, new ApiKeyInput
        {
            Name = "Custom Integration",
            Scopes = ["read:financial", "write:expenses"],
            ScopesField = "permissions",
            RateLimit = new(1000),
            ExpiresAt = new DateTimeOffset(2024, 12, 31, 0, 0, 0, TimeSpan.Zero),
        }, Never));

        Assert.Equal((ApiKeyStatus.Expired, false), (key.Status, key.Active));
        Assert.Equal(["financial:read", "expenses:write"], key.Scopes);
    }

    [Fact]
    public async Task Rate_limit_is_the_portals_default_unless_given_and_may_be_none()
    {
        await using var host = await AccessHost.Start(DatabaseProvider.Sqlite);

        Assert.Equal(1000, (await host.Key("*")).RateLimit);
        Assert.Null((await host.Keys.Create(host.Owner, new ApiKeyInput { Name = "K", Scopes = ["*"], RateLimit = new(null) }, Never)).RateLimit);
    }

    [Fact]
    public async Task Preset_stands_for_its_scopes()
    {
        await using var host = await AccessHost.Start(DatabaseProvider.Sqlite);
        foreach (var preset in ApiKeyPresets.All)
        {
            var key = (await host.Keys.Create(host.Owner, new ApiKeyInput { Name = preset.Name, Preset = preset.Id }, Never));
            Assert.Equal(preset.Scopes, key.Scopes);
        }
    }

    [Fact]
    public async Task All_faults_are_told_at_once_in_the_requests_own_words()
    {
        await using var host = await AccessHost.Start(DatabaseProvider.Sqlite);

        var problem = await Refused(host.Keys.Create(host.Owner, new ApiKeyInput
        {
            Name = " ",
            Scopes = ["contacts:read", "read:contacts", "nothing:read", null, "deals:write"],
            ScopesField = "permissions",
            RateLimit = new(0),
            AllowedAddresses = ["10.0.0.0/8", "10.1", "10.0.0.1/8"],
        }, Never));

        Assert.Equal(ErrorCode.Validation.Code, problem.Code.Code);
        Assert.Equal(
            ["name", "permissions[1]", "permissions[2]", "permissions[3]", "rate_limit", "allowed_addresses[1]", "allowed_addresses[2]"],
            problem.Errors.Select(fault => fault.Field));
        Assert.Empty(await host.Read(db => db.Across<ApiKey>().ToListAsync()));
        Assert.Empty(await host.Events());
        Assert.Empty(await host.Audit());
    }

    [Theory]
    [InlineData(null, null, "scopes")]
    [InlineData("nothing", null, "preset")]
    [InlineData("crm", "contacts:read", "preset")]
    public async Task Scopes_or_a_known_preset_must_be_given_but_not_both(string? preset, string? scope, string field)
    {
        await using var host = await AccessHost.Start(DatabaseProvider.Sqlite);
        var input = new ApiKeyInput { Name = "K", Preset = preset, Scopes = scope is null ? null : [scope] };
        Assert.Equal(field, (await Refused(host.Keys.Create(host.Owner, input, Never))).Details["field"]);
    }

    [Fact]
    public async Task Lists_beyond_all_measure_are_one_fault_each()
    {
        await using var host = await AccessHost.Start(DatabaseProvider.Sqlite);
        var input = new ApiKeyInput
        {
            Name = new string('n', 201),
            Scopes = [.. Enumerable.Repeat("x", 201)],
            RateLimit = new(1_000_001),
            AllowedAddresses = [.. Enumerable.Repeat("x", 101)],
        };
        var problem = await Refused(host.Keys.Create(host.Owner, input, Never));
        Assert.Equal(["name", "scopes", "rate_limit", "allowed_addresses"], problem.Errors.Select(fault => fault.Field));
    }

    internal static async Task<Problem> Refused(Task call) => (await Assert.ThrowsAsync<ProblemException>(() => call)).Problem;

    private static Task<List<string>> Texts(AccessHost host) => host.Read(async db =>
    {
        var texts = new List<string>();
        texts.AddRange(await db.Across<Core.Shared.Events.EventRecord>().Select(row => row.Data).ToListAsync());
        texts.AddRange(await db.Across<AuditEntry>().Select(row => row.Summary).ToListAsync());
        texts.AddRange((await db.Across<ApiKey>().ToListAsync()).Select(row => $"{row.Id} {row.Name} {row.Prefix} {row.LastFour} {string.Join(' ', row.Scopes)}"));
        return texts;
    });
}
