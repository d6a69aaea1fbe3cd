using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Paging;
using Portal.Core.Webhooks.Inbound;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Webhooks.Data;

public sealed class InboundSourcesOnSqliteTests(SqliteCore core) : InboundSourcesTests(core), IClassFixture<SqliteCore>;

public sealed class InboundSourcesOnPostgresTests(PostgresCore core) : InboundSourcesTests(core), IClassFixture<PostgresCore>;

public abstract class InboundSourcesTests(CoreHost core) : InboundFixture(core)
{
    [Fact]
    public async Task Source_is_set_up_as_the_document_configures_it()
    {
        var input = new InboundSourceInput { Provider = "quoteiq", Url = "https://api.dynamis.ai/webhooks/quoteiq", Events = ["quote.created", "quote.updated"], Secret = Secret };
        var configured = await Sources.Configure(Actor, input, None);
        Assert.StartsWith("whk_", configured.WebhookId, StringComparison.Ordinal);
        Assert.Equal(("active", null, null), (configured.Status, configured.LastTriggered, configured.Secret));
        Assert.EndsWith($"/webhooks/quoteiq/{configured.WebhookId}", configured.Url, StringComparison.Ordinal);
        var status = await Sources.Status(Tenant, configured.WebhookId, None);
        Assert.Equal((configured.WebhookId, "active", null, null), (status.WebhookId, status.Status, status.LastTriggered, status.SuccessRate));
        Assert.Empty(status.RecentErrors);
    }

    [Fact]
    public async Task Configuring_again_changes_the_source_that_is_there()
    {
        var input = new InboundSourceInput { Provider = "quoteiq", Url = "https://api.dynamis.ai/webhooks/quoteiq", Events = ["quote.created"], Secret = Secret };
        var first = await Sources.Configure(Actor, input, None);
        var second = await Sources.Configure(Actor, input with { Secret = "another-secret", Events = ["quote.updated"] }, None);
        Assert.Equal(first.WebhookId, second.WebhookId);
        Assert.Equal(["quote.updated"], (await Sources.Get(Tenant, first.WebhookId, None)).Events);
        Assert.NotNull((await Receiver.Receive("quoteiq", first.WebhookId, QuoteIq(Quote("q")), None)).Refusal);
        Assert.Null((await Receiver.Receive("quoteiq", first.WebhookId, QuoteIq(Quote("q"), "another-secret"), None)).Refusal);
        Assert.NotEqual(first.WebhookId, (await Sources.Configure(Actor, input with { Url = "https://other.example/webhooks/quoteiq" }, None)).WebhookId);
    }

