using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Access.Api;

/// <summary>Members, invitations and the audit log over HTTP: every status, role, and another tenant.</summary>
public sealed class MembersApiTests(ApiHost api) : IClassFixture<ApiHost>
{
    [Theory]
    [InlineData("/api/v1")]
    [InlineData("/api")]
    public async Task Invitation_is_made_read_changed_sent_again_and_taken_back_on_both_surfaces(string surface)
    {
        var wrapped = surface == "/api";
        var client = await api.WithKey(await api.NewOrganization(), ApiMode.Live, "*");
        var created = await client.Post($"{surface}/invitations", """{"email":"guest@example.com","role":"developer"}""");
        Assert.Equal(201, created.Status);
        var id = created.Text(wrapped ? "data.id" : "id");
        Assert.Equal($"{surface}/invitations/{id}", created.Location);
        Assert.DoesNotContain("token", created.Json.ToString(), StringComparison.Ordinal);

        var path = $"{surface}/invitations/{id}";
        Assert.Equal("pending", (await client.Get(path)).Text(wrapped ? "data.status" : "status"));
        Assert.Equal("viewer", (await client.Patch(path, """{"role":"viewer"}""")).Text(wrapped ? "data.role" : "role"));
        Assert.Equal(200, (await client.Post($"{path}/resend", "{}")).Status);
        Assert.Equal("1", (await client.Get($"{surface}/invitations")).Text(wrapped ? "meta.total" : "pagination.total"));
        Assert.Equal(wrapped ? 200 : 204, (await client.Delete(path)).Status);
        Assert.Equal(404, (await client.Get(path)).Status);
    }

    [Theory]
    [InlineData("""{"role":"viewer"}""", 400, "email")]
    [InlineData("""{"email":"guest@example.com"}""", 400, "role")]
    [InlineData("""{"email":"guest@example.com","role":"emperor"}""", 400, "role")]
    [InlineData("""{"email":"nobody","role":"viewer"}""", 400, "email")]
    public async Task Invitation_that_cannot_be_taken_names_its_field(string body, int status, string field)
    {
        var client = await api.WithKey(await api.NewOrganization(), ApiMode.Live, "*");
        var answer = await client.Post("/api/v1/invitations", body);
        Assert.Equal((status, field), (answer.Status, answer.Text("error.details.field")));
    }

    [Fact]
    public async Task Address_that_is_invited_already_is_a_conflict()
    {
        var client = await api.WithKey(await api.NewOrganization(), ApiMode.Live, "*");
        await client.Post("/api/v1/invitations", """{"email":"guest@example.com","role":"viewer"}""");
        Assert.Equal(409, (await client.Post("/api/v1/invitations", """{"email":"GUEST@example.com","role":"viewer"}""")).Status);
    }

    [Fact]
    public async Task Each_role_and_scope_may_do_what_it_says()
    {
        var organization = await api.NewOrganization();
        var target = await api.WithRole(organization, Role.Viewer);
        var id = (await target.Get("/api/v1/auth/me")).Id;
        foreach (var (client, read, write) in new (ApiClient, int, int)[]
        {
            (api.Anonymous(), 401, 401),
            (await api.WithKey(organization, ApiMode.Live, "contacts:read"), 403, 403),
            (await api.WithKey(organization, ApiMode.Live, "members:read"), 200, 403),
            (await api.WithKey(organization, ApiMode.Live, "members:*"), 200, 403),
            (await api.WithKey(organization, ApiMode.Live, "*"), 200, 200),
            (target, 200, 403),
            (await api.WithRole(organization, Role.Developer), 200, 403),
            (await api.WithRole(organization, Role.Admin), 200, 200),
            (await api.WithRole(organization, Role.Owner), 200, 200),
        })
        {
            Assert.Equal(read, (await client.Get("/api/v1/members")).Status);
            Assert.Equal(read, (await client.Get($"/api/v1/members/{id}")).Status);
            Assert.Equal(read, (await client.Get("/api/v1/invitations")).Status);
            Assert.Equal(write, (await client.Patch($"/api/v1/members/{id}", """{"role":"viewer"}""")).Status);
        }
    }

