using System.Text.Json;
using Portal.Core.Shared.Json.Schema;
using Portal.Core.Webhooks.Catalogue;

namespace Portal.Tests.Webhooks.Unit;

public sealed class BuiltInEventTypeTests
{
    public static TheoryData<string> Types => [.. BuiltInEventTypes.All.Keys];

    [Theory]
    [MemberData(nameof(Types))]
    public void Type_has_a_schema_that_can_be_checked_and_an_example_that_fits(string name)
    {
        var type = BuiltInEventTypes.All[name];
        var schema = JsonSerializer.SerializeToElement(type.Schema);
        Assert.Empty(SchemaRules.Faults(schema, "schema"));
        Assert.Empty(SchemaValidator.Faults(schema, JsonSerializer.SerializeToElement(type.Sample), "example"));
        Assert.NotEmpty(SchemaValidator.Faults(schema, JsonElement.Parse("{}"), "example"));
        Assert.EndsWith(".", type.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void Catalogue_has_every_type_of_the_contract()
    {
        const string contract = """
            contact.created contact.updated contact.deleted deal.created deal.updated deal.stage_changed lead.created lead.updated lead.scored activity.created interaction.logged
            expense.created invoice.created invoice.paid ticket.created ticket.updated call.started call.completed quote.created quote.updated form.submitted form.approved form.rejected
            workflow.transitioned workflow.execution.completed workflow.execution.failed gl.posted approval.requested integration.installed integration.sync.completed integration.sync.failed
            key.created key.revoked quota.threshold_reached
            """;
        Assert.Empty(contract.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Except(BuiltInEventTypes.All.Keys));
    }

    [Fact]
    public void Moments_and_missing_values_of_a_resource_are_described()
    {
        var properties = BuiltInEventTypes.All["deal.created"].Schema["properties"]!;
        Assert.Equal("""{"type":"string","format":"date-time"}""", properties["created_at"]!.ToJsonString());
        Assert.Equal("""["string","null"]""", properties["contact_id"]!["type"]!.ToJsonString());
        Assert.Equal("date", (string?)properties["expected_close_date"]!["format"]);
    }
}
