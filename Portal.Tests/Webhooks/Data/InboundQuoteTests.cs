using System.Text.Json;
using Portal.Core.Crm;
using Portal.Core.Shared.Json.Schema;
using Portal.Core.Shared.Paging;
using Portal.Core.Webhooks.Catalogue;
using Portal.Core.Webhooks.Inbound;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Webhooks.Data;

public sealed class InboundQuotesOnSqliteTests(SqliteCore core) : InboundQuoteTests(core), IClassFixture<SqliteCore>;

public sealed class InboundQuotesOnPostgresTests(PostgresCore core) : InboundQuoteTests(core), IClassFixture<PostgresCore>;

/// <summary>What becomes of providers' messages: leads of quotes, events of all others.</summary>
public abstract class InboundQuoteTests(CoreHost core) : InboundFixture(core)
{
    [Fact]
    public async Task Quote_becomes_a_contact_and_a_lead_with_their_events()
    {
        var source = await NewSource();
        await Processed(source.Id, """{"quote_id":"Q-1007","amount":2400.5,"customer_name":"Jane Smith","customer_email":"jane@company.com"}""");
        var lead = Assert.Single(await AllLeads());
        Assert.Equal(("quoteiq", "new_lead", "Q-1007", 2400.50m, null), (lead.Source, lead.Status, lead.QuoteId, lead.Amount, lead.Currency));
        Assert.Equal(("Jane Smith", "jane@company.com"), (lead.Contact!.Name, lead.Contact.Email));
        Assert.Equal("Smith", (await Contacts.Get(Tenant, lead.ContactId!, None)).LastName);
        Assert.Equal(["contact.created", "lead.created", "quote.created"], EventTypes);
        var quote = LastEvent("quote.created");
        Assert.Equal(("Q-1007", lead.Id, lead.ContactId), (quote.GetProperty("id").GetString(), quote.GetProperty("lead_id").GetString(), quote.GetProperty("contact_id").GetString()));
        EventsFit();
    }

    [Fact]
    public async Task Source_in_test_mode_makes_test_data()
    {
        var test = Portal.Core.Access.Actor.System(Tenant with { Mode = Portal.Core.Shared.Data.ApiMode.Test });
        var source = await Sources.Create(test, new InboundSourceInput { Provider = "quoteiq", Secret = Secret }, None);
        Assert.Null((await Receiver.Receive("quoteiq", source.Id, QuoteIq(Quote("q1")), None)).Refusal);
        await Queue.ProcessDue(None);
        Assert.Equal(1, (await Leads.List(test.Tenant, new LeadFilter(), new PageRequest(), None)).Total);
        Assert.Empty(await AllLeads());
        Assert.Empty(EventTypes);
    }

    [Fact]
    public async Task Quotes_contact_is_found_by_its_address_in_any_case()
    {
        var contact = await Contacts.Create(Actor, new ContactInput { Name = "J. Smith", Email = "jane@company.com" }, None);
        var source = await NewSource();
        await Processed(source.Id, Quote("q1", email: "Jane@Company.com"));
        await Processed(source.Id, Quote("q2"));
        Assert.All(await AllLeads(), lead => Assert.Equal(contact.Id, lead.ContactId));
        Assert.Equal("J. Smith", (await Contacts.Get(Tenant, contact.Id, None)).Name);
        Assert.Equal(1, (await Contacts.List(Tenant, new ContactFilter(), new PageRequest(), None)).Total);
    }

    [Fact]
    public async Task Changed_quote_changes_its_lead_and_makes_no_second()
    {
        var source = await NewSource();
        await Processed(source.Id, Quote("q1", 1000));
        var before = Assert.Single(await AllLeads());
        await Leads.Update(Actor, before.Id, new LeadPatch { Status = new("contacted"), Title = new("Mine") }, None);
        await Processed(source.Id, Quote("q1", 1200, type: "quote.updated"));
        var lead = Assert.Single(await AllLeads());
        Assert.Equal((1200.00m, "contacted", "Mine", before.ContactId), (lead.Amount, lead.Status, lead.Title, lead.ContactId));
        Assert.Equal(1000.00m, LastEvent("quote.updated").GetProperty("changes").GetProperty("amount").GetDecimal());
        Assert.Equal(["contact.created", "lead.created", "quote.created", "lead.updated", "lead.updated", "quote.updated"], EventTypes);
        await Processed(source.Id, Quote("q1", 1200, "other@company.com", "Other Person", "quote.updated"));
        Assert.Equal("Other Person", Assert.Single(await AllLeads()).Contact!.Name);
        EventsFit();
    }

    [Fact]
    public async Task Change_of_an_unknown_quote_makes_the_lead_and_its_beginning_that_comes_late_changes_nothing()
    {
        var source = await NewSource();
        await Processed(source.Id, Quote("q1", 1200, type: "quote.updated"));
        await Processed(source.Id, Quote("q1", 1000));
        Assert.Equal(1200.00m, Assert.Single(await AllLeads()).Amount);
        Assert.Equal(["contact.created", "lead.created", "quote.updated", "quote.created"], EventTypes);
    }

