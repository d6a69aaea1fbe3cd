using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Portal.Access;
using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Shared;
using Portal.Tests.Access.Data;
using Portal.Tests.Shared.Components;

namespace Portal.Tests.Gateway.Components;

/// <summary>Pages over a database of their own, seen by the owner of its organization.</summary>
public abstract class GatewayPageTest : PartTest, IAsyncLifetime
{
    private AccessHost _host = null!;
    private int _number;

    private protected Tenant Tenant { get; } = new(AccessHost.Organization, ApiMode.Live);

    private protected AccessHost Host => _host;

    public async ValueTask InitializeAsync()
    {
        _host = await AccessHost.Start(DatabaseProvider.Sqlite);
        var user = new User { Id = "usr_ada", FirstName = "Ada", LastName = "Byron", SecurityStamp = "stamp", CreatedAt = AccessHost.Now };
        var session = new Session
        {
            Id = "ses_ada", UserId = user.Id, OrganizationId = AccessHost.Organization, Kind = SessionKind.Browser, CreatedAt = AccessHost.Now, LastSeenAt = AccessHost.Now,
            ExpiresAt = AccessHost.Now.AddDays(1),
        };
        await _host.Get<PortalStore>().WriteAcross((db, _) =>
        {
            db.Users.Add(user);
            db.Sessions.Add(session);
            db.Add(new Membership { OrganizationId = AccessHost.Organization, UserId = user.Id, Role = Role.Owner, CreatedAt = AccessHost.Now });
            return Task.FromResult(true);
        }, default);
        var users = new PageUsers(_host.Get<PortalStore>(), _host.Time);
        var cookie = PageUsers.Claim(session);
        var principal = PageUsers.Describe(cookie, (await users.Find(cookie, AccessHost.Organization, ApiMode.Live, null, default))!);
        Services.AddSingleton<TimeProvider>(_host.Time);
        Services.AddSingleton(new PageContext(new Known(principal), users));
        Services.AddSingleton(_host.Get<RequestLogReader>());
        Services.AddSingleton(_host.Get<UsageReports>());
        Services.AddSingleton(_host.Get<IClusterSignals>());
    }

    /// <summary>Takes the user out of the organization: every further look is refused.</summary>
    private protected Task Leave() => _host.Get<PortalStore>().WriteAcross((db, _) =>
    {
        db.Remove(new Membership { OrganizationId = AccessHost.Organization, UserId = "usr_ada" });
        return Task.FromResult(true);
    }, default);

    /// <summary>Logs and counts a call, and writes both.</summary>
    private protected async Task<string> Call(int status = 200, string method = "GET", string path = "/api/v1/contacts", string operation = "contacts_list", string key = "key_shop", long latency = 1_200, int minutesAgo = 1)
    {
        var at = _host.Time.GetUtcNow().AddMinutes(-minutesAgo);
        var id = $"req_{++_number:00}";
        _host.Get<RequestLogWriter>().Add(new RequestLog
        {
            OrganizationId = Tenant.OrganizationId, Mode = Tenant.Mode, RequestId = id, CallerId = key, Method = method, Path = path, Operation = operation, Status = status,
            Latency = latency, ErrorCode = status < 400 ? null : "RESOURCE_NOT_FOUND", Address = "203.0.113.7", Version = "2024-01-15", CreatedAt = at,
        });
        _host.Get<UsageMeter>().Cell(Tenant, key, operation).Count(at.ToUnixTimeSeconds() / 60, status, latency, charged: true);
        await _host.Get<RequestLogWriter>().Flush();
        return id;
    }

    protected override async ValueTask DisposeAsyncCore()
    {
        await base.DisposeAsyncCore();
        await _host.DisposeAsync();
    }

    private sealed class Known(System.Security.Claims.ClaimsPrincipal principal) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(principal));
    }
}
