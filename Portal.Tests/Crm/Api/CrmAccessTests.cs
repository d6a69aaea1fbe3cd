using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Crm.Api;

/// <summary>Who may do what with contacts, leads, deals and activities, over HTTP and on both surfaces.</summary>
public sealed class CrmAccessTests(ApiHost api) : IClassFixture<ApiHost>
{
    public static TheoryData<string, string, string> Resources => new()
    {
        { "contacts", """{"name":"Ada Lovelace"}""", """{"title":"CTO"}""" },
        { "leads", """{"title":"New Enterprise Opportunity","status":"new","source":"referral"}""", """{"status":"qualified"}""" },
        { "deals", """{"title":"Enterprise Deal","value":50000}""", """{"notes":"Soon"}""" },
        { "activities", """{"type":"call","subject":"Call back"}""", """{"description":"Soon"}""" },
    };

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task Each_operation_answers_on_both_surfaces(string plural, string input, string patch)
    {
        var client = await api.WithKey(await api.NewOrganization(), ApiMode.Live, $"{plural}:read", $"{plural}:write");
        var path = $"/api/v1/{plural}";
        var created = await client.Post(path, input);
        Assert.Equal(201, created.Status);
        Assert.Equal($"{path}/{created.Id}", created.Location);
        Assert.Equal(200, (await client.Get($"{path}/{created.Id}")).Status);
        var updated = await client.Patch($"{path}/{created.Id}", patch);
        Assert.Equal(200, updated.Status);
        var list = await client.Get(path);
        Assert.Equal(created.Id, list.Json.GetProperty(plural)[0].GetProperty("id").GetString());
        Assert.Equal("1", list.Text("pagination.total"));
        Assert.Equal(204, (await client.Delete($"{path}/{created.Id}")).Status);
        Assert.Equal(404, (await client.Get($"{path}/{created.Id}")).Status);

        path = $"/api/{plural}";
        var wrapped = await client.Post(path, input);
        Assert.Equal((201, "True"), (wrapped.Status, wrapped.Text("success")));
        var id = wrapped.Text("data.id");
        Assert.Equal($"{path}/{id}", wrapped.Location);
        Assert.Equal(id, (await client.Get($"{path}/{id}")).Text("data.id"));
        Assert.Equal(id, (await client.Patch($"{path}/{id}", patch)).Text("data.id"));
        var page = await client.Get($"{path}?limit=1");
        Assert.Equal(id, page.Json.GetProperty("data")[0].GetProperty("id").GetString());
        Assert.Equal("1", page.Text("meta.total_pages"));
        var deleted = await client.Delete($"{path}/{id}");
        Assert.Equal((200, "True"), (deleted.Status, deleted.Text("success")));
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task Each_operation_needs_its_scope(string plural, string input, string patch)
    {
        var organization = await api.NewOrganization();
        var full = await api.WithKey(organization, ApiMode.Live, "*");
        var id = (await full.Post($"/api/v1/{plural}", input)).Id;

        var nobody = api.Anonymous();
        var reader = await api.WithKey(organization, ApiMode.Live, $"{plural}:read");
        var creator = await api.WithKey(organization, ApiMode.Live, $"{plural}:create");
        var updater = await api.WithKey(organization, ApiMode.Live, $"{plural}:update");
        var stranger = await api.WithKey(organization, ApiMode.Live, "invoices:write", "invoices:read");
        var viewer = await api.WithRole(organization, Role.Viewer);
        var developer = await api.WithRole(organization, Role.Developer);

        await Expect(nobody, 401, 401, 401, 401);
        await Expect(stranger, 403, 403, 403, 403);
        await Expect(reader, 200, 403, 403, 403);
        await Expect(creator, 403, 201, 403, 403);
        await Expect(updater, 403, 403, 200, 403);
        await Expect(viewer, 200, 403, 403, 403);
        await Expect(developer, 200, 201, 200, 204);

        async Task Expect(ApiClient client, int read, int create, int update, int delete)
        {
            Assert.Equal(read, (await client.Get($"/api/v1/{plural}")).Status);
            Assert.Equal(read, (await client.Get($"/api/v1/{plural}/{id}")).Status);
            Assert.Equal(create, (await client.Post($"/api/v1/{plural}", input)).Status);
            Assert.Equal(update, (await client.Patch($"/api/v1/{plural}/{id}", patch)).Status);
            Assert.Equal(delete, (await client.Delete($"/api/v1/{plural}/{id}")).Status);
        }
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task Other_organizations_and_the_other_mode_find_nothing(string plural, string input, string patch)
    {
        var organization = await api.NewOrganization();
        var owner = await api.WithKey(organization, ApiMode.Live, "*");
        var id = (await owner.Post($"/api/v1/{plural}", input)).Id;
        var never = await owner.Get($"/api/v1/{plural}/{id[..^1]}!");
        foreach (var other in new[] { await api.WithKey(await api.NewOrganization(), ApiMode.Live, "*"), await api.WithKey(organization, ApiMode.Test, "*") })
        {
            Assert.Equal("0", (await other.Get($"/api/v1/{plural}")).Text("pagination.total"));
            var read = await other.Get($"/api/v1/{plural}/{id}");
            // The same as for an id that never was.
            Assert.Equal((404, never.Text("error.message")), (read.Status, read.Text("error.message")));
            Assert.Equal("RES_001", read.Text("error.reference"));
            Assert.Equal(404, (await other.Patch($"/api/v1/{plural}/{id}", patch)).Status);
            Assert.Equal(404, (await other.Delete($"/api/v1/{plural}/{id}")).Status);
        }

        Assert.Equal(200, (await owner.Get($"/api/v1/{plural}/{id}")).Status);
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task Bad_requests_name_what_is_wrong(string plural, string input, string patch)
    {
        var client = await api.WithKey(await api.NewOrganization(), ApiMode.Live, "*");
        var path = $"/api/v1/{plural}";
        var id = (await client.Post(path, input)).Id;
        string[] bodies = ["", "{", "[]", "null", "7", "\"text\"", """{"owner_id":7}""", """{"owner_id":"\ud800"}""", """{"owner_id":"\u0000"}"""];
        foreach (var body in bodies)
        {
            Assert.Equal((body, 400), (body, (await client.Post(path, body)).Status));
            Assert.Equal((body, 400), (body, (await client.Patch($"{path}/{id}", body)).Status));
        }

        Assert.Equal("owner_id", (await client.Post(path, """{"owner_id":7}""")).Text("error.details.field"));
        Assert.Equal("owner_id", (await client.Patch($"{path}/{id}", """{"owner_id":7}""")).Text("error.details.field"));
        foreach (var (query, field) in new[]
        {
            ("page=0", "page"), ("page=x", "page"), ("per_page=101", "per_page"), ("limit=0", "limit"), ("limit=99999999999", "limit"),
            ("cursor=x", "cursor"), ("sort=nonsense", "sort"), ("owner_id=%00", "owner_id"),
        })
        {
            var answer = await client.Get($"{path}?{query}");
            Assert.Equal((query, 400, "VALIDATION_ERROR", field), (query, answer.Status, answer.Text("error.code"), answer.Text("error.details.field")));
        }

        Assert.Equal(404, (await client.Get($"{path}/%ED%A0%80")).Status);
        Assert.Equal(404, (await client.Patch($"{path}/{new string('x', 5000)}", patch)).Status);
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task Same_idempotency_key_makes_one_resource_and_one_event(string plural, string input, string patch)
    {
        var organization = await api.NewOrganization();
        var client = await api.WithKey(organization, ApiMode.Live, "*");
        var first = await client.Post($"/api/v1/{plural}", input, "key-1");
        var again = await client.Post($"/api/v1/{plural}", input, "key-1");
        Assert.Equal((201, first.Id, first.Location), (again.Status, again.Id, again.Location));
        Assert.Equal(first.Json.GetRawText(), again.Json.GetRawText());
        Assert.Equal(409, (await client.Post($"/api/v1/{plural}", patch, "key-1")).Status);
        Assert.Single(api.EventTypes(organization));
    }
}
