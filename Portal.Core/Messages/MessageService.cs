using Portal.Core.Access;

namespace Portal.Core.Messages;

/// <summary>Sends e-mail and text messages: by the provider that a request names or the first that is connected, else by the portal itself. Every fault is a <see cref="Shared.Problems.ProblemException"/>.</summary>
public sealed class MessageService
{
    private readonly IEmailSender[] _emails;
    private readonly ISmsSender[] _sms;
    private readonly PortalSender _portal;

    internal MessageService(IEnumerable<IEmailSender> emails, IEnumerable<ISmsSender> sms, PortalSender portal) => (_emails, _sms, _portal) = ([.. emails], [.. sms], portal);

    public async Task<EmailResponse> Send(Actor actor, EmailRequest request, CancellationToken cancellation)
    {
        request.Check();
        var sender = await First(_emails, request.Provider, sender => sender.Provider, sender => sender.IsConnected(actor.Tenant, cancellation));
        return await (sender?.Send(actor, request, cancellation) ?? _portal.Send(actor, request, cancellation));
    }

    public async Task<SmsResponse> Send(Actor actor, SmsRequest request, CancellationToken cancellation)
    {
        request.Check();
        var sender = await First(_sms, request.Provider, sender => sender.Provider, sender => sender.IsConnected(actor.Tenant, cancellation));
        return await (sender?.Send(actor, request, cancellation) ?? _portal.Send(actor, request, cancellation));
    }

    private static async Task<T?> First<T>(T[] senders, string? wanted, Func<T, string> name, Func<T, Task<bool>> isConnected) where T : class
    {
        foreach (var sender in senders)
        {
            if ((wanted is null || name(sender) == wanted) && await isConnected(sender)) return sender;
        }

        return null;
    }
}
