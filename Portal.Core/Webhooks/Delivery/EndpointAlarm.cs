using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Core.Access;
using Portal.Core.Notifications;
using Portal.Core.Shared;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;
using Portal.Core.Shared.Mail;
using Portal.Core.Webhooks.Endpoints;

namespace Portal.Core.Webhooks.Delivery;

/// <summary>
/// Stops endpoints whose receivers are gone, and tells their owners before it comes to that: by notification, by mail
/// and by an event that other endpoints can hear.
/// </summary>
internal sealed class EndpointAlarm(
    UserNotifications notifications, Mailer mailer, EventOutbox outbox, AuditLog audit, PublicAddress address, IClusterSignals signals, IOptions<DeliveryOptions> options, TimeProvider time)
{
    /// <summary>When owners are warned, as shares of the time after which an endpoint is stopped.</summary>
    private static readonly double[] Warnings = [0.2, 0.8];

    // Somebody may have been away: no two words about one endpoint on the same day.
    private static readonly TimeSpan Apart = TimeSpan.FromHours(12);

    /// <summary>Looks at a lane after attempts, in their unit of work.</summary>
    public async Task Consider(PortalDbContext db, WebhookLane lane, IEnumerable<AttemptOutcome> outcomes, CancellationToken cancellation)
    {
        if (outcomes.FirstOrDefault(outcome => outcome.Stops is not null) is { Stops: { } stop })
        {
            await Stop(db, lane, stop, cancellation);
            return;
        }

        var now = time.GetUtcNow();
        var most = TimeSpan.FromDays(options.Value.DisableAfterDays);
        if (lane.FailingSince is not { } since || now - since < most * Warnings[0] || now - lane.WarnedAt < Apart) return;
        if (now - since >= most && lane.Warnings > 0) await Stop(db, lane, EndpointStop.Failing, cancellation);
        else if (lane.Warnings < Warnings.Length && now - since >= most * Warnings[lane.Warnings]) await Warn(db, lane, since, since + most, cancellation);
    }

    private async Task Warn(PortalDbContext db, WebhookLane lane, DateTimeOffset since, DateTimeOffset end, CancellationToken cancellation)
    {
        if (await Endpoint(db, lane, cancellation) is not { Stopped: null } endpoint) return;
        lane.Warnings++;
        lane.WarnedAt = time.GetUtcNow();
        await Tell(db, endpoint, lane, NotificationKind.WebhookFailing, $"webhook.failing:{lane.EndpointId}:{since.UtcTicks}:{lane.Warnings}", "failing",
            $"Deliveries to {endpoint.Name} fail", $"""
            Since {since:yyyy-MM-dd HH:mm} UTC every delivery to the webhook endpoint {endpoint.Name} ({endpoint.Url}) has failed.

            If this goes on until {end:yyyy-MM-dd HH:mm} UTC, the portal stops sending. Events wait then, and are delivered once the endpoint is switched on again.
            """, cancellation);
    }

    private async Task Stop(PortalDbContext db, WebhookLane lane, EndpointStop stop, CancellationToken cancellation)
    {
        if (await Endpoint(db, lane, cancellation) is not { Stopped: null } endpoint) return;
        var now = time.GetUtcNow();
        (endpoint.Stopped, endpoint.StoppedAt, lane.IsActive) = (stop, now, false);
        var reason = stop switch
        {
            EndpointStop.Gone => "the receiver answered 410 Gone",
            EndpointStop.ReceiverAsked => "the receiver asked for it",
            _ => $"every delivery has failed since {lane.FailingSince:yyyy-MM-dd HH:mm} UTC",
        };
        audit.Add(db, Actor.System(new Tenant(endpoint.OrganizationId, endpoint.Mode)), "webhook.disabled", "webhook", endpoint.Id, $"The webhook endpoint {endpoint.Name} was disabled: {reason}");
        db.AfterCommit(() => signals.Send(SignalTopics.Webhook, endpoint.Id));
        await Tell(db, endpoint, lane, NotificationKind.WebhookDisabled, $"webhook.disabled:{lane.EndpointId}:{now.UtcTicks}", "disabled",
            $"{endpoint.Name} was disabled", $"""
            The webhook endpoint {endpoint.Name} ({endpoint.Url}) was disabled: {reason}.

            Events for it wait, and are delivered in their order once it is switched on again.
            """, cancellation);
    }

    private async Task Tell(
        PortalDbContext db, WebhookEndpoint endpoint, WebhookLane lane, NotificationKind kind, string key, string action, string subject, string text, CancellationToken cancellation)
    {
        var page = address.Of($"/webhooks/{endpoint.Id}");
        await notifications.TellAdmins(db, endpoint.OrganizationId, new Notice(kind, key, endpoint.Id, endpoint.Name), cancellation);
        var mails = await db.Across<Membership>().Where(member => member.OrganizationId == endpoint.OrganizationId && (member.Role == Role.Owner || member.Role == Role.Admin))
            .Join(db.Users, member => member.UserId, user => user.Id, (_, user) => user.Email!).ToListAsync(cancellation);
        foreach (var mail in mails) mailer.Queue(db, mail, subject, $"{text}\n\n{page}\n");
        var told = new WebhookAlarmResource { Id = endpoint.Id, Name = endpoint.Name, Url = endpoint.Url, FailureCount = lane.Failures, FailingSince = lane.FailingSince, StoppedBecause = endpoint.Stopped };
        var row = outbox.Add(db, $"webhook.{action}", "webhook", endpoint.Id, action, told);
        // The unit is across tenants, so the event does not get its owner from it.
        (row.OrganizationId, row.Mode) = (endpoint.OrganizationId, endpoint.Mode);
    }

    private static Task<WebhookEndpoint?> Endpoint(PortalDbContext db, WebhookLane lane, CancellationToken cancellation) =>
        db.Across<WebhookEndpoint>().SingleOrDefaultAsync(row => row.Id == lane.EndpointId, cancellation);
}

/// <summary>An endpoint in trouble, as the events <c>webhook.failing</c> and <c>webhook.disabled</c> carry it.</summary>
public sealed record WebhookAlarmResource
{
    /// <summary><c>whk_…</c></summary>
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string Url { get; init; }

    /// <summary>Failed attempts since the last success.</summary>
    public required int FailureCount { get; init; }

    /// <summary>The first of those failures; null where there is none.</summary>
    public required DateTimeOffset? FailingSince { get; init; }

    /// <summary>Why it was stopped; null while it was only warned of.</summary>
    public required EndpointStop? StoppedBecause { get; init; }
}
