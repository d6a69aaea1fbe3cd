using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using static Portal.Tests.Access.AccessFixture;

namespace Portal.Tests.Access.Data;

public sealed class BootstrapTests
{
    private static readonly string Key = ApiKeyFormat.Generate(ApiMode.Test);

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Same_settings_twice_make_everything_once(DatabaseProvider provider)
    {
        await using var portal = await Start(provider, Settings());
        await using var again = await portal.Again(Settings());
        await using var db = again.Store.ReadAcross();
        var admin = await db.Users.SingleAsync();
        var organization = await db.Organizations.SingleAsync();
        var key = await db.Across<ApiKey>().SingleAsync();
        Assert.True(admin is { IsOperator: true, EmailConfirmed: true, Email: "ops@example.com" });
        Assert.Equal(("Load tests", Plan.Enterprise), (organization.Name, organization.Plan));
        Assert.Equal((organization.Id, ApiMode.Test, 120, admin.Id), (key.OrganizationId, key.Mode, key.RateLimit, key.CreatedById));
        Assert.Equal("*", Assert.Single(key.Scopes));
        Assert.Equal(KeyHash.Of(Key).ToArray(), key.Hash);
        Assert.Equal(Role.Owner, (await db.Across<Membership>().SingleAsync()).Role);
        Assert.Equal(["organization.created", "member.added", "key.created"], await again.Audit(organization.Id));
        Assert.False(await again.Get<SetUp>().IsNeeded(default));
        Assert.Equal(organization.Id, (await again.SignIn("OPS@example.com")).Organization.Id);
        foreach (var node in new[] { portal, again })
        {
            node.Logs.AssertNever(Key);
            node.Logs.AssertNever(Password);
        }
    }

    [Fact]
    public async Task What_was_changed_since_is_kept_but_for_plan_and_limit()
    {
        await using var portal = await Start(settings: Settings());
        await portal.Store.WriteAcross(async (db, token) =>
        {
            (await db.Across<ApiKey>().SingleAsync(token)).RevokedAt = portal.Time.GetUtcNow();
            var organization = await db.Organizations.SingleAsync(token);
            (organization.Name, organization.Plan) = ("Renamed", Plan.Free);
            return true;
        }, default);
        var changed = Settings();
        changed["Bootstrap:AdminPassword"] = "some other password";
        changed["Bootstrap:Plan"] = "premium";
        changed["Bootstrap:ApiKeyRateLimit"] = "240";
        await using var again = await portal.Again(changed);
        await using var db = again.Store.ReadAcross();
        var organization = await db.Organizations.SingleAsync();
        Assert.Equal(("Renamed", Plan.Premium), (organization.Name, organization.Plan));
        var key = await db.Across<ApiKey>().SingleAsync();
        Assert.Equal(240, key.RateLimit);
        Assert.NotNull(key.RevokedAt);
        await again.SignIn("ops@example.com");
    }

    [Fact]
    public async Task Key_alone_makes_an_organization_and_leaves_the_set_up_open()
    {
        await using var portal = await Start(settings: new() { ["Bootstrap:ApiKey"] = Key });
        await using var db = portal.Store.ReadAcross();
        Assert.Equal("Administration", (await db.Organizations.SingleAsync()).Name);
        Assert.True(await portal.Get<SetUp>().IsNeeded(default));
    }

    [Theory]
    [InlineData("Bootstrap:AdminPassword", null, "Bootstrap:AdminPassword is missing")]
    [InlineData("Bootstrap:AdminPassword", "short", "Bootstrap:AdminPassword must have")]
    [InlineData("Bootstrap:AdminEmail", null, "Bootstrap:AdminEmail is missing")]
    [InlineData("Bootstrap:AdminEmail", "nobody", "Bootstrap:AdminEmail is not")]
    [InlineData("Bootstrap:ApiKey", "dyn_live_secret", "Bootstrap:ApiKey is not a key")]
    [InlineData("Bootstrap:ApiKeyRateLimit", "0", "Bootstrap:ApiKeyRateLimit must")]
    [InlineData("Bootstrap:Plan", "7", "Bootstrap:Plan must")]
    [InlineData("Bootstrap:Plan", "golden", "Bootstrap:Plan")]
    [InlineData("Accounts:DefaultPlan", "9", "Accounts:DefaultPlan must")]
    [InlineData("Accounts:SigningKeyLifetime", "00:10:00", "Accounts:SigningKeyLifetime is")]
    [InlineData("Accounts:ResetLinkLifetime", "never", "Accounts:ResetLinkLifetime")]
    [InlineData("PublicAddress", "ftp://portal", "PublicAddress is")]
    public async Task Setting_at_fault_stops_the_start_and_is_named(string setting, string? value, string message)
    {
        var settings = Settings();
        settings[setting] = value;
        var fault = await Assert.ThrowsAnyAsync<Exception>(() => Start(settings: settings));
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("dyn_live_secret", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_faults_are_listed()
    {
        var settings = Settings();
        settings["Bootstrap:AdminEmail"] = "nobody";
        settings["Bootstrap:AdminPassword"] = "short";
        settings["Bootstrap:ApiKey"] = "wrong";
        var fault = await Assert.ThrowsAsync<OptionsValidationException>(() => Start(settings: settings));
        Assert.Equal(3, fault.Failures.Count());
    }

    private static Dictionary<string, string?> Settings() => new()
    {
        ["Bootstrap:AdminEmail"] = "ops@example.com",
        ["Bootstrap:AdminPassword"] = Password,
        ["Bootstrap:OrganizationName"] = "Load tests",
        ["Bootstrap:ApiKey"] = Key,
        ["Bootstrap:ApiKeyRateLimit"] = "120",
    };
}
