using System.Text;
using System.Text.Json;
using Portal.Core.Access;
using Portal.Core.Shared.Data;

namespace Portal.Tests.Access.Api;

public sealed class AuthEndpointTests
{
    [Theory]
    [InlineData("/api/auth/register", true)]
    [InlineData("/api/v1/auth/register", false)]
    public async Task Registration_answers_with_user_and_organization(string path, bool enveloped)
    {
        await using var portal = new AuthHost();
        var answer = await portal.Register(path: path);
        Assert.Equal(201, answer.Status);
        var user = enveloped ? answer.Data : answer.Body;
        Assert.Equal(["id", "email", "first_name", "last_name", "organization", "created_at"], Names(user));
        Assert.Equal("Jane's organization", user.GetProperty("organization").GetProperty("name").GetString());
        Assert.Equal(portal.Time.GetUtcNow(), user.GetProperty("created_at").GetDateTimeOffset());
    }

    [Fact]
    public async Task Login_answers_with_tokens_and_user()
    {
        await using var portal = new AuthHost();
        var registered = (await portal.Register()).Data;
        var answer = await portal.Post("/api/auth/login", new { email = "Jane@Example.com", password = AuthHost.Password });
        Assert.Equal(200, answer.Status);
        Assert.Equal(["access_token", "refresh_token", "token_type", "expires_in", "user"], Names(answer.Data));
        Assert.Equal(("bearer", 1800), (answer.Data.GetProperty("token_type").GetString(), answer.Data.GetProperty("expires_in").GetInt32()));
        var user = answer.Data.GetProperty("user");
        Assert.Equal(["id", "name", "email", "role", "organization_id", "avatar_url"], Names(user));
        Assert.Equal(registered.GetProperty("id").GetString(), user.GetProperty("id").GetString());
        Assert.Equal(("Jane Doe", "owner", JsonValueKind.Null), (user.GetProperty("name").GetString(), user.GetProperty("role").GetString(), user.GetProperty("avatar_url").ValueKind));
    }

    [Fact]
    public async Task Taken_address_and_faulty_fields_are_validation_errors()
    {
        await using var portal = new AuthHost();
        await portal.Register();
        var taken = await portal.Register("JANE@example.com");
        Assert.Equal((400, "VALIDATION_ERROR", "email"), (taken.Status, taken.Code, taken.Field));
        var format = await portal.Register("jane");
        Assert.Equal((400, "VAL_003", "email"), (format.Status, format.Reference, format.Field));
        var empty = await portal.Post("/api/auth/register");
        Assert.Equal((400, "VAL_002", 4), (empty.Status, empty.Reference, empty.Error.GetProperty("details").GetProperty("errors").GetArrayLength()));
    }

    [Theory]
    [InlineData("{\"email\":", 400)]
    [InlineData("{\"email\":5,\"password\":\"x\"}", 400)]
    [InlineData("[]", 400)]
    [InlineData("null", 400)]
    [InlineData("", 400)]
    [InlineData("{\"email\":\"a\\u0000@b.c\",\"password\":\"p\\u0000\"}", 400)]
    [InlineData("{\"email\":\"\\ud800@b.c\",\"password\":\"p\"}", 400)]
    public async Task Unreadable_bodies_are_refused_by_every_endpoint(string body, int status)
    {
        await using var portal = new AuthHost();
        foreach (var path in new[] { "register", "login", "refresh" })
        {
            var answer = await portal.Post($"/api/auth/{path}", new StringContent(body, Encoding.UTF8, "application/json"));
            Assert.Equal((status, "VALIDATION_ERROR"), (answer.Status, answer.Code));
        }
    }

    [Fact]
    public async Task Wrong_credentials_are_unauthorized()
    {
        await using var portal = new AuthHost();
        await portal.Register();
        var wrong = await portal.Post("/api/auth/login", new { email = "jane@example.com", password = "wrong password" });
        Assert.Equal((401, "AUTH_001"), (wrong.Status, wrong.Reference));
        var unknown = await portal.Post("/api/auth/login", new { email = "nobody@example.com", password = "wrong password" });
        Assert.Equal((401, "AUTH_001"), (unknown.Status, unknown.Reference));
    }

    [Fact]
    public async Task Session_reads_the_user_until_it_ends()
    {
        await using var portal = new AuthHost();
        await portal.Register();
        var (access, refresh) = await portal.Login();
        var me = await portal.Fetch("/api/auth/me", access);
        Assert.Equal((200, "jane@example.com", "owner"), (me.Status, me.Data.GetProperty("email").GetString(), me.Data.GetProperty("role").GetString()));
        Assert.Single(me.Data.GetProperty("organizations").EnumerateArray());

        var logout = await portal.Post("/api/auth/logout", token: access);
        Assert.Equal(200, logout.Status);
        Assert.Equal("""{"success":true,"message":"Successfully logged out"}""", logout.Body.GetRawText());
        var after = await portal.Fetch("/api/auth/me", access);
        Assert.Equal((401, "AUTH_001"), (after.Status, after.Reference));
        Assert.Equal(401, (await portal.Post("/api/auth/refresh", new { refresh_token = refresh })).Status);
    }

    [Fact]
    public async Task Logout_on_the_canonical_surface_has_no_content()
    {
        await using var portal = new AuthHost();
        await portal.Register();
        Assert.Equal(204, (await portal.Post("/api/v1/auth/logout", token: (await portal.Login()).Access)).Status);
    }

