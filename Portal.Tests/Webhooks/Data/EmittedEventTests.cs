using System.Text.Json;
using Portal.Core.Access;
using Portal.Core.Crm;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Json.Schema;
using Portal.Core.Webhooks.Catalogue;
using Portal.Tests.Crm.Data;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Webhooks.Data;

public sealed class EmittedEventsOnSqliteTests(SqliteCore core) : EmittedEventTests(core), IClassFixture<SqliteCore>;

public sealed class EmittedEventsOnPostgresTests(PostgresCore core) : EmittedEventTests(core), IClassFixture<PostgresCore>;

/// <summary>What the portal itself puts into the outbox is what its catalogue describes.</summary>
public abstract class EmittedEventTests(CoreHost core) : CrmTests(core)
{
    [Fact]
    public async Task Every_event_that_the_portal_emits_fits_its_schema()
    {
        // Keys belong to an organization that exists.
        await Core.Get<PortalStore>().WriteAcross((db, _) => Task.FromResult(db.Add(new Organization { Id = Tenant.OrganizationId, Name = "Tests", Plan = Plan.Enterprise, CreatedAt = Core.Time.GetUtcNow() })), None);
        var contact = await Contacts.Create(Actor, new ContactInput { Name = "Ada Lovelace", Email = "ada@analytical.example", Tags = ["a"] }, None);
        await Contacts.Update(Actor, contact.Id, new ContactPatch { Title = new("CTO"), Email = new(null) }, None);
        var lead = await Leads.Create(Actor, new LeadInput { Title = "Engines", ContactId = contact.Id, Amount = 12.5m, Currency = "GBP" }, None);
        await Leads.Update(Actor, lead.Id, new LeadPatch { ContactId = new(null), Status = new("lost") }, None);
        await Leads.Delete(Actor, lead.Id, None);
        var deal = await Deals.Create(Actor, new DealInput { Title = "Engine", Value = 12.5m, ContactId = contact.Id, ExpectedCloseDate = new DateOnly(2024, 6, 30) }, None);
        await Deals.Update(Actor, deal.Id, new DealPatch { StageId = new(3) }, None);
        var activity = await Activities.Create(Actor, new ActivityInput { Type = "call", Subject = "Call", DealId = deal.Id, DueAt = Core.Time.GetUtcNow() }, None);
        await Activities.Update(Actor, activity.Id, new ActivityPatch { CompletedAt = new(Core.Time.GetUtcNow()) }, None);
        await Activities.Delete(Actor, activity.Id, None);
        await Deals.Delete(Actor, deal.Id, None);
        await Contacts.Delete(Actor, contact.Id, None);
        var key = await Core.Get<ApiKeyService>().Create(Actor, new ApiKeyInput { Name = "Key", Scopes = ["contacts:read"] }, None);
        await Core.Get<ApiKeyService>().Revoke(Actor, key.Id, None);

        var events = Core.Events(Tenant);
        Assert.Equal(
            ["activity.created", "activity.deleted", "activity.updated", "contact.created", "contact.deleted", "contact.updated", "deal.created", "deal.deleted", "deal.stage_changed", "deal.updated", "key.created", "key.revoked", "lead.created", "lead.deleted", "lead.updated"],
            events.Select(row => row.Type).Distinct().Order(StringComparer.Ordinal));
        Assert.All(events, row => Assert.Empty(
            SchemaValidator.Faults(JsonSerializer.SerializeToElement(BuiltInEventTypes.All[row.Type].Schema), JsonElement.Parse(row.Data), row.Type)));
    }
}