    [Fact]
    public async Task Members_of_another_organization_are_not_there()
    {
        var organization = await api.NewOrganization();
        var member = (await (await api.WithRole(organization, Role.Viewer)).Get("/api/v1/auth/me")).Id;
        var invitation = (await (await api.WithKey(organization, ApiMode.Live, "*")).Post("/api/v1/invitations", """{"email":"g@example.com","role":"viewer"}""")).Id;
        var stranger = await api.WithRole(await api.NewOrganization(), Role.Owner);
        foreach (var path in new[] { $"/api/v1/members/{member}", $"/api/v1/invitations/{invitation}" })
        {
            Assert.Equal(404, (await stranger.Get(path)).Status);
            Assert.Equal(404, (await stranger.Patch(path, """{"role":"viewer"}""")).Status);
            Assert.Equal(404, (await stranger.Delete(path)).Status);
        }

        Assert.Equal("1", (await stranger.Get("/api/v1/members")).Text("pagination.total"));
    }

    [Fact]
    public async Task Owners_are_changed_by_owners_only_and_the_last_one_stays()
    {
        var organization = await api.NewOrganization();
        var owner = await api.WithRole(organization, Role.Owner);
        var admin = await api.WithRole(organization, Role.Admin);
        var id = (await owner.Get("/api/v1/auth/me")).Id;
        var refused = await admin.Patch($"/api/v1/members/{id}", """{"role":"viewer"}""");
        Assert.Equal((403, "owner"), (refused.Status, refused.Text("error.details.role")));
        Assert.Equal(403, (await (await api.WithKey(organization, ApiMode.Live, "*")).Delete($"/api/v1/members/{id}")).Status);
        var last = await owner.Patch($"/api/v1/members/{id}", """{"role":"viewer"}""");
        Assert.Equal((409, "last_owner"), (last.Status, last.Text("error.details.reason")));
        Assert.Equal(400, (await owner.Patch($"/api/v1/members/{id}", "{}")).Status);
        Assert.Equal(400, (await owner.Get("/api/v1/members?role=emperor")).Status);
        Assert.Equal("1", (await owner.Get("/api/v1/members?role=owner")).Text("pagination.total"));
    }

    [Fact]
    public async Task Changed_role_holds_on_the_next_call_and_removal_ends_the_token()
    {
        var organization = await api.NewOrganization();
        var owner = await api.WithRole(organization, Role.Owner);
        var member = await api.WithRole(organization, Role.Viewer);
        var id = (await member.Get("/api/v1/auth/me")).Id;
        Assert.Equal(403, (await member.Post("/api/v1/contacts", """{"name":"Ada"}""")).Status);
        Assert.Equal(200, (await owner.Patch($"/api/v1/members/{id}", """{"role":"developer"}""")).Status);
        Assert.Equal(201, (await member.Post("/api/v1/contacts", """{"name":"Ada"}""")).Status);
        Assert.Equal(204, (await owner.Delete($"/api/v1/members/{id}")).Status);
        Assert.Equal(401, (await member.Get("/api/v1/contacts")).Status);
    }

    [Fact]
    public async Task Audit_log_is_read_by_administrators_and_by_keys_with_its_scope()
    {
        var organization = await api.NewOrganization();
        var admin = await api.WithRole(organization, Role.Admin);
        await admin.Post("/api/v1/invitations", """{"email":"g@example.com","role":"viewer"}""");
        var list = await admin.Get("/api/v1/audit-log?action=invitation&per_page=1");
        Assert.Equal((200, "1"), (list.Status, list.Text("pagination.total")));
        var entry = list.Json.GetProperty("audit_entries")[0];
        Assert.Equal("invitation.created", entry.GetProperty("action").GetString());
        var id = entry.GetProperty("id").GetString();
        Assert.Equal(200, (await admin.Get($"/api/v1/audit-log/{id}")).Status);
        Assert.Equal(200, (await (await api.WithKey(organization, ApiMode.Live, "audit:read")).Get("/api/audit-log")).Status);
        Assert.Equal(400, (await admin.Get("/api/v1/audit-log?from=yesterday")).Status);

        Assert.Equal(401, (await api.Anonymous().Get("/api/v1/audit-log")).Status);
        Assert.Equal(403, (await (await api.WithRole(organization, Role.Developer)).Get("/api/v1/audit-log")).Status);
        Assert.Equal(403, (await (await api.WithKey(organization, ApiMode.Live, "members:*")).Get("/api/v1/audit-log")).Status);
        var stranger = await api.WithRole(await api.NewOrganization(), Role.Owner);
        Assert.Equal(404, (await stranger.Get($"/api/v1/audit-log/{id}")).Status);
        Assert.Equal("0", (await stranger.Get("/api/v1/audit-log")).Text("pagination.total"));
    }
}
