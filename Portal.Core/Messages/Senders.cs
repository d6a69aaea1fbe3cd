using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Mail;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Messages;

/// <summary>
/// A provider of e-mail. It takes a message in one unit of work of the actor, so that the message is kept together with
/// what its sender notes, or not at all; what is slow, as a call to a server, follows the commit.
/// </summary>
internal interface IEmailSender
{
    /// <summary>As requests name it.</summary>
    string Provider { get; }

    /// <summary>Whether the organization has connected it.</summary>
    Task<bool> IsConnected(Tenant tenant, CancellationToken cancellation);

    Task<EmailResponse> Send(Actor actor, EmailRequest request, CancellationToken cancellation);
}

/// <summary>A provider of text messages; as <see cref="IEmailSender"/>.</summary>
internal interface ISmsSender
{
    /// <inheritdoc cref="IEmailSender.Provider"/>
    string Provider { get; }

    /// <inheritdoc cref="IEmailSender.IsConnected"/>
    Task<bool> IsConnected(Tenant tenant, CancellationToken cancellation);

    Task<SmsResponse> Send(Actor actor, SmsRequest request, CancellationToken cancellation);
}

/// <summary>The portal's own way out, for organizations without a provider: its mail server, else the outbox, where its operator reads it.</summary>
internal sealed class PortalSender(PortalStore store, Mailer mailer, TimeProvider time)
{
    private const string Outbox = "outbox";

    public Task<EmailResponse> Send(Actor actor, EmailRequest request, CancellationToken cancellation)
    {
        if (request.TemplateId is not null) throw Problem.Field(ErrorCode.Validation, "template_id", "Templates belong to providers, and none is connected that sends this mail.").AsException();
        var draft = new MailDraft
        {
            To = request.To!,
            Cc = request.Cc ?? [],
            Bcc = request.Bcc ?? [],
            ReplyTo = request.From,
            Subject = request.Subject!,
            Text = request.Content?.Text,
            Html = request.Content?.Html,
            Attachments = [.. (request.Attachments ?? []).Select(file => file.File)],
        };
        return store.Write(actor, (db, _) => Task.FromResult(new EmailResponse
        {
            MessageId = mailer.Queue(db, draft),
            Status = MessageStatus.Queued,
            ProviderResponse = mailer.CanSend
                ? Response("smtp", request.Provider, "The portal's mail server sends it.")
                : Response(Outbox, request.Provider, "The portal has no mail server, and keeps the mail in its outbox."),
            Timestamp = time.GetUtcNow(),
        }), cancellation);
    }

    public Task<SmsResponse> Send(Actor actor, SmsRequest request, CancellationToken cancellation) =>
        store.Write(actor, (db, _) => Task.FromResult(new SmsResponse
        {
            MessageId = mailer.KeepSms(db, request.Number, string.Join('\n', [request.Message!, .. request.MediaUrls ?? []])),
            Status = MessageStatus.Queued,
            ProviderResponse = Response(Outbox, request.Provider, "No provider of text messages is configured; the portal keeps the message in its outbox."),
            Timestamp = time.GetUtcNow(),
        }), cancellation);

    private static ProviderResponse Response(string provider, string? wanted, string detail) =>
        new() { Provider = provider, Detail = wanted is null ? detail : $"{wanted} is not connected. {detail}" };
}