    [Theory]
    [InlineData("""{"event":"quote.created","data":{"quote_id":77,"amount":"12.50","customer_name":"Jane","currency":"EUR","status":"sent","number":"N-7"}}""", "77", 12.50, "EUR")]
    [InlineData("""{"type":"quote.created","quote_id":"q","amount":0,"customer":{"name":"Jane","email":"jane@company.com"}}""", "q", 0, null)]
    [InlineData("""{"quote_id":"q","amount":1e2,"customer_email":"jane@company.com","unknown":[1,{"a":null}]}""", "q", 100, null)]
    public async Task Quotes_are_read_in_the_forms_they_come_in(string body, string id, double amount, string? currency)
    {
        var source = await NewSource();
        await Processed(source.Id, body);
        var lead = Assert.Single(await AllLeads());
        Assert.Equal((id, (decimal)amount, currency), (lead.QuoteId, lead.Amount, lead.Currency));
        EventsFit();
    }

    [Theory]
    [InlineData("not json", "not a JSON object")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("{}", "quote_id is required.")]
    [InlineData("""{"quote_id":"q","amount":-1,"customer_name":"J"}""", "negative")]
    [InlineData("""{"quote_id":"q","amount":1.005,"customer_name":"J"}""", "two decimals")]
    [InlineData("""{"quote_id":"q","amount":1e30,"customer_name":"J"}""", "amount")]
    [InlineData("""{"quote_id":"q","amount":1}""", "customer_name or customer_email")]
    [InlineData("""{"quote_id":"q","amount":1,"customer_email":"jane"}""", "email")]
    [InlineData("""{"quote_id":"q\u0000","amount":1,"customer_name":"J"}""", "null character")]
    [InlineData("""{"quote_id":"\ud800","amount":1,"customer_name":"J"}""", "Unicode")]
    [InlineData("""{"event":"quote.exploded","quote_id":"q","amount":1,"customer_name":"J"}""", "quote.exploded")]
    public async Task Message_that_cannot_be_used_fails_at_once_with_the_reason(string body, string reason)
    {
        var source = await NewSource();
        var id = (await Taken(source.Id, QuoteIq(body))).MessageId!;
        await Queue.ProcessDue(None);
        var message = await Stored(id);
        Assert.Equal((InboundStatus.Failed, 1, null), (message.Status, message.Attempts, message.DueAt));
        Assert.Contains(reason, message.Error, StringComparison.Ordinal);
        Assert.Empty(EventTypes);
        Assert.Equal(0, (await Sources.Get(Tenant, source.Id, None)).SuccessRate);
        Assert.Equal(id, Assert.Single((await Sources.Status(Tenant, source.Id, None)).RecentErrors).MessageId);
    }

    [Theory]
    [InlineData("""{"ref":"refs/heads/main","n":1.50}""", "application/json", """{"ref":"refs/heads/main","n":1.50}""")]
    [InlineData("""[1,"a"]""", "application/json", """{"value":[1,"a"]}""")]
    [InlineData("a=1&b=x+y%26&b=2", "application/x-www-form-urlencoded", """{"a":"1","b":["x y\u0026","2"]}""")]
    [InlineData("plain words", "text/plain", """{"text":"plain words"}""")]
    public async Task Other_providers_messages_become_events_for_subscribers(string body, string contentType, string payload)
    {
        var source = await NewSource("github");
        var outcome = await Taken(source.Id, GitHub(body, contentType: contentType));
        await Queue.ProcessDue(None);
        Assert.Equal(InboundStatus.Processed, (await Stored(outcome.MessageId!)).Status);
        var data = LastEvent("inbound.received");
        Assert.Equal((outcome.MessageId, "github", source.Id, "push", "d1"),
            (data.GetProperty("id").GetString(), data.GetProperty("provider").GetString(), data.GetProperty("source_id").GetString(), data.GetProperty("type").GetString(), data.GetProperty("event_id").GetString()));
        Assert.Equal(payload, data.GetProperty("payload").GetRawText());
        EventsFit();
    }

    [Theory]
    [InlineData("""{"a":"\ud800"}""")]
    [InlineData("""{"a":1,"a":2}""")]
    public async Task Payload_that_no_receiver_could_read_fails_with_the_reason(string body)
    {
        var source = await NewSource("github");
        var outcome = await Taken(source.Id, GitHub(body));
        await Queue.ProcessDue(None);
        Assert.Equal(InboundStatus.Failed, (await Stored(outcome.MessageId!)).Status);
        Assert.Empty(EventTypes);
    }

    private async Task Processed(string sourceId, string body)
    {
        var outcome = await Taken(sourceId, QuoteIq(body));
        await Queue.ProcessDue(None);
        var message = await Stored(outcome.MessageId!);
        Assert.Equal((InboundStatus.Processed, null), (message.Status, message.Error));
        // Titles and events in the order in which they came.
        Core.Time.Advance(TimeSpan.FromMilliseconds(1));
    }

    private async Task<IReadOnlyList<LeadResource>> AllLeads() => (await Leads.List(Tenant, new LeadFilter(), new PageRequest(), None)).Items;

    private void EventsFit() => Assert.All(Core.Events(Tenant), row => Assert.Empty(
        SchemaValidator.Faults(JsonSerializer.SerializeToElement(BuiltInEventTypes.All[row.Type].Schema), JsonElement.Parse(row.Data), row.Type)));
}
