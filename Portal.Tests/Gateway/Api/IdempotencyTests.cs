using System.Net;
using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Data;

namespace Portal.Tests.Gateway.Api;

/// <summary>A POST that is sent again with its idempotency key is carried out once.</summary>
public sealed class IdempotencyTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    private static readonly object Ada = new { first_name = "Ada", last_name = "Lovelace" };

    [Fact]
    public async Task Second_request_gets_the_first_answer_and_does_nothing()
    {
        using var client = await host.Client();
        var first = await Post(client, "k1", Ada);
        var second = await Post(client, "k1", Ada);
        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        Assert.Equal(HttpStatusCode.Created, second.StatusCode);
        Assert.Null(first.Header("Idempotency-Replayed"));
        Assert.Equal("true", second.Header("Idempotency-Replayed"));
        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
        Assert.Equal(first.Headers.Location, second.Headers.Location);
        Assert.Equal(1, await Contacts(client));
    }

    [Fact]
    public async Task Another_body_under_the_same_key_is_a_conflict()
    {
        using var client = await host.Client();
        await Post(client, "k1", Ada);
        await (await Post(client, "k1", new { name = "Grace" })).Refused(HttpStatusCode.Conflict, "CONFLICT", "RES_002");
        Assert.Equal(1, await Contacts(client));
    }

    [Fact]
    public async Task Replay_is_shown_as_the_second_request_asks()
    {
        using var client = await host.Client();
        var bare = await (await Post(client, "k1", Ada)).Json();
        var wrapped = await (await Post(client, "k1", Ada, "/api/contacts")).Json();
        Assert.Equal(bare.GetProperty("id").GetString(), wrapped.GetProperty("data").GetProperty("id").GetString());
    }

    [Fact]
    public async Task Refusal_is_not_kept()
    {
        using var client = await host.Client();
        await (await Post(client, "k1", new { email = "x" })).Refused(HttpStatusCode.BadRequest, "VALIDATION_ERROR", "VAL_002");
        Assert.Equal(HttpStatusCode.Created, (await Post(client, "k1", Ada)).StatusCode);
    }

    [Fact]
    public async Task Key_is_the_callers_own_and_lasts_a_day()
    {
        var organization = await host.Organization();
        using var first = host.App.Client((await host.Key(organization)).Secret);
        using var second = host.App.Client((await host.Key(organization)).Secret);
        var one = await (await Post(first, "k1", Ada)).Json();
        var other = await (await Post(second, "k1", Ada)).Json();
        Assert.NotEqual(one.GetProperty("id").GetString(), other.GetProperty("id").GetString());
        host.Time.Advance(TimeSpan.FromHours(24.1));
        var later = await Post(first, "k1", Ada);
        Assert.Null(later.Header("Idempotency-Replayed"));
        Assert.NotEqual(one.GetProperty("id").GetString(), (await later.Json()).GetProperty("id").GetString());
    }

    [Fact]
    public async Task Concurrent_requests_with_one_key_make_one_thing()
    {
        using var client = await host.Client();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Post(client, "k1", Ada)));
        Assert.All(answers, answer => Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.Created, HttpStatusCode.Conflict }));
        Assert.Equal(1, await Contacts(client));
    }

    [Fact]
    public async Task Unusable_key_is_refused()
    {
        using var client = await host.Client();
        await (await Post(client, "ä", Ada)).Refused(HttpStatusCode.BadRequest, "VALIDATION_ERROR", "VAL_003");
        await (await Post(client, new string('x', 256), Ada)).Refused(HttpStatusCode.BadRequest, "VALIDATION_ERROR", "VAL_003");
    }

    [Fact]
    public async Task Secret_in_a_kept_answer_is_encrypted()
    {
        var organization = await host.Organization();
        using var client = host.App.Client((await host.Key(organization)).Secret);
        var answer = await (await Post(client, "k1", new { name = "New", scopes = new[] { "contacts:read" } }, "/api/v1/keys")).Json();
        var secret = answer.GetProperty("api_key").GetString()!;
        var again = await (await Post(client, "k1", new { name = "New", scopes = new[] { "contacts:read" } }, "/api/v1/keys")).Json();
        Assert.Equal(secret, again.GetProperty("api_key").GetString());
        await using var db = host.Store.Read(new Tenant(organization, ApiMode.Live));
        var kept = await db.IdempotencyRecords.SingleAsync();
        Assert.DoesNotContain(secret, kept.Value, StringComparison.Ordinal);
        host.App.Logs.AssertNever(secret);
    }

    private static async Task<HttpResponseMessage> Post(HttpClient client, string key, object body, string path = "/api/v1/contacts")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return await client.SendAsync(request);
    }

    private static async Task<int> Contacts(HttpClient client) =>
        (await (await client.GetAsync("/api/v1/contacts")).Json()).GetProperty("pagination").GetProperty("total").GetInt32();
}
