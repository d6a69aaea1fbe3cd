using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Microsoft.Playwright;
using Portal.Access;
using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Data;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Browser;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Access.Browser;

/// <summary>A portal on a socket, where tests sign in without the form, each into an organization of its own.</summary>
public sealed class KeysSite : IAsyncLifetime
{
    private const string SignInPath = "/test-sign-in";

    private int _people;

    public PortalApp App { get; private set; } = null!;

    public IStringLocalizer<KeysTexts> Texts => Get<IStringLocalizer<KeysTexts>>();

    public ValueTask InitializeAsync()
    {
        App = PortalApp.OnKestrel(new PortalAppOptions
        {
            InFront = SignIn,
            // Without an operator every page leads to the set-up.
            Settings = { ["Bootstrap:AdminEmail"] = "operator@example.com", ["Bootstrap:AdminPassword"] = AccessFixture.Password },
        });
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => App.DisposeAsync();

    public T Get<T>() where T : notnull => App.Services.GetRequiredService<T>();

    /// <summary>A new organization with its owner.</summary>
    public async Task<Member> NewOwner()
    {
        var email = $"ada.{Interlocked.Increment(ref _people)}@example.com";
        await Get<Accounts>().Register(new Registration(email, AccessFixture.Password, "Ada", "Byron", "Analytical Engines"), new Origin("127.0.0.1", null), default);
        await using var db = Get<PortalStore>().ReadAcross();
        var user = await db.Users.SingleAsync(row => row.Email == email);
        var organization = await db.Across<Membership>().Where(row => row.UserId == user.Id).Select(row => row.OrganizationId).SingleAsync();
        return new Member(user, organization, Role.Owner);
    }

    /// <summary>Gives the member another role.</summary>
    public async Task<Member> Become(Member member, Role role)
    {
        await Get<PortalStore>().WriteAcross(async (db, token) =>
            await db.Across<Membership>().Where(row => row.UserId == member.User.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.Role, role), token), default);
        return member with { Role = role };
    }

    public Task<IssuedApiKey> NewKey(Member member, string name, params string[] scopes) =>
        Get<ApiKeyService>().Create(member.Actor, new ApiKeyInput { Name = name, Scopes = scopes }, default);

    /// <summary>Calls the API with a key over HTTP.</summary>
    public async Task<int> Call(string secret, string path)
    {
        using var client = App.Client(secret);
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
        return (int)response.StatusCode;
    }

    /// <summary>A browser in which the member is signed in, at the keys page.</summary>
    public async Task<BrowserSession> Open(Member member, string query = "", int width = 1440, int height = 900, ColorScheme scheme = ColorScheme.Light)
    {
        var session = await BrowserSession.OpenAsync(new BrowserOptions { BaseUrl = App.Address, Width = width, Height = height, ColorScheme = scheme });
        await session.Page.GotoAsync($"{SignInPath}?id={member.User.Id}");
        await Go(session.Page, query);
        return session;
    }

    /// <summary>Opens the keys page and waits until it is interactive.</summary>
    public static Task Go(IPage page, string query) => PageCheck.OpenAsync(page, $"/keys{query}");

    /// <summary>Writes a past for a key: calls on each of the last seven days, from two addresses.</summary>
    public async Task Use(Member member, ApiKeyResource key, int busy)
    {
        var now = Get<TimeProvider>().GetUtcNow();
        var tenant = new Tenant(member.OrganizationId, key.Mode);
        var cell = Get<UsageMeter>().Cell(tenant, key.Id, "listContacts");
        for (var day = 6; day >= 0; day--)
        {
            var calls = busy * (7 - day) * (day % 3 + 1) / 3;
            for (var call = 0; call < calls; call++) cell.Count(now.AddDays(-day).ToUnixTimeSeconds() / 60, 200, 2_400, charged: true);
        }

        var log = Get<RequestLogWriter>();
        for (var call = 0; call < 12; call++)
        {
            log.Add(new RequestLog
            {
                OrganizationId = tenant.OrganizationId, Mode = tenant.Mode, RequestId = $"req_{key.Id}_{call}", CallerId = key.Id, Method = call % 4 == 3 ? "POST" : "GET",
                Path = call % 4 == 3 ? "/api/v1/deals" : "/api/v1/contacts", Operation = "listContacts", Status = call % 5 == 4 ? 403 : 200, Latency = 1_200 + call * 340,
                Address = call % 3 == 0 ? "198.51.100.24" : "203.0.113.7", Version = "2024-01-15", CreatedAt = now.AddMinutes(-call * 7 - 2),
            });
        }

        Get<KeyUseRecorder>().Touch(key.Id, IPAddress.Parse("198.51.100.24"), now.AddMinutes(-2));
        await Get<UsageMeter>().Flush(default);
        await log.Flush();
    }

    // Not a branch by Map: that would bind the cookie to the branch's path.
    private static void SignIn(IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        if (http.Request.Path != SignInPath)
        {
            await next(http);
            return;
        }

        var id = http.Request.Query["id"].ToString();
        await using var db = http.RequestServices.GetRequiredService<PortalStore>().ReadAcross();
        await PageAuthentication.SignIn(http, await db.Users.SingleAsync(row => row.Id == id), keep: false);
        http.Response.ContentType = "text/html";
        await http.Response.WriteAsync("<!doctype html><title>Signed in</title><link rel=icon href=data:,>");
    });
}

/// <summary>Somebody in an organization.</summary>
public sealed record Member(User User, string OrganizationId, Role Role)
{
    public Actor Actor => new(new Tenant(OrganizationId, ApiMode.Live), "user", User.Id, User.FullName)
    {
        UserId = User.Id,
        GrantedScopes = Scopes.Expand(Scopes.Of(Role)),
    };
}