    [Fact]
    public async Task Secret_is_stored_encrypted_and_shown_only_where_the_portal_made_it()
    {
        var given = await NewSource();
        Assert.Equal((null, "6789", given.CreatedAt), (given.Secret, given.SecretLastFour, given.UpdatedAt));
        var made = await Sources.Create(Actor, new InboundSourceInput { Provider = "github" }, None);
        Assert.StartsWith("whsec_", made.Secret, StringComparison.Ordinal);
        Assert.Null((await Sources.Get(Tenant, made.Id, None)).Secret);
        await using var db = Core.Get<PortalStore>().Read(Tenant);
        Assert.All(await db.InboundSources.ToListAsync(), row => Assert.DoesNotContain(row.Id == made.Id ? made.Secret! : Secret, row.Secret, StringComparison.Ordinal));
        var audited = await db.AuditEntries.Where(entry => entry.TargetType == "inbound_source").ToListAsync();
        Assert.Equal(2, audited.Count);
        Assert.All(audited, entry => Assert.DoesNotContain(Secret, entry.Summary + entry.Changes, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rotated_secret_holds_at_once_and_the_old_one_for_the_overlap()
    {
        var source = await NewSource();
        var rotated = await Sources.RotateSecret(Actor, source.Id, new InboundSecretInput { Secret = "another-secret", OverlapSeconds = 3600 }, None);
        Assert.Equal(Core.Time.GetUtcNow().AddHours(1), rotated.PreviousSecretUntil);
        await Taken(source.Id, QuoteIq(Quote("q1"), "another-secret"));
        await Taken(source.Id, QuoteIq(Quote("q2")));
        Core.Time.Advance(TimeSpan.FromHours(1));
        Assert.NotNull((await Receiver.Receive("quoteiq", source.Id, QuoteIq(Quote("q3")), None)).Refusal);
        Assert.Null((await Sources.Get(Tenant, source.Id, None)).PreviousSecretUntil);
        await Sources.RotateSecret(Actor, source.Id, new InboundSecretInput { Secret = "a-third-secret", OverlapSeconds = 0 }, None);
        Assert.NotNull((await Receiver.Receive("quoteiq", source.Id, QuoteIq(Quote("q4"), "another-secret"), None)).Refusal);
        Assert.StartsWith("whsec_", (await Sources.RotateSecret(Actor, source.Id, new InboundSecretInput(), None)).Secret, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Source_that_is_not_active_takes_nothing()
    {
        var source = await NewSource();
        await Taken(source.Id, QuoteIq(Quote("q1")));
        Assert.Equal("disabled", (await Sources.Update(Actor, source.Id, new InboundSourcePatch { Active = new(false) }, None)).Status);
        Assert.Equal(404, (await Receiver.Receive("quoteiq", source.Id, QuoteIq(Quote("q2")), None)).Refusal!.HttpStatus);
        await Sources.Update(Actor, source.Id, new InboundSourcePatch { Active = new(true), Name = new("Quotes") }, None);
        await Taken(source.Id, QuoteIq(Quote("q2")));
        Assert.Equal("Quotes", (await Sources.Get(Tenant, source.Id, None)).Name);
    }

    [Fact]
    public async Task Deleted_source_takes_its_messages_along_and_leaves_the_lead()
    {
        var source = await NewSource();
        var message = await Taken(source.Id, QuoteIq(Quote("q1")));
        await Queue.ProcessDue(None);
        await Sources.Delete(Actor, source.Id, None);
        Assert.Equal(404, (await Receiver.Receive("quoteiq", source.Id, QuoteIq(Quote("q2")), None)).Refusal!.HttpStatus);
        Assert.Equal(404, (await Refusal(() => Messages.Get(Tenant, source.Id, message.MessageId!, None))).HttpStatus);
        Assert.Single((await Leads.List(Tenant, new Portal.Core.Crm.LeadFilter(), new PageRequest(), None)).Items);
    }

    [Fact]
    public async Task Nobody_else_sees_or_changes_a_source_or_its_messages()
    {
        var source = await NewSource();
        var message = (await Taken(source.Id, QuoteIq(Quote("q1")))).MessageId!;
        foreach (var other in Others)
        {
            Assert.Empty((await Sources.List(other.Tenant, new InboundSourceFilter(), new PageRequest(), None)).Items);
            foreach (var call in new Func<Task>[]
            {
                () => Sources.Get(other.Tenant, source.Id, None), () => Sources.Status(other.Tenant, source.Id, None), () => Sources.Delete(other, source.Id, None),
                () => Sources.Update(other, source.Id, new InboundSourcePatch { Name = new("x") }, None), () => Sources.RotateSecret(other, source.Id, new InboundSecretInput(), None),
                () => Messages.List(other.Tenant, source.Id, new InboundMessageFilter(), new PageRequest(), None), () => Messages.Get(other.Tenant, source.Id, message, None),
                () => Messages.Retry(other, source.Id, message, None),
            }) Assert.Equal(404, (await Refusal(call)).HttpStatus);
        }
    }

    [Fact]
    public async Task Lists_filter_and_page()
    {
        for (var i = 0; i < 3; i++) await Sources.Create(Actor, new InboundSourceInput { Provider = i == 0 ? "github" : "quoteiq", Name = $"S{i}" }, None);
        async Task<string> Found(InboundSourceFilter filter) => string.Join(",", (await Sources.List(Tenant, filter, new PageRequest(Sort: "name"), None)).Items.Select(source => source.Name));
        Assert.Equal("S1,S2", await Found(new InboundSourceFilter { Provider = "quoteiq" }));
        Assert.Equal("S0,S1,S2", await Found(new InboundSourceFilter { Active = true }));
        Assert.Equal("", await Found(new InboundSourceFilter { Active = false }));
        await RefusedFor("provider", () => Found(new InboundSourceFilter { Provider = "x" }));
        Assert.Equal(3, (await Follow(page => Sources.List(Tenant, new InboundSourceFilter(), page, None), "-created_at")).Distinct().Count());
    }

    [Fact]
    public async Task Bad_input_is_refused_with_the_fields_name()
    {
        var good = new InboundSourceInput { Provider = "quoteiq", Secret = Secret };
        Task Create(InboundSourceInput input) => Sources.Create(Actor, input, None);
        await RefusedFor("provider", () => Create(new InboundSourceInput()));
        await RefusedFor("provider", () => Create(good with { Provider = "nonsense" }));
        await RefusedFor("name", () => Create(good with { Name = " " }));
        await RefusedFor("url", () => Create(good with { Url = "/webhooks/quoteiq" }));
        await RefusedFor("url", () => Create(good with { Url = "ftp://x.example/" }));
        await RefusedFor("events[1]", () => Create(good with { Events = ["quote.created", "quote.deleted"] }));
        await RefusedFor("events[0]", () => Create(good with { Events = [null] }));
        await RefusedFor("events", () => Create(good with { Provider = "github", Events = [.. Enumerable.Range(0, 51).Select(i => $"e{i}")] }));
        await RefusedFor("secret", () => Create(good with { Secret = "short" }));
        await RefusedFor("secret", () => Create(good with { Provider = "stripe", Secret = null }));
        await RefusedFor("secret", () => Create(good with { Provider = "stripe", Secret = "sk_live_abcdefgh" }));
        await RefusedFor("secret", () => Create(good with { Provider = "standard-webhooks", Secret = "no base 64 at all" }));
        await RefusedFor("hmac", () => Create(good with { Provider = "hmac" }));
        await RefusedFor("hmac", () => Create(good with { Hmac = new HmacSettings { SignatureHeader = "X" } }));
        var described = good with { Provider = "hmac", Hmac = new HmacSettings { SignatureHeader = "X-S" } };
        await RefusedFor("hmac.signature_header", () => Create(described with { Hmac = new HmacSettings() }));
        await RefusedFor("hmac.signature_header", () => Create(described with { Hmac = new HmacSettings { SignatureHeader = "X S" } }));
        await RefusedFor("hmac.template", () => Create(described with { Hmac = described.Hmac! with { Template = "{timestamp}.{body}" } }));
        await RefusedFor("hmac.template", () => Create(described with { Hmac = described.Hmac! with { Template = "body" } }));
        await RefusedFor("hmac.template", () => Create(described with { Hmac = described.Hmac! with { TimestampHeader = "X-T", Template = "{body}" } }));
        var id = (await Sources.Create(Actor, described, None)).Id;
        await RefusedFor("active", () => Sources.Update(Actor, id, new InboundSourcePatch { Active = new(null) }, None));
        await RefusedFor("hmac", () => Sources.Update(Actor, id, new InboundSourcePatch { Hmac = new(null) }, None));
        await RefusedFor("overlap_seconds", () => Sources.RotateSecret(Actor, id, new InboundSecretInput { OverlapSeconds = -1 }, None));
    }
}
