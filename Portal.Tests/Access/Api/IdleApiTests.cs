using Portal.Core.Access;
using Portal.Tests.Access.Data;

namespace Portal.Tests.Access.Api;

/// <summary>Programs of an organization that ends idle sessions.</summary>
public sealed class IdleApiTests : IAsyncLifetime
{
    private readonly AuthHost _host = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Idle_refresh_says_which_rule_ended_the_session_and_signing_in_helps()
    {
        var jane = await _host.Get<Accounts>().Register(new Registration("jane@example.com", AuthHost.Password, "Jane", "Doe", "Acme"), new Origin(null), default);
        await _host.Get<OrganizationSettings>().LimitIdleTime(jane.Owner(), 60, default);
        var (_, refresh) = await _host.Login();
        _host.Time.Advance(TimeSpan.FromMinutes(80));
        var renewed = await _host.Post("/api/auth/refresh", new { refresh_token = refresh });
        Assert.Equal(200, renewed.Status);
        _host.Time.Advance(TimeSpan.FromMinutes(91));

        var refused = await _host.Post("/api/auth/refresh", new { refresh_token = renewed.Data.GetProperty("refresh_token").GetString() });

        var details = refused.Error.GetProperty("details");
        Assert.Equal((401, "AUTHENTICATION_FAILED", "session_idle"), (refused.Status, refused.Code, details.GetProperty("reason").GetString()));
        Assert.Equal((60, jane.Organization.Id), (details.GetProperty("idle_minutes").GetInt32(), details.GetProperty("organization_id").GetString()));
        var (_, again) = await _host.Login();
        Assert.Equal(200, (await _host.Post("/api/auth/refresh", new { refresh_token = again })).Status);
    }
}