    [Fact]
    public async Task Expired_access_token_says_so_and_does_not_hinder_the_refresh()
    {
        await using var portal = new AuthHost();
        await portal.Register();
        var (access, refresh) = await portal.Login();
        Assert.Equal(200, (await portal.Fetch("/api/auth/me", access)).Status);
        portal.Time.Advance(TimeSpan.FromMinutes(30));
        var expired = await portal.Fetch("/api/auth/me", access);
        Assert.Equal((401, "AUTH_002", "Access token has expired"), (expired.Status, expired.Reference, expired.Error.GetProperty("message").GetString()));
        Assert.True(expired.Error.GetProperty("details").TryGetProperty("expired_at", out _));

        var renewed = await portal.Post("/api/auth/refresh", new { refresh_token = refresh }, access);
        Assert.Equal(200, renewed.Status);
        Assert.Equal(200, (await portal.Fetch("/api/auth/me", renewed.Data.GetProperty("access_token").GetString())).Status);
    }

    [Fact]
    public async Task Reused_refresh_token_ends_the_session_over_http()
    {
        await using var portal = new AuthHost();
        await portal.Register();
        var (access, refresh) = await portal.Login();
        var renewed = (await portal.Post("/api/auth/refresh", new { refresh_token = refresh })).Data.GetProperty("access_token").GetString();
        Assert.Equal(200, (await portal.Fetch("/api/auth/me", renewed)).Status);
        var reused = await portal.Post("/api/auth/refresh", new { refresh_token = refresh });
        Assert.Equal((401, "refresh_token_reused"), (reused.Status, reused.Error.GetProperty("details").GetProperty("reason").GetString()));
        Assert.Equal(401, (await portal.Fetch("/api/auth/me", renewed)).Status);
        Assert.Equal(401, (await portal.Fetch("/api/auth/me", access)).Status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("a.b.c")]
    [InlineData("nonsense")]
    public async Task Missing_or_bad_credential_is_unauthorized(string? token)
    {
        await using var portal = new AuthHost();
        var answer = await portal.Fetch("/api/auth/me", token);
        Assert.Equal((401, "AUTHENTICATION_FAILED"), (answer.Status, answer.Code));
        Assert.Equal("Bearer", Assert.Single(answer.Headers.WwwAuthenticate).Scheme);
    }

    [Fact]
    public async Task Key_is_no_session()
    {
        var key = ApiKeyFormat.Generate(ApiMode.Live);
        await using var portal = new AuthHost(new() { ["Bootstrap:ApiKey"] = key });
        Assert.Equal(200, (await portal.Fetch("/api/ping", key)).Status);
        var me = await portal.Fetch("/api/auth/me", key);
        Assert.Equal((403, "session_required"), (me.Status, me.Error.GetProperty("details").GetProperty("reason").GetString()));
        Assert.Equal(403, (await portal.Post("/api/auth/logout", token: key)).Status);
        portal.App.Logs.AssertNever(key);
    }

    [Fact]
    public async Task Header_chooses_among_the_users_organizations_only()
    {
        await using var portal = new AuthHost();
        var jane = (await portal.Register()).Data;
        var bob = (await portal.Register("bob@example.com")).Data;
        var (access, _) = await portal.Login();
        var own = jane.GetProperty("organization").GetProperty("id").GetString()!;
        var actor = new Actor(new Tenant(own, ApiMode.Live), "user", null, "Jane") { UserId = jane.GetProperty("id").GetString() };
        var second = await portal.Get<Organizations>().Create(actor, "Second", default);

        foreach (var id in new[] { own, second.Id })
        {
            var me = await portal.Fetch("/api/auth/me", access, ("X-Organization-ID", id));
            Assert.Equal((200, id), (me.Status, me.Data.GetProperty("organization_id").GetString()));
        }

        foreach (var id in new[] { bob.GetProperty("organization").GetProperty("id").GetString()!, "org_none" })
        {
            var refused = await portal.Fetch("/api/auth/me", access, ("X-Organization-ID", id));
            Assert.Equal((403, "AUTHORIZATION_FAILED"), (refused.Status, refused.Code));
        }
    }

    [Fact]
    public async Task Sign_ins_are_limited_and_the_refusal_says_when_to_come_back()
    {
        await using var portal = new AuthHost { Pause = TimeSpan.Zero };
        var statuses = new List<int>();
        for (var i = 0; i < 16; i++) statuses.Add((await portal.Post("/api/auth/login", new { email = $"nobody{i}@example.com", password = "wrong password" })).Status);
        Assert.Equal(401, statuses[0]);
        Assert.Equal(429, statuses[^1]);
        portal.Pause = TimeSpan.FromMinutes(2);
        Assert.Equal(401, (await portal.Post("/api/auth/login", new { email = "nobody@example.com", password = "wrong password" })).Status);
    }

    [Fact]
    public async Task Nothing_secret_stands_in_the_logs()
    {
        await using var portal = new AuthHost();
        await portal.Register();
        var (access, refresh) = await portal.Login();
        await portal.Post("/api/auth/refresh", new { refresh_token = refresh });
        await portal.Post("/api/auth/refresh", new { refresh_token = refresh });
        await portal.Fetch("/api/auth/me", access);
        foreach (var secret in new[] { AuthHost.Password, access, refresh }) portal.App.Logs.AssertNever(secret);
        portal.App.Logs.AssertNoErrors();
    }

    private static IEnumerable<string> Names(JsonElement json) => json.EnumerateObject().Select(property => property.Name);
}
