using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Access.Api;

/// <summary>An answer with its body as JSON; undefined where it has none.</summary>
internal sealed record AuthAnswer(int Status, JsonElement Body, HttpResponseHeaders Headers)
{
    public JsonElement Data => Body.GetProperty("data");
    public JsonElement Error => Body.GetProperty("error");
    public string Code => Error.GetProperty("code").GetString()!;
    public string Reference => Error.GetProperty("reference").GetString()!;
    public string? Field => Error.GetProperty("details").GetProperty("field").GetString();
}

/// <summary>The portal with a clock that stands still; each call is in a minute of its own, so that limits do not mix in.</summary>
internal sealed class AuthHost : IAsyncDisposable
{
    public const string Password = "correct horse battery";

    private readonly HttpClient _client;

    public AuthHost(Dictionary<string, string?>? settings = null)
    {
        App = new PortalApp(new PortalAppOptions
        {
            Time = Time,
            Settings = settings ?? [],
            // One round instead of 100,000: what is tested here is not the hash.
            Services = services => services.Configure<PasswordHasherOptions>(options => options.IterationCount = 1),
        });
        _client = App.Client();
    }

    public ManualTime Time { get; } = new();
    public PortalApp App { get; }
    public T Get<T>() where T : notnull => App.Services.GetRequiredService<T>();

    /// <summary>Between two calls; zero to stay within one minute.</summary>
    public TimeSpan Pause { get; set; } = TimeSpan.FromSeconds(10);

    public Task<AuthAnswer> Post(string path, object? body = null, string? token = null, params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Post, path, body is HttpContent content ? content : JsonContent.Create(body ?? new { }), token, headers);

    public Task<AuthAnswer> Fetch(string path, string? token = null, params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Get, path, null, token, headers);

    public async Task<AuthAnswer> Register(string email = "jane@example.com", string path = "/api/auth/register") =>
        await Post(path, new { email, password = Password, first_name = "Jane", last_name = "Doe" });

    public async Task<(string Access, string Refresh)> Login(string email = "jane@example.com")
    {
        var answer = await Post("/api/auth/login", new { email, password = Password });
        Assert.Equal(200, answer.Status);
        return (answer.Data.GetProperty("access_token").GetString()!, answer.Data.GetProperty("refresh_token").GetString()!);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await App.DisposeAsync();
    }

    private async Task<AuthAnswer> Send(HttpMethod method, string path, HttpContent? content, string? token, (string Name, string Value)[] headers)
    {
        Time.Advance(Pause);
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        using var response = await _client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var body = text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
        return new AuthAnswer((int)response.StatusCode, body, response.Headers);
    }
}
