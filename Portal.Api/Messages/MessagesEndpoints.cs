using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portal.Api.Docs;
using Portal.Api.Gateway;
using Portal.Core.Messages;

namespace Portal.Api.Messages;

internal static class MessagesEndpoints
{
    private const string WriteScope = "messages:write";

    public static void MapMessages(this RouteGroupBuilder api)
    {
        var messages = api.MapGroup("/messages").WithTags("Messages");
        messages.MapPost("/email", SendEmail).RequireScope(WriteScope)
            .Operation("messages_email", "Send an e-mail", "Through the provider that is named or connected, else the portal's mail server; without either it waits in the portal's outbox, and the answer says so.")
            .Example(MessageExamples.Email, MessageExamples.EmailTaken);
        messages.MapPost("/sms", SendSms).RequireScope(WriteScope)
            .Operation("messages_sms", "Send a text message", "Through the provider that is named or connected; without one it waits in the portal's outbox, and the answer says so.")
            .Example(MessageExamples.Sms, MessageExamples.SmsTaken);
    }

    private static async Task<Accepted<EmailResponse>> SendEmail(EmailRequest request, ApiCall call, MessageService messages, CancellationToken cancellation) =>
        TypedResults.Accepted((string?)null, await messages.Send(call.Actor, request, cancellation));

    private static async Task<Accepted<SmsResponse>> SendSms(SmsRequest request, ApiCall call, MessageService messages, CancellationToken cancellation) =>
        TypedResults.Accepted((string?)null, await messages.Send(call.Actor, request, cancellation));
}

/// <summary>The examples of messages in the API's documents.</summary>
internal static class MessageExamples
{
    private static readonly DateTimeOffset Moment = new(2024, 3, 20, 10, 30, 0, TimeSpan.Zero);

    public static readonly EmailRequest Email = new()
    {
        To = ["ada@analytical.example"],
        Cc = ["charles@analytical.example"],
        From = "sales@engines.example",
        Subject = "Your quote",
        Content = new EmailContent { Text = "Dear Ada, here is your quote.", Html = "<p>Dear Ada, here is your quote.</p>" },
        Attachments = [new EmailAttachment { Filename = "quote.csv", Content = "cGFydCxwcmljZQ0KY29nLDEyDQo=", ContentType = "text/csv" }],
    };

    public static readonly EmailResponse EmailTaken = new()
    {
        MessageId = "mail_06bv5cwjmxq4s0d2k8h1r3n7zf",
        Status = MessageStatus.Queued,
        ProviderResponse = new ProviderResponse { Provider = "smtp", Detail = "The portal's mail server sends it." },
        Timestamp = Moment,
    };

    public static readonly SmsRequest Sms = new() { To = "+15550123456", From = "Engines", Message = "Your order is on its way." };

    public static readonly SmsResponse SmsTaken = new()
    {
        MessageId = "sms_06bv5cwjmxq4s0d2k8h1r3n7zg",
        Status = MessageStatus.Queued,
        ProviderResponse = new ProviderResponse { Provider = "outbox", Detail = "No provider of text messages is configured; the portal keeps the message in its outbox." },
        Timestamp = Moment,
    };
}
