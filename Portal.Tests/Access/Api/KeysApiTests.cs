using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Access;
using Portal.Core.Shared.Data;

namespace Portal.Tests.Access.Api;

public sealed class KeysApiTests(KeysApi api) : IClassFixture<KeysApi>
{
    [Fact]
    public async Task Dynamis_example_request_is_answered_with_the_fields_the_document_shows()
    {
        var now = api.Time.GetUtcNow();
        var answer = await api.Post("/api/v1/integrations/keys", """
            {
                "name": "Custom Integration",
                "permissions": ["read:financial", "write:expenses"],
                "rate_limit": 1000,
                "expires_at": "2024-12-31"
            }
            """);

        Assert.Equal(HttpStatusCode.Created, answer.Status);
        var body = answer.Body!;
        Assert.StartsWith("key_", (string)body["key_id"]!, StringComparison.Ordinal);
        Assert.True(ApiKeyFormat.TryParse((string)body["api_key"]!, out var mode));
        Assert.Equal(ApiMode.Live, mode);
        Assert.Equal(now.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture), (string)body["created_at"]!);
        Assert.Equal("expired", (string)body["status"]!);
        Assert.Equal("2024-12-31T00:00:00.000Z", (string)body["expires_at"]!);
        Assert.Equal($"/api/v1/keys/{body["id"]}", answer.Location);
        Assert.Equal("AUTHENTICATION_FAILED", (await api.Get("/api/v1/ping", (string)body["api_key"]!)).Code);
    }

    [Theory]
    [InlineData("""{"name":"Accounting","permissions":["forms:read","gl:write","workflow:read"],"rateLimit":5000,"expiresAt":"2027-01-01T00:00:00Z"}""")]
    [InlineData("""{"name":"Accounting","scopes":["forms:read","gl:write","workflow:read"],"rate_limit":5000,"expires_at":"2027-01-01"}""")]
    public async Task Nexus_example_works_in_both_spellings(string request)
    {
        var answer = await api.Post("/api/keys", request);

        Assert.Equal(HttpStatusCode.Created, answer.Status);
        Assert.True((bool)answer.Body!["success"]!);
        var key = answer.Body["data"]!;
        Assert.Equal(["forms:read", "gl:write", "workflows:read"], Strings(key["permissions"]));
        Assert.Equal(Strings(key["permissions"]), Strings(key["scopes"]));
        Assert.Equal((string)key["key"]!, (string)key["api_key"]!);
        Assert.Equal(5000, (int)key["rate_limit"]!);
        Assert.Equal("2027-01-01T00:00:00.000Z", (string)key["expires_at"]!);
        Assert.True((bool)key["active"]!);
        Assert.Equal($"/api/keys/{key["id"]}", answer.Location);
        Assert.True(await api.Works((string)key["key"]!));
    }

    [Fact]
    public async Task Secret_is_shown_once_and_never_again()
    {
        var (id, secret) = await api.Make();
        var list = await api.Get("/api/v1/keys?per_page=100");
        foreach (var answer in new[]
        {
            await api.Get($"/api/v1/keys/{id}"), list, await api.Post($"/api/v1/keys/{id}/revoke", null), await api.Get($"/api/keys/{id}"),
        })
        {
            Assert.Equal(HttpStatusCode.OK, answer.Status);
            Assert.DoesNotContain(secret[13..^4], answer.Body!.ToJsonString(), StringComparison.Ordinal);
            Assert.DoesNotContain("hash", answer.Body!.ToJsonString(), StringComparison.Ordinal);
        }

        Assert.Contains(list.Body!["keys"]!.AsArray(), key => (string)key!["id"]! == id && (string)key["last_four"]! == secret[^4..]);
        api.App.Logs.AssertNever(secret[13..^4]);
    }

    [Fact]
    public async Task Repeated_creation_under_one_idempotency_key_answers_with_the_same_key_which_is_not_stored_in_clear()
    {
        const string body = """{"name":"Once","scopes":["contacts:read"]}""";
        var first = await api.Send(HttpMethod.Post, "/api/v1/keys", body, idempotencyKey: "once-1");
        var again = await api.Send(HttpMethod.Post, "/api/v1/keys", body, idempotencyKey: "once-1");

        Assert.Equal(HttpStatusCode.Created, again.Status);
        Assert.Equal(first.Body!.ToJsonString(), again.Body!.ToJsonString());
        var secret = (string)first.Body["key"]!;
        await using var db = api.App.Services.GetRequiredService<PortalStore>().ReadAcross();
        Assert.All(
            await db.Across<Core.Gateway.IdempotencyRecord>().Select(record => record.Value).ToListAsync(),
            value => Assert.DoesNotContain(secret[13..^4], value, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Live_key_makes_no_test_key()
    {
        var refused = await api.Post("/api/v1/keys", """{"name":"T","scopes":["*"],"mode":"test"}""");
        Assert.Equal((HttpStatusCode.Forbidden, "AUTHORIZATION_FAILED"), (refused.Status, refused.Code));
    }

    [Fact]
    public async Task Changed_key_has_its_new_scopes_on_the_next_request()
    {
        var (id, secret) = await api.Make("\"scopes\":[\"keys:read\"]");
        Assert.Equal(HttpStatusCode.OK, (await api.Get("/api/v1/keys", secret)).Status);

        var changed = await api.Send(HttpMethod.Patch, $"/api/v1/keys/{id}", """{"permissions":["usage:read"],"name":"Narrow"}""");

        Assert.Equal((HttpStatusCode.OK, "Narrow"), (changed.Status, (string)changed.Body!["name"]!));
        Assert.Equal(HttpStatusCode.Forbidden, (await api.Get("/api/v1/keys", secret)).Status);
        Assert.Equal(HttpStatusCode.OK, (await api.Get("/api/v1/integrations/usage", secret)).Status);
    }

    [Theory]
    [InlineData("POST", "/revoke", HttpStatusCode.OK)]
    [InlineData("DELETE", "", HttpStatusCode.NoContent)]
    public async Task Revoked_key_is_refused_on_the_next_request(string method, string path, HttpStatusCode status)
    {
        var (id, secret) = await api.Make();
        Assert.True(await api.Works(secret));

        Assert.Equal(status, (await api.Send(new HttpMethod(method), $"/api/v1/keys/{id}{path}")).Status);

        Assert.Equal("AUTHENTICATION_FAILED", (await api.Get("/api/v1/ping", secret)).Code);
        Assert.Equal(status, (await api.Send(new HttpMethod(method), $"/api/v1/keys/{id}{path}")).Status);
        Assert.Equal((HttpStatusCode.Conflict, "CONFLICT"), await Patched(id, """{"enabled":true}"""));
    }

    [Fact]
    public async Task Disabled_key_is_refused_until_it_is_enabled()
    {
        var (id, secret) = await api.Make();
        Assert.True(await api.Works(secret));
        Assert.Equal((HttpStatusCode.OK, null), await Patched(id, """{"enabled":false}"""));
        Assert.False(await api.Works(secret));
        Assert.Equal((HttpStatusCode.OK, null), await Patched(id, """{"enabled":true}"""));
        Assert.True(await api.Works(secret));
    }

    [Fact]
    public async Task Key_is_refused_from_an_address_outside_its_ranges_and_that_is_no_use_of_it()
    {
        var (id, secret) = await api.Make("\"scopes\":[\"*\"],\"allowed_addresses\":[\"10.0.0.0/8\"]");
        Assert.Equal("AUTHORIZATION_FAILED", (await api.Get("/api/v1/ping", secret, "192.0.2.1")).Code);
        await api.App.Services.GetRequiredService<KeyUseRecorder>().Flush(CancellationToken.None);
        Assert.Null((string?)(await api.Get($"/api/v1/keys/{id}")).Body!["last_used_at"]);

        Assert.True(await api.Works(secret, "10.1.2.3"));
        await api.App.Services.GetRequiredService<KeyUseRecorder>().Flush(CancellationToken.None);
        Assert.Equal("10.1.2.3", (string?)(await api.Get($"/api/v1/keys/{id}")).Body!["last_used_address"]);
    }

    [Fact]
    public async Task Rotation_keeps_the_old_key_for_the_overlap_and_shows_who_uses_it()
    {
        var (id, secret) = await api.Make();
        Assert.True(await api.Works(secret, "192.0.2.1"));
        api.Time.Advance(TimeSpan.FromMinutes(2));

        var rotated = await api.Post($"/api/v1/keys/{id}/rotate", """{"overlap_seconds":3600}""");

        Assert.Equal(HttpStatusCode.Created, rotated.Status);
        api.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await api.Works((string)rotated.Body!["key"]!));
        Assert.True(await api.Works(secret, "192.0.2.2"));
        var rotation = (await api.Get($"/api/v1/keys/{id}")).Body!["rotation"]!;
        Assert.Equal((string)rotated.Body["id"]!, (string)rotation["replaced_by_id"]!);
        Assert.Equal((1, "192.0.2.2", true), ((int)rotation["calls_since_rotation"]!, (string)rotation["last_used_address"]!, (bool)rotation["still_used"]!));
        Assert.Equal("CONFLICT", (await api.Post($"/api/v1/keys/{id}/rotate", "{}")).Code);
        api.Time.Advance(TimeSpan.FromHours(1));
        Assert.False(await api.Works(secret));
        Assert.True(await api.Works((string)rotated.Body["key"]!));
    }

    [Fact]
    public async Task Rotation_without_a_body_overlaps_by_a_day_and_without_overlap_stops_the_old_key_at_once()
    {
        var (first, firstSecret) = await api.Make();
        Assert.Equal(HttpStatusCode.Created, (await api.Post($"/api/keys/{first}/rotate", null)).Status);
        var (second, secondSecret) = await api.Make();
        Assert.Equal(HttpStatusCode.Created, (await api.Post($"/api/keys/{second}/rotate", """{"overlap_seconds":0}""")).Status);

        Assert.True(await api.Works(firstSecret));
        Assert.False(await api.Works(secondSecret));
        var until = (DateTimeOffset)(await api.Get($"/api/v1/keys/{first}")).Body!["expires_at"]!;
        Assert.Equal(api.Time.GetUtcNow().AddDays(1), until);
    }

    [Fact]
    public async Task Usage_of_the_month_is_told_by_path_with_the_calls_of_this_moment()
    {
        var (_, secret) = await api.Make("\"scopes\":[\"*\"],\"rate_limit\":1000");
        await api.Get("/api/v1/ping", secret);
        var before = (await api.Get("/api/v1/integrations/usage", secret)).Body!;
        await api.Get("/api/ping", secret);
        await api.Get("/api/v1/keys/key_unknown", secret);
        var after = (await api.Get("/api/v1/integrations/usage", secret)).Body!;

        Assert.Equal(1000, (int)after["rate_limit"]!);
        Assert.Equal((int)before["total_requests"]! + 3, (int)after["total_requests"]!);
        int Of(JsonNode report, string path, string part) => (int?)report["endpoints"]![path]?[part] ?? 0;
        Assert.Equal(Of(before, "/api/v1/ping", "requests") + 1, Of(after, "/api/v1/ping", "requests"));
        Assert.Equal(Of(before, "/api/v1/keys/{id}", "errors") + 1, Of(after, "/api/v1/keys/{id}", "errors"));
    }

    [Theory]
    [InlineData("""{"scopes":["*"]}""", "name")]
    [InlineData("""{"name":"K"}""", "scopes")]
    [InlineData("""{"name":"K","permissions":["contacts:read","deals:read","nothing:read"]}""", "permissions[2]")]
    [InlineData("""{"name":"K","scopes":["contacts:read","contacts.read"]}""", "scopes[1]")]
    [InlineData("""{"name":"K","scopes":["contacts:read"],"permissions":["deals:read"]}""", "permissions")]
    [InlineData("""{"name":"K","scopes":"contacts:read"}""", "scopes")]
    [InlineData("""{"name":"K","scopes":[1]}""", "scopes[0]")]
    [InlineData("""{"name":"K","scopes":["*"],"rate_limit":0}""", "rate_limit")]
    [InlineData("""{"name":"K","scopes":["*"],"rateLimit":-5}""", "rateLimit")]
    [InlineData("""{"name":"K","scopes":["*"],"rate_limit":"many"}""", "rate_limit")]
    [InlineData("""{"name":"K","scopes":["*"],"expires_at":"soon"}""", "expires_at")]
    [InlineData("""{"name":"K","scopes":["*"],"allowed_addresses":["10.0.0.1/8"]}""", "allowed_addresses[0]")]
    [InlineData("""{"name":"K","scopes":["*"],"mode":"production"}""", "mode")]
    [InlineData("""{"name":"K","preset":"some"}""", "preset")]
    [InlineData("""{"name":"K\u0000","scopes":["*"]}""", "name")]
    public async Task Fault_names_the_field(string request, string field)
    {
        var answer = await api.Post("/api/v1/keys", request);
        Assert.Equal((HttpStatusCode.BadRequest, "VALIDATION_ERROR", field), (answer.Status, answer.Code, answer.Field));
    }

    [Theory]
    [InlineData("""{"name":1}""", "name")]
    [InlineData("""{"name":null}""", "name")]
    [InlineData("""{"permissions":[7]}""", "permissions")]
    [InlineData("""{"scopes":["deals:read","x"]}""", "scopes[1]")]
    [InlineData("""{"rateLimit":1.5}""", "rateLimit")]
    [InlineData("""{"expires_at":"2026-02-30"}""", "expires_at")]
    [InlineData("""{"allowed_addresses":{}}""", "allowed_addresses")]
    [InlineData("""{"enabled":"yes"}""", "enabled")]
    [InlineData("""{"enabled":null}""", "enabled")]
    public async Task Fault_of_a_change_names_the_field(string request, string field)
    {
        var (id, _) = await api.Make();
        var answer = await api.Send(HttpMethod.Patch, $"/api/v1/keys/{id}", request);
        Assert.Equal((HttpStatusCode.BadRequest, "VALIDATION_ERROR", field), (answer.Status, answer.Code, answer.Field));
    }

    [Theory]
    [InlineData("status=odd", "status")]
    [InlineData("mode=1", "mode")]
    [InlineData("sort=hash", "sort")]
    [InlineData("page=0", "page")]
    [InlineData("per_page=x", "per_page")]
    [InlineData("cursor=x", "cursor")]
    public async Task Wrong_query_names_its_parameter(string query, string field)
    {
        var answer = await api.Get($"/api/v1/keys?{query}");
        Assert.Equal((HttpStatusCode.BadRequest, field), (answer.Status, answer.Field));
    }

    [Theory]
    [InlineData(-1L)]
    [InlineData(2_592_001L)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public async Task Overlap_outside_0_to_30_days_is_refused(long seconds)
    {
        var (id, _) = await api.Make();
        Assert.Equal("overlap_seconds", (await api.Post($"/api/v1/keys/{id}/rotate", $"{{\"overlap_seconds\":{seconds}}}")).Field);
    }

    [Theory]
    [InlineData("GET", "", null)]
    [InlineData("PATCH", "", "{}")]
    [InlineData("DELETE", "", null)]
    [InlineData("POST", "/revoke", null)]
    [InlineData("POST", "/rotate", "{}")]
    public async Task Unknown_key_is_not_found(string method, string path, string? body)
    {
        var answer = await api.Send(new HttpMethod(method), $"/api/v1/keys/key_unknown{path}", body);
        Assert.Equal((HttpStatusCode.NotFound, "RESOURCE_NOT_FOUND"), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("keys:read", "GET", "", true)]
    [InlineData("keys:read", "POST", "", false)]
    [InlineData("keys:create contacts:read", "POST", "", true)]
    [InlineData("keys:create", "GET", "", false)]
    [InlineData("usage:read", "GET", "", false)]
    public async Task Scope_decides_what_a_key_may_do_with_keys(string scopes, string method, string path, bool allowed)
    {
        var (_, secret) = await api.Make($"\"scopes\":[{string.Join(',', scopes.Split(' ').Select(scope => $"\"{scope}\""))}]");
        var body = method == "POST" ? """{"name":"K","scopes":["contacts:read"]}""" : null;
        var answer = await api.Send(new HttpMethod(method), $"/api/v1/keys{path}", body, secret);
        if (allowed) Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.Created, answer.Body!.ToJsonString());
        else Assert.Equal((HttpStatusCode.Forbidden, "AUTHORIZATION_FAILED"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Key_cannot_make_a_stronger_key()
    {
        var (_, secret) = await api.Make("\"scopes\":[\"keys:*\",\"contacts:read\"]");
        var answer = await api.Post("/api/v1/integrations/keys", """{"name":"K","permissions":["contacts:read","contacts:write"]}""", secret);
        Assert.Equal((HttpStatusCode.Forbidden, "contacts:write"), (answer.Status, (string?)answer.Details?["scope"]));
    }

    private async Task<(HttpStatusCode, string?)> Patched(string id, string body)
    {
        var answer = await api.Send(HttpMethod.Patch, $"/api/v1/keys/{id}", body);
        return (answer.Status, answer.Code);
    }

    private static IEnumerable<string> Strings(JsonNode? list) => list!.AsArray().Select(item => (string)item!);
}
