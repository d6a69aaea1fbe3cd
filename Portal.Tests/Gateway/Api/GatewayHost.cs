using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Gateway.Api;

/// <summary>The portal with a clock that stands still, and organizations and keys made for a test.</summary>
public sealed class GatewayHost : IAsyncDisposable
{
    /// <summary>Sets the address that a call seems to come from; in memory there is none.</summary>
    public const string AddressHeader = "X-Test-Address";

    public GatewayHost() : this(new PortalAppOptions())
    {
    }

    private GatewayHost(PortalAppOptions options)
    {
        App = new PortalApp(new PortalAppOptions
        {
            Settings = options.Settings,
            Time = Time,
            Services = options.Services,
            InFront = app => app.Use((context, next) =>
            {
                if (IPAddress.TryParse(context.Request.Headers[AddressHeader], out var address)) context.Connection.RemoteIpAddress = address;
                return next(context);
            }),
        });
    }

    public static GatewayHost With(PortalAppOptions options) => new(options);

    public ManualTime Time { get; } = new();
    public PortalApp App { get; }
    public PortalStore Store => App.Services.GetRequiredService<PortalStore>();

    /// <summary>A new organization.</summary>
    public Task<string> Organization(Plan plan = Plan.Enterprise)
    {
        var id = App.Services.GetRequiredService<IdGenerator>().New("org");
        return Store.WriteAcross((db, _) =>
        {
            db.Organizations.Add(new Organization { Id = id, Name = "Test", Plan = plan, CreatedAt = Time.GetUtcNow() });
            return Task.FromResult(id);
        }, CancellationToken.None);
    }

    /// <summary>A new key; the change makes it what the test needs.</summary>
    public async Task<(string Id, string Secret)> Key(string organization, Action<ApiKey>? change = null, ApiMode mode = ApiMode.Live)
    {
        var secret = ApiKeyFormat.Generate(mode);
        var key = new ApiKey
        {
            Id = App.Services.GetRequiredService<IdGenerator>().New("key"),
            OrganizationId = organization,
            Mode = mode,
            Name = "Test",
            Prefix = ApiKeyFormat.VisiblePrefix(secret),
            LastFour = ApiKeyFormat.LastFour(secret),
            Hash = KeyHash.Of(secret).ToArray(),
            Scopes = [Scopes.Everything],
            CreatedAt = Time.GetUtcNow(),
        };
        change?.Invoke(key);
        await Store.WriteAcross((db, _) =>
        {
            db.ApiKeys.Add(key);
            return Task.FromResult(true);
        }, CancellationToken.None);
        return (key.Id, secret);
    }

    /// <summary>A client with a new key of a new organization.</summary>
    public async Task<HttpClient> Client(Plan plan = Plan.Enterprise, Action<ApiKey>? change = null) =>
        App.Client((await Key(await Organization(plan), change)).Secret);

    /// <summary>The actor who owns an organization.</summary>
    public static Actor Owner(string organization, ApiMode mode = ApiMode.Live) => new(new Tenant(organization, mode), "user", "usr_owner", "Owner")
    {
        GrantedScopes = Scopes.Expand([Scopes.Everything]),
    };

    public Task SetLimits(LimitsDocument document) => App.Services.GetRequiredService<LimitCatalog>().Save(document, CancellationToken.None);

    public async ValueTask DisposeAsync() => await App.DisposeAsync();
}

/// <summary>What tests ask of answers.</summary>
internal static class Answers
{
    public static async Task<JsonElement> Json(this HttpResponseMessage answer) => await answer.Content.ReadFromJsonAsync<JsonElement>();

    /// <summary>Checks that an answer is the contract's refusal, whole, and returns its details.</summary>
    public static async Task<JsonElement> Refused(this HttpResponseMessage answer, HttpStatusCode status, string code, string reference)
    {
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(status == answer.StatusCode, $"{answer.StatusCode}: {body}");
        var root = JsonDocument.Parse(body).RootElement;
        Assert.False(root.GetProperty("success").GetBoolean());
        var error = root.GetProperty("error");
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.Equal(reference, error.GetProperty("reference").GetString());
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
        Assert.Equal(answer.Header("X-Request-Id"), error.GetProperty("trace_id").GetString());
        Assert.True(error.GetProperty("timestamp").TryGetDateTimeOffset(out _));
        Assert.EndsWith("/docs/errors/" + code, root.GetProperty("documentation_url").GetString());
        return error.GetProperty("details");
    }

    public static string? Header(this HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? Assert.Single(values) : null;
}
