using System.Globalization;
using System.Text.Json;
using Portal.Core.Crm;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;
using Portal.Core.Shared.Json.Schema;
using Portal.Core.Shared.Problems;
using Portal.Core.Webhooks.Inbound.Providers;

namespace Portal.Core.Webhooks.Inbound;

/// <summary>Makes a contact and a lead of QuoteIQ's quotes, and tells subscribers.</summary>
internal sealed class QuoteAdapter(QuoteIntake intake, EventOutbox outbox) : IInboundAdapter
{
    private const string Updated = "quote.updated";

    public bool Handles(string provider) => provider == InboundProviders.QuoteIq.Name;

    public async Task Handle(PortalDbContext db, InboundMessage message, CancellationToken cancellation)
    {
        var type = message.Type ?? "quote.created";
        if (!InboundProviders.QuoteIq.KnownEvents!.Contains(type)) throw Problem.Field(ErrorCode.Validation, "type", $"QuoteIQ's event type {type} is none that the portal knows.").AsException();
        var body = new InboundRequest("", "", [], message.Body).Json;
        if (body.ValueKind != JsonValueKind.Object) throw Problem.Field(ErrorCode.WrongFormat, "body", "The body is not a JSON object.").AsException();
        if (JsonText.Fault(body, "body") is { } fault) throw Problem.Field(ErrorCode.WrongFormat, fault.Field, $"{fault.Field} {fault.Reason}").AsException();
        var json = QuoteIqProvider.QuoteOf(body);
        var quote = Read(json);
        var taken = await intake.Take(db, quote, message.Provider, onlyNew: type != Updated && message.Type is not null, cancellation);
        outbox.Add(db, type, "quote", quote.Id, type == Updated ? "updated" : "created", new QuoteData
        {
            Number = TextAt(json, "number"),
            CustomerName = quote.CustomerName ?? quote.CustomerEmail!,
            CustomerEmail = quote.CustomerEmail,
            Amount = quote.Amount,
            Currency = quote.Currency,
            Status = TextAt(json, "status") ?? "open",
            Source = message.Provider,
            LeadId = taken.Lead.Id,
            ContactId = taken.Lead.ContactId,
        }, taken.Changes);
    }

    private static IncomingQuote Read(JsonElement json)
    {
        var faults = new Faults();
        var customer = json.TryGetProperty("customer", out var nested) ? nested : default;
        var id = TextAt(json, "quote_id");
        var name = TextAt(json, "customer_name") ?? TextAt(customer, "name");
        var email = TextAt(json, "customer_email") ?? TextAt(customer, "email");
        var amount = AmountAt(json);
        faults.Required("quote_id", id);
        if (amount is null) faults.Add("amount", "amount is required, a number.", ErrorCode.MissingField);
        faults.Amount("amount", amount);
        faults.Text("customer_name", name);
        faults.Email("customer_email", email);
        faults.Currency("currency", TextAt(json, "currency"));
        if (name is null && email is null) faults.Add("customer_name", "customer_name or customer_email is required.", ErrorCode.MissingField);
        faults.ThrowIfAny();
        return new IncomingQuote(id!, amount!.Value, TextAt(json, "currency"), name, email);
    }

    // A quoting system may count its quotes.
    private static string? TextAt(JsonElement json, string name)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out var value)) return null;
        var text = value.ValueKind switch { JsonValueKind.String => value.GetString(), JsonValueKind.Number => value.GetRawText(), _ => null };
        return string.IsNullOrWhiteSpace(text) ? null : text.Trim();
    }

    private static decimal? AmountAt(JsonElement json) =>
        decimal.TryParse(TextAt(json, "amount"), NumberStyles.Float, CultureInfo.InvariantCulture, out var amount) ? amount : null;

    private sealed record QuoteData
    {
        public required string? Number { get; init; }
        public required string CustomerName { get; init; }
        public required string? CustomerEmail { get; init; }
        public required decimal Amount { get; init; }
        public required string? Currency { get; init; }
        public required string Status { get; init; }
        public required string Source { get; init; }
        public required string LeadId { get; init; }
        public required string? ContactId { get; init; }
    }
}
