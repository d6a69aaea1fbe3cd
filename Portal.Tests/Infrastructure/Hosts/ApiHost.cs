using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;

namespace Portal.Tests.Infrastructure.Hosts;

/// <summary>
/// A portal in memory whose API tests call with keys and sessions made for them. A class fixture: tests keep apart by an
/// organization each.
/// </summary>
public class ApiHost : IAsyncDisposable
{
    private readonly PortalApp _app;

    public ApiHost() : this(new PortalApp())
    {
    }

    protected ApiHost(PortalApp app) => _app = app;

    /// <summary>For an app with settings of a test's own, which the host disposes.</summary>
    public static ApiHost Of(PortalApp app) => new(app);

    public T Get<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>A new organization on the Enterprise plan, whose limits nobody meets.</summary>
    public async Task<string> NewOrganization()
    {
        var organization = new Organization { Id = Get<IdGenerator>().New("org"), Name = "Tests", Plan = Plan.Enterprise, CreatedAt = Now };
        await Add(organization);
        return organization.Id;
    }

    /// <summary>A client with a new key of the organization.</summary>
    public async Task<ApiClient> WithKey(string organizationId, ApiMode mode, params string[] scopes)
    {
        var text = ApiKeyFormat.Generate(mode);
        await Add(new ApiKey
        {
            Id = Get<IdGenerator>().New("key"), OrganizationId = organizationId, Mode = mode, Name = "Test",
            Prefix = ApiKeyFormat.VisiblePrefix(text), LastFour = ApiKeyFormat.LastFour(text), Hash = KeyHash.Of(text).ToArray(),
            Scopes = [.. scopes], CreatedAt = Now,
        });
        return new ApiClient(_app.Client(text));
    }

    /// <summary>A client with the session of a new member of the organization.</summary>
    public async Task<ApiClient> WithRole(string organizationId, Role role)
    {
        var id = Get<IdGenerator>().New("usr");
        var user = new User { Id = id, UserName = id, NormalizedUserName = id.ToUpperInvariant(), Email = $"{id}@example.com", EmailConfirmed = true, SecurityStamp = id, CreatedAt = Now };
        var membership = new Membership { OrganizationId = organizationId, UserId = id, Role = role, CreatedAt = Now };
        await Add(user, membership);
        var signedIn = new SignedIn(user, new Organization { Id = organizationId, Name = "Tests" }, role);
        var tokens = await Get<Sessions>().Start(signedIn, new Origin("127.0.0.1"), CancellationToken.None);
        var client = _app.Client();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens.AccessToken);
        return new ApiClient(client);
    }

    /// <summary>A client without a credential, for requests that are no JSON.</summary>
    public HttpClient Http() => _app.Client();

    public ApiClient Anonymous() => new(_app.Client());

    /// <summary>The types of an organization's live events so far, oldest first.</summary>
    public List<string> EventTypes(string organizationId)
    {
        using var db = Get<PortalStore>().Read(new Tenant(organizationId, ApiMode.Live));
        return [.. db.Events.OrderBy(row => row.Id).Select(row => row.Type)];
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private DateTimeOffset Now => Get<TimeProvider>().GetUtcNow();

    private Task Add(params object[] rows) => Get<PortalStore>().WriteAcross((db, _) =>
    {
        db.AddRange(rows);
        return Task.FromResult(true);
    }, CancellationToken.None);
}

/// <summary>Sends and reads JSON.</summary>
public sealed class ApiClient(HttpClient http)
{
    public Task<ApiAnswer> Get(string path, string? accept = null) => Send(HttpMethod.Get, path, null, accept);

    public Task<ApiAnswer> Post(string path, string json, string? idempotencyKey = null) => Send(HttpMethod.Post, path, json, null, idempotencyKey);

    public Task<ApiAnswer> Put(string path, string json) => Send(HttpMethod.Put, path, json);

    public Task<ApiAnswer> Patch(string path, string json) => Send(HttpMethod.Patch, path, json);

    public Task<ApiAnswer> Delete(string path) => Send(HttpMethod.Delete, path, null);

    private async Task<ApiAnswer> Send(HttpMethod method, string path, string? json, string? accept = null, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        if (accept is not null) request.Headers.Accept.ParseAdd(accept);
        if (idempotencyKey is not null) request.Headers.Add("Idempotency-Key", idempotencyKey);
        using var response = await http.SendAsync(request);
        var body = await response.Content.ReadAsByteArrayAsync();
        return new ApiAnswer((int)response.StatusCode, response.Headers.Location?.ToString(), body.Length == 0 ? default : JsonElement.Parse(body));
    }
}

/// <summary>An answer of the API.</summary>
/// <param name="Json">Undefined when the answer has no body.</param>
public sealed record ApiAnswer(int Status, string? Location, JsonElement Json)
{
    public string Id => Json.GetProperty("id").GetString()!;

    /// <summary>The value at a path such as <c>error.details.field</c>, as text.</summary>
    public string Text(string path) => path.Split('.').Aggregate(Json, (json, name) => json.GetProperty(name)).ToString();
}
