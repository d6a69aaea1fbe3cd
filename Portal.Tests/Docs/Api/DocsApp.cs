using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Data;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Docs.Api;

/// <summary>A portal without limits, an Enterprise organization and its key with every scope; and the documents of this portal.</summary>
public sealed class DocsApp : IAsyncLifetime
{
    private readonly PortalApp _app = new();

    public string Key { get; } = ApiKeyFormat.Generate(ApiMode.Live);
    public PortalApp App => _app;
    public JsonObject Canonical { get; private set; } = null!;
    public JsonObject Unversioned { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        using var client = _app.Client();
        Canonical = await Document(client, "v1");
        Unversioned = await Document(client, "unversioned");
        await _app.Services.GetRequiredService<LimitCatalog>().Save(new LimitsDocument(), CancellationToken.None);
        await _app.Services.GetRequiredService<PortalStore>().WriteAcross((db, _) =>
        {
            db.Add(new Organization { Id = "org_docs", Name = "Docs", Plan = Plan.Enterprise, CreatedAt = DateTimeOffset.UnixEpoch });
            db.Add(new ApiKey
            {
                Id = "key_docs",
                OrganizationId = "org_docs",
                Mode = ApiMode.Live,
                Name = "Docs",
                Prefix = ApiKeyFormat.VisiblePrefix(Key),
                LastFour = ApiKeyFormat.LastFour(Key),
                Hash = KeyHash.Of(Key).ToArray(),
                Scopes = [Scopes.Everything],
                CreatedAt = DateTimeOffset.UnixEpoch,
            });
            return Task.FromResult(true);
        }, CancellationToken.None);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task<JsonObject> Document(HttpClient client, string name) =>
        JsonNode.Parse(await client.GetStringAsync(new Uri($"/openapi/{name}.json", UriKind.Relative)))!.AsObject();
}
