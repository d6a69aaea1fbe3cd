using System.Text.Json;
using Portal.Core.Access;
using Portal.Core.Billing;
using Portal.Core.Shared.Data;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Billing.Api;

/// <summary>What an organization may use and what it uses, over HTTP.</summary>
public sealed class QuotasApiTests(ApiHost api) : IClassFixture<ApiHost>
{
    private const string Quotas = "/api/v1/quotas";

    [Fact]
    public async Task Quota_has_the_contracts_fields_on_both_surfaces()
    {
        var organization = await api.NewOrganization();
        await api.Get<OrganizationUsage>().Count(organization, UsageKind.WorkflowExecutions, 12);
        var client = await api.WithKey(organization, ApiMode.Test, "usage:read");
        var answer = await client.Get(Quotas);
        Assert.Equal((200, organization, "monthly", "12", "0"), (answer.Status, answer.Text("organization_id"), answer.Text("period"), answer.Text("current_usage.workflow_executions"), answer.Text("current_usage.ai_tokens")));
        string[] fields = ["workflow_executions", "ai_api_calls", "ai_tokens", "storage_mb", "collaborators"];
        Assert.Equal(fields, answer.Json.GetProperty("limits").EnumerateObject().Select(field => field.Name));
        Assert.Equal(fields, answer.Json.GetProperty("current_usage").EnumerateObject().Select(field => field.Name));
        Assert.All(answer.Json.GetProperty("limits").EnumerateObject(), limit => Assert.Equal(JsonValueKind.Null, limit.Value.ValueKind));
        Assert.True(answer.Json.GetProperty("reset_date").GetDateTimeOffset() is { Day: 1, Hour: 0, Minute: 0 });
        var yearly = await client.Get("/api/quotas?period=yearly");
        Assert.Equal(("True", "yearly"), (yearly.Text("success"), yearly.Text("data.period")));
        Assert.True(yearly.Json.GetProperty("data").GetProperty("reset_date").GetDateTimeOffset() is { Day: 1, Month: 1 });
        Assert.Equal("daily", (await client.Get(Quotas + "?period=daily")).Text("period"));
    }

    [Fact]
    public async Task Odd_period_missing_scope_and_credential_are_refused()
    {
        var organization = await api.NewOrganization();
        var answer = await (await api.WithKey(organization, ApiMode.Live, "usage:read")).Get(Quotas + "?period=weekly");
        Assert.Equal((400, "period"), (answer.Status, answer.Text("error.details.field")));
        Assert.Equal(403, (await (await api.WithKey(organization, ApiMode.Live, "ai:*")).Get(Quotas)).Status);
        Assert.Equal(401, (await api.Anonymous().Get(Quotas)).Status);
        var member = await (await api.WithRole(organization, Role.Viewer)).Get(Quotas);
        Assert.Equal((200, "1"), (member.Status, member.Text("current_usage.collaborators")));
    }

    [Fact]
    public async Task Use_of_another_organization_is_not_shown()
    {
        await api.Get<OrganizationUsage>().Count(await api.NewOrganization(), UsageKind.AiTokens, 4711);
        var client = await api.WithKey(await api.NewOrganization(), ApiMode.Live, "usage:read");
        Assert.Equal("0", (await client.Get(Quotas)).Text("current_usage.ai_tokens"));
    }
}
