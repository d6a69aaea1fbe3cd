using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Access.Api;

/// <summary>A portal with an administrator's key, and a header that says where a call comes from.</summary>
public sealed class KeysApi : IAsyncLifetime
{
    private const string AddressHeader = "X-Test-Address";

    public KeysApi()
    {
        RootKey = ApiKeyFormat.Generate(ApiMode.Live);
        App = new PortalApp(new PortalAppOptions
        {
            Time = Time,
            Settings = { ["Bootstrap:ApiKey"] = RootKey, ["Bootstrap:Plan"] = "enterprise" },
            LogLevel = Microsoft.Extensions.Logging.LogLevel.Trace,
            InFront = app => app.Use((http, next) =>
            {
                if (IPAddress.TryParse(http.Request.Headers[AddressHeader], out var address)) http.Connection.RemoteIpAddress = address;
                return next(http);
            }),
        });
    }

    public ManualTime Time { get; } = new(new DateTimeOffset(2026, 3, 20, 10, 30, 0, TimeSpan.Zero));
    public PortalApp App { get; }
    public string RootKey { get; }

    public ValueTask InitializeAsync()
    {
        _ = App.Services;
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => App.DisposeAsync();

    /// <summary>Sends a call; the body is JSON text.</summary>
    public async Task<ApiAnswer> Send(
        HttpMethod method, string path, string? body = null, string? key = null, string? address = null, string? idempotencyKey = null)
    {
        using var client = App.Client(key ?? RootKey);
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (address is not null) request.Headers.Add(AddressHeader, address);
        if (idempotencyKey is not null) request.Headers.Add("Idempotency-Key", idempotencyKey);
        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new ApiAnswer(response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text), response.Headers.Location?.ToString());
    }

    public Task<ApiAnswer> Get(string path, string? key = null, string? address = null) => Send(HttpMethod.Get, path, null, key, address);

    public Task<ApiAnswer> Post(string path, string? body, string? key = null) => Send(HttpMethod.Post, path, body, key);

    /// <summary>Makes a key on the canonical surface.</summary>
    public async Task<(string Id, string Secret)> Make(string fields = "\"scopes\":[\"*\"]")
    {
        var answer = await Post("/api/v1/keys", "{\"name\":\"Key\"," + fields + "}");
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        return ((string)answer.Body!["id"]!, (string)answer.Body["key"]!);
    }

    /// <summary>Whether a call with this key is let in.</summary>
    public async Task<bool> Works(string secret, string? address = null) => (await Get("/api/v1/ping", secret, address)).Status == HttpStatusCode.OK;
}

/// <summary>What the API answered.</summary>
public sealed record ApiAnswer(HttpStatusCode Status, JsonNode? Body, string? Location)
{
    public string? Code => (string?)Body?["error"]?["code"];
    public JsonNode? Details => Body?["error"]?["details"];
    public string? Field => (string?)Details?["field"];
}
