using System.Text.Json;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Workflows.Templates;

/// <summary>The templates that a form sets off.</summary>
public sealed class FormTemplatesTests(ApiHost portal) : TemplateTest(portal), IClassFixture<ApiHost>
{
    private string Team => $"team-{Mailbox}";

    [Fact]
    public async Task Form_makes_contact_lead_and_note_and_both_sides_get_a_mail()
    {
        var used = await Use("form_to_crm", new { team_email = Team, source = "fair" });
        await Send(used, new { name = "Ada Lovelace", email = Mailbox.ToUpperInvariant(), company = "Analytical Engines", message = "Do you sell gears?\nKind regards" });
        Assert.Equal(["form", "find", "known", "contact", "lead", "note", "team", "thanks"], (await Ended(used)).Steps);
        var contact = Assert.Single(await All("contacts"));
        Assert.Equal(("Ada Lovelace", Mailbox.ToLowerInvariant(), "Analytical Engines", null), (Text(contact, "name"), Text(contact, "email"), Text(contact, "company"), Text(contact, "phone")));
        var lead = Assert.Single(await All("leads"));
        Assert.Equal(("Message from Ada Lovelace", "fair", Text(contact, "id")), (Text(lead, "title"), Text(lead, "source"), Text(lead, "contact_id")));
        var note = Assert.Single(await All("activities"));
        Assert.Equal(("note", "Do you sell gears?\nKind regards", Text(contact, "id")), (Text(note, "type"), Text(note, "description"), Text(note, "contact_id")));
        var told = await Mail(Team);
        Assert.Equal("Message from Ada Lovelace", told.Subject);
        Assert.Contains($"Ada Lovelace, Analytical Engines\n{Mailbox.ToUpperInvariant()}", told.Body, StringComparison.Ordinal);
        var thanks = await Mail(Mailbox.ToUpperInvariant());
        Assert.Equal((Team, "Thank you for your message. We have it, and come back to you soon."), (thanks.ReplyTo, thanks.Body));
    }

    [Fact]
    public async Task Known_sender_gets_another_lead_and_no_thanks_where_none_are_wanted()
    {
        await New("contacts", new { name = "Ada Lovelace", email = Mailbox.ToLowerInvariant() });
        var used = await Use("form_to_crm", new { team_email = Team, say_thanks = false });
        await Send(used, new { name = new string('A', 400), email = Mailbox, message = new string('m', 15_000) });
        Assert.Equal(["form", "find", "known", "lead", "note", "team"], (await Ended(used)).Steps);
        Assert.Single(await All("contacts"));
        Assert.Single(await All("leads"));
        Assert.Equal(10_000, Text(Assert.Single(await All("activities")), "description")!.Length);
        Assert.Contains(new string('m', 15_000), (await Mail(Team)).Body, StringComparison.Ordinal);
        Assert.Empty(await Mails());
    }

    [Fact]
    public async Task Message_that_cannot_be_kept_goes_to_the_team_by_mail()
    {
        // The workflow may do what its author might, and that is without leads.
        Api = await Portal.WithKey(OrganizationId, ApiMode.Live, "workflows:*", "contacts:*", "messages:*");
        var used = await Use("form_to_crm", new { team_email = Team, form_title = "Ask us" });
        Assert.Contains("Ask us", await Page(used), StringComparison.Ordinal);
        await Send(used, new { name = "Ada Lovelace", email = Mailbox, message = "Do you sell gears?" });
        Assert.Equal(["form", "find", "known", "contact", "lead failed", "unkept"], (await Ended(used)).Steps);
        var mail = await Mail(Team);
        Assert.Equal(("A message that is not in the CRM", Mailbox), (mail.Subject, mail.ReplyTo));
        Assert.Contains("Do you sell gears?\n\nAda Lovelace", mail.Body, StringComparison.Ordinal);
        Assert.Contains("leads:write", mail.Body, StringComparison.Ordinal);
        Assert.Empty(await Mails());
    }

    [Fact]
    public async Task Small_discount_is_given_at_once()
    {
        var used = await Use("discount_approval", new { });
        var deal = await New("deals", new { title = "Ten engines", value = 999.99, currency = "GBP" });
        await Send(used, new { deal_id = Text(deal, "id"), percent = 5, reason = "A friend.", email = Mailbox });
        Assert.Equal(["request", "deal", "small", "now", "give", "note", "yes"], (await Ended(used)).Steps);
        Assert.Equal(949.99m, (await Get("deals", Text(deal, "id")!)).GetProperty("value").GetDecimal());
        var note = Assert.Single(await All("activities"));
        Assert.Equal((Text(deal, "id"), "Discount of 5 %"), (Text(note, "deal_id"), Text(note, "subject")));
        Assert.Equal("Ten engines is now 949.99 GBP.", (await Mail()).Body);
    }

