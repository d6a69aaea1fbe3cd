using Portal.Core.Shared.Data;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Crm.Api;

/// <summary>The requests of the documents, and what clients do with the answers.</summary>
public sealed class CrmRequestTests(ApiHost api) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task Contact_of_the_document_is_created_with_all_three_names()
    {
        var client = await NewClient();
        var answer = await client.Post("/api/contacts", """
            {"name":"John Smith","email":"john@company.com","phone":"+1-555-0123","company":"Tech Solutions Inc","title":"CTO","unknown":{"a":1}}
            """);
        Assert.Equal(201, answer.Status);
        var contact = answer.Json.GetProperty("data");
        Assert.Equal(
            ["id", "name", "first_name", "last_name", "email", "phone", "company", "title", "owner_id", "tags", "created_at", "updated_at"],
            contact.EnumerateObject().Select(field => field.Name));
        Assert.Equal(("John", "Smith"), (contact.GetProperty("first_name").GetString(), contact.GetProperty("last_name").GetString()));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", contact.GetProperty("created_at").GetString());
    }

    [Fact]
    public async Task Deal_shows_the_fields_of_the_document()
    {
        var client = await NewClient();
        var contact = (await client.Post("/api/v1/contacts", """{"first_name":"John","last_name":"Doe"}""")).Id;
        var deal = await client.Post("/api/v1/deals", $$"""{"title":"New Enterprise Deal","value":50000,"contact_id":"{{contact}}","expected_close_date":"2024-06-30"}""");
        Assert.Equal("50000.00", deal.Json.GetProperty("value").GetRawText());
        Assert.Equal(("1", "Prospecting", "open", "2024-06-30"), (deal.Text("stage_id"), deal.Text("stage"), deal.Text("status"), deal.Text("expected_close_date")));
    }

    [Fact]
    public async Task Leads_of_the_document_show_its_fields_and_take_its_filters()
    {
        var organization = await api.NewOrganization();
        var client = await api.WithKey(organization, ApiMode.Live, "leads:*", "contacts:write");
        var contact = (await client.Post("/api/v1/contacts", """{"name":"Jane Smith","email":"jane@company.com","company":"Tech Corp"}""")).Id;
        var created = await client.Post("/api/leads", $$"""{"title":"New Enterprise Opportunity","contact_id":"{{contact}}","status":"new","source":"referral","notes":"High-priority enterprise lead"}""");
        Assert.Equal(201, created.Status);
        var list = await client.Get("/api/leads?page=1&per_page=20&status=new&source=referral&search=jane");
        var lead = list.Json.GetProperty("data")[0];
        Assert.Equal(
            ["id", "title", "contact_id", "owner_id", "organization_id", "status", "source", "score", "score_factors", "score_confidence", "notes", "quote_id", "amount", "currency", "created_at", "updated_at", "contact"],
            lead.EnumerateObject().Select(field => field.Name));
        Assert.Equal($$"""{"id":"{{contact}}","name":"Jane Smith","email":"jane@company.com","company":"Tech Corp"}""", lead.GetProperty("contact").GetRawText());
        Assert.Equal((organization, "referral"), (lead.GetProperty("organization_id").GetString(), lead.GetProperty("source").GetString()));
        Assert.Equal(("1", "20", "1", "1"), (list.Text("meta.page"), list.Text("meta.per_page"), list.Text("meta.total"), list.Text("meta.total_pages")));
        Assert.Equal("0", (await client.Get("/api/leads?score_min=1&score_max=100")).Text("meta.total"));
        Assert.Equal("0", (await client.Get("/api/v1/leads?status=qualified")).Text("pagination.total"));
    }

    [Theory]
    [InlineData("/api/leads", "data.")]
    [InlineData("/api/v1/leads", "")]
    public async Task Put_changes_what_it_names_as_patch_does(string path, string prefix)
    {
        var client = await NewClient();
        var id = (await client.Post("/api/v1/leads", """{"title":"L","source":"website"}""")).Id;
        var updated = await client.Put($"{path}/{id}", """{"status":"qualified"}""");
        Assert.Equal((200, "qualified", "L", "website"), (updated.Status, updated.Text(prefix + "status"), updated.Text(prefix + "title"), updated.Text(prefix + "source")));
        Assert.Equal(404, (await client.Put($"{path}/lead_unknown", """{"status":"qualified"}""")).Status);
        Assert.Equal((400, "status"), ((await client.Put($"{path}/{id}", """{"status":"x"}""")).Status, (await client.Put($"{path}/{id}", """{"status":"x"}""")).Text("error.details.field")));
    }

    [Fact]
    public async Task Put_needs_the_scope_to_change()
    {
        var organization = await api.NewOrganization();
        var id = (await (await api.WithKey(organization, ApiMode.Live, "*")).Post("/api/v1/leads", """{"title":"L"}""")).Id;
        async Task<int> Put(ApiClient client) => (await client.Put($"/api/v1/leads/{id}", """{"notes":"n"}""")).Status;
        Assert.Equal(401, await Put(api.Anonymous()));
        Assert.Equal(403, await Put(await api.WithKey(organization, ApiMode.Live, "leads:read", "leads:create")));
        Assert.Equal(200, await Put(await api.WithKey(organization, ApiMode.Live, "leads:update")));
        Assert.Equal(404, await Put(await api.WithKey(await api.NewOrganization(), ApiMode.Live, "*")));
    }

    [Fact]
    public async Task Patch_tells_null_from_absent()
    {
        var client = await NewClient();
        var id = (await client.Post("/api/v1/contacts", """{"name":"Ada Lovelace","email":"ada@example.com","tags":["a"]}""")).Id;
        var patched = await client.Patch($"/api/v1/contacts/{id}", """{"email":null}""");
        Assert.Equal(System.Text.Json.JsonValueKind.Null, patched.Json.GetProperty("email").ValueKind);
        Assert.Equal("""["a"]""", patched.Json.GetProperty("tags").GetRawText());
        Assert.Equal("Ada Lovelace", patched.Text("name"));
    }

    [Fact]
    public async Task Activities_of_a_contact_are_listed_under_it()
    {
        var client = await NewClient();
        var contact = (await client.Post("/api/v1/contacts", """{"name":"Ada Lovelace"}""")).Id;
        var activity = (await client.Post("/api/v1/activities", $$"""{"type":"call","subject":"S","contact_id":"{{contact}}"}""")).Id;
        var list = await client.Get($"/api/contacts/{contact}/activities");
        Assert.Equal(activity, list.Json.GetProperty("data")[0].GetProperty("id").GetString());
        Assert.Equal("0", (await client.Get($"/api/v1/contacts/{contact}/activities?type=task")).Text("pagination.total"));
        Assert.Equal(404, (await client.Get("/api/v1/contacts/con_unknown/activities")).Status);
    }

    [Fact]
    public async Task Filters_and_sort_are_taken_from_the_query()
    {
        var client = await NewClient();
        for (var i = 1; i <= 4; i++) await client.Post("/api/v1/deals", $$"""{"title":"Deal {{i}}","value":{{i}}.50,"stage_id":{{i}}}""");
        async Task<string> Titles(string query) =>
            string.Join(",", (await client.Get($"/api/v1/deals?{query}")).Json.GetProperty("deals").EnumerateArray().Select(deal => deal.GetProperty("title").GetString()));
        Assert.Equal("Deal 4,Deal 3", await Titles("sort=-value&per_page=2"));
        Assert.Equal("Deal 2,Deal 1", await Titles("sort=-value&per_page=2&page=2"));
        Assert.Equal("Deal 2,Deal 3", await Titles("sort=title&value_min=2.5&value_max=3.50"));
        Assert.Equal("Deal 3", await Titles("stage_id=3&status=open"));
        Assert.Equal("Deal 1", await Titles("q=deal%201"));
        Assert.Equal("", await Titles("created_after=2124-01-01T00:00:00Z"));
        Assert.Equal("Deal 1", await Titles("created_after=2024-01-01&q=deal+1"));
        var first = await client.Get("/api/v1/deals?sort=title&limit=3");
        Assert.Equal("Deal 4", await Titles($"sort=title&limit=3&cursor={first.Text("pagination.next_cursor")}"));
        foreach (var query in new[] { "value_min=x", "stage_id=1.5", "created_after=yesterday" })
            Assert.Equal((query, 400, query.Split('=')[0]), (query, (await client.Get($"/api/v1/deals?{query}")).Status, (await client.Get($"/api/v1/deals?{query}")).Text("error.details.field")));
    }

    [Theory]
    [InlineData("deals", """{"title":"D","value":1.001}""", "value")]
    [InlineData("deals", """{"title":"D","value":"12"}""", "value")]
    [InlineData("deals", """{"title":"D","value":1e400}""", "value")]
    [InlineData("deals", """{"title":"D","value":1e28}""", "value")]
    [InlineData("deals", """{"value":1}""", "title")]
    [InlineData("deals", """{"title":"D","stage_id":99}""", "stage_id")]
    [InlineData("deals", """{"title":"D","expected_close_date":"2023-02-29"}""", "expected_close_date")]
    [InlineData("deals", """{"title":"D","contact_id":"con_unknown"}""", "contact_id")]
    [InlineData("leads", """{"source":"website"}""", "title")]
    [InlineData("leads", """{"title":"L","status":"won"}""", "status")]
    [InlineData("leads", """{"title":"L","contact_id":456}""", "contact_id")]
    [InlineData("leads", """{"title":"L","contact_id":"con_unknown"}""", "contact_id")]
    [InlineData("leads", """{"title":"L","amount":1.001}""", "amount")]
    [InlineData("activities", """{"type":"call","subject":"S","due_at":"0001-01-01T00:00:00+14:00"}""", "due_at")]
    [InlineData("activities", """{"type":"call","subject":"S","due_at":"9999-12-31T23:59:59-14:00"}""", "due_at")]
    [InlineData("activities", """{"type":"call","subject":"S","due_at":1704067200}""", "due_at")]
    [InlineData("activities", """{"type":"party","subject":"S"}""", "type")]
    [InlineData("contacts", """{"email":"ada@example.com"}""", "name")]
    [InlineData("contacts", """{"name":"Ada","email":"ada"}""", "email")]
    [InlineData("contacts", """{"name":"Ada","tags":"vip"}""", "tags")]
    public async Task Fault_names_the_field(string plural, string body, string field)
    {
        var answer = await (await NewClient()).Post($"/api/v1/{plural}", body);
        Assert.Equal((400, "VALIDATION_ERROR", field), (answer.Status, answer.Text("error.code"), answer.Text("error.details.field")));
    }

    private async Task<ApiClient> NewClient() => await api.WithKey(await api.NewOrganization(), ApiMode.Live, "*");
}
