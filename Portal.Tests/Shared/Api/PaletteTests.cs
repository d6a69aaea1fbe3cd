using System.Net;
using System.Text.Json;
using Portal.Api.Docs;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Shared.Palette;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Shared.Api;

/// <summary>The command palette's index over HTTP: what each reader finds, and what nobody else's.</summary>
public sealed class PaletteTests : IAsyncLifetime
{
    private const string Operator = "operator@example.com";

    private readonly PortalApp _app = new(new PortalAppOptions
    {
        Environment = "Production",
        Settings = { ["Bootstrap:AdminEmail"] = Operator, ["Bootstrap:AdminPassword"] = PageVisitor.Password },
        Services = services => services.AddFastPasswords(),
    });

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Members_find_their_own_keys_and_no_other_organizations()
    {
        var (jane, acme) = await Register("jane@example.com", "Acme");
        var (eve, evil) = await Register("eve@example.com", "Evil");
        await NewKey(acme, "Acme billing");
        await NewKey(evil, "Evil scraper");
        var gone = await NewKey(acme, "Acme former");
        await Get<ApiKeyService>().Revoke(acme, gone.Id, default);

        var found = await Index(jane);

        var key = Assert.Single(found, item => item.Group == "keys");
        Assert.Equal("Acme billing", key.Title);
        Assert.StartsWith("keys?mode=all&key=key_", key.Href, StringComparison.Ordinal);
        var raw = await (await jane.Open("/palette.json")).Content.ReadAsStringAsync();
        Assert.DoesNotContain("Evil", raw, StringComparison.Ordinal);
        Assert.DoesNotContain(evil.Tenant.OrganizationId, raw, StringComparison.Ordinal);
        Assert.Equal("Evil scraper", Assert.Single(await Index(eve), item => item.Group == "keys").Title);
    }

    [Fact]
    public async Task Secrets_are_not_in_the_index_and_no_cache_keeps_it()
    {
        var (jane, acme) = await Register("jane@example.com", "Acme");
        var secret = (await NewKey(acme, "Billing")).Secret;

        using var answer = await jane.Open("/palette.json", "application/json");

        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.DoesNotContain(secret, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visitors_get_no_index()
    {
        using var answer = await new PageVisitor(_app).Open("/palette.json", "application/json");

        Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.Redirect, HttpStatusCode.Unauthorized });
    }

    [Fact]
    public async Task Only_operators_find_their_pages()
    {
        var (jane, _) = await Register("jane@example.com", "Acme");
        var chief = new PageVisitor(_app);
        await chief.SignIn(Operator);

        Assert.Contains(await Index(chief), item => item.Href == "operator/limits");
        Assert.DoesNotContain(await Index(jane), item => item.Href == "operator/limits");
        Assert.Contains(await Index(jane), item => item.Href == "keys");
    }

    [Fact]
    public async Task Commands_are_those_that_the_reader_may_run()
    {
        var (jane, acme) = await Register("jane@example.com", "Acme");
        var second = await Get<Organizations>().Create(acme, "Second", default);
        await Get<Organizations>().Open(acme.UserId!, acme.Tenant.OrganizationId, default);
        Assert.Contains(await Index(jane), item => item.Href == "keys?new=1");
        Assert.Equal("Switch to Second", Assert.Single(await Index(jane), item => item.Press == "organization:" + second.Id).Title);

        await Get<PortalStore>().WriteAcross((db, _) =>
        {
            foreach (var row in db.Across<Membership>().Where(row => row.UserId == acme.UserId)) row.Role = Role.Viewer;
            return Task.FromResult(true);
        }, default);

        Assert.DoesNotContain(await Index(jane), item => item.Href == "keys?new=1");
    }

    [Fact]
    public void Operations_lead_to_the_playground()
    {
        var operations = Get<OperationList>().All();
        var list = Assert.Single(operations, operation => operation is { Method: "GET", Path: "/api/v1/contacts" });

        var item = EndpointItems.Item(list);

        Assert.Equal($"playground?operation={list.Id}", item.Href);
        Assert.Equal(("GET", "/api/v1/contacts", list.Summary), (item.Mark, item.Detail, item.Title));
        Assert.Equal(operations.Count, operations.DistinctBy(operation => operation.Id).Count());
        Assert.All(operations, operation => Assert.StartsWith("/api/v1/", operation.Path, StringComparison.Ordinal));
    }

    private T Get<T>() where T : notnull => (T)_app.Services.GetService(typeof(T))!;

    private async Task<(PageVisitor Visitor, Actor Actor)> Register(string email, string organization)
    {
        var registered = await Get<Accounts>().Register(new Registration(email, PageVisitor.Password, "Jane", "Doe", organization), new Origin("192.0.2.7"), default);
        var visitor = new PageVisitor(_app);
        await visitor.SignIn(email);
        return (visitor, new Actor(new Tenant(registered.Organization.Id, ApiMode.Live), "user", registered.User.Id, "Jane Doe")
        {
            UserId = registered.User.Id,
            GrantedScopes = Scopes.Expand(Scopes.Of(Role.Owner)),
        });
    }

    private Task<IssuedApiKey> NewKey(Actor actor, string name) =>
        Get<ApiKeyService>().Create(actor, new ApiKeyInput { Name = name, Scopes = ["contacts:read"] }, default);

    private static async Task<IReadOnlyList<Found>> Index(PageVisitor visitor)
    {
        using var answer = await visitor.Open("/palette.json", "application/json");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return json.RootElement.GetProperty("items").Deserialize<List<Found>>(JsonSerializerOptions.Web)!;
    }

    private sealed record Found(string Id, string Group, string Title, string? Href, string? Press);
}