    [Fact]
    public async Task Large_discount_waits_for_an_approver_and_counts_from_the_value_of_then()
    {
        var used = await Use("discount_approval", new { free_percent = 10, approver_role = "admin" });
        var deal = await New("deals", new { title = "Ten engines", value = 1000 });
        await Send(used, new { deal_id = Text(deal, "id"), percent = 12.5, reason = "They pay at once.", email = Mailbox });
        var approval = await Approval();
        Assert.Equal(("Discount of 12.5 % on Ten engines", "They pay at once."), (Text(approval, "title"), Text(approval, "message")));
        Assert.Equal(875m, approval.GetProperty("data").GetProperty("new_value").GetDecimal());
        Assert.Empty(await Mails());
        var developer = await Portal.WithRole(OrganizationId, Role.Developer);
        Assert.Equal(403, (await developer.Post($"/api/v1/tasks/{Text(approval, "id")}/approve", "{}")).Status);
        await Api.Patch($"/api/v1/deals/{Text(deal, "id")}", """{"value":2000}""");
        await Decide(approval, "approve");
        Assert.Equal(["request", "deal", "small", "ask", "now", "give", "note", "yes"], (await Ended(used)).Steps);
        Assert.Equal(1750m, (await Get("deals", Text(deal, "id")!)).GetProperty("value").GetDecimal());
        Assert.Contains("Allowed by usr_", Text(Assert.Single(await All("activities")), "description"), StringComparison.Ordinal);
        Assert.Equal("Your discount of 12.5 % is given", (await Mail()).Subject);
    }

    [Theory]
    [InlineData("Not in this quarter.", "Ten engines stays as it is: Not in this quarter.")]
    [InlineData(null, "Ten engines stays as it is: the approvers said no.")]
    public async Task Rejected_discount_leaves_the_deal_as_it_is(string? comment, string said)
    {
        var used = await Use("discount_approval", new { });
        var deal = await New("deals", new { title = "Ten engines", value = 1000 });
        await Send(used, new { deal_id = Text(deal, "id"), percent = 40, reason = "They asked.", email = Mailbox });
        await Decide(await Approval(), "reject", comment);
        Assert.Equal(["request", "deal", "small", "ask", "no"], (await Ended(used)).Steps);
        Assert.Equal(1000m, (await Get("deals", Text(deal, "id")!)).GetProperty("value").GetDecimal());
        Assert.Equal(said, (await Mail()).Body);
    }

    [Fact]
    public async Task Discount_on_what_is_closed_or_missing_or_on_too_much_is_refused_by_mail()
    {
        var used = await Use("discount_approval", new { });
        var deal = await New("deals", new { title = "Ten engines", value = 1000, status = "won" });
        await Send(used, new { deal_id = Text(deal, "id"), percent = 1, reason = "Too late.", email = Mailbox });
        Assert.Equal(["request", "deal", "small", "no"], (await Ended(used)).Steps);
        await Send(used, new { deal_id = "deal_none", percent = 1, reason = "Nothing.", email = Mailbox });
        await Ended(used, 2);
        await Send(used, new { deal_id = Text(deal, "id"), percent = 100, reason = "All.", email = Mailbox });
        Assert.Equal(["request", "deal failed", "fault"], (await Ended(used, 3))[0].Steps);
        var mails = await Mails();
        Assert.Equal("Ten engines stays as it is: the deal is closed.", mails[0].Body);
        Assert.StartsWith("Deal deal_none: ", mails[1].Body, StringComparison.Ordinal);
        Assert.EndsWith("A discount is more than 0 and less than 100 percent.", mails[2].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deal_that_is_gone_when_the_discount_is_allowed_is_told_of()
    {
        var used = await Use("discount_approval", new { });
        var deal = await New("deals", new { title = "Ten engines", value = 1000 });
        await Send(used, new { deal_id = Text(deal, "id"), percent = 40, reason = "They asked.", email = Mailbox });
        var approval = await Approval();
        Assert.Equal(204, (await Api.Delete($"/api/v1/deals/{Text(deal, "id")}")).Status);
        await Decide(approval, "approve");
        Assert.Equal(["request", "deal", "small", "ask", "now failed", "fault"], (await Ended(used)).Steps);
        Assert.StartsWith($"Deal {Text(deal, "id")}: ", (await Mail()).Body, StringComparison.Ordinal);
    }

    private async Task<string> Page(UsedTemplate used)
    {
        using var http = Portal.Http();
        return await http.GetStringAsync(used.Path);
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
