using Microsoft.Extensions.Logging;

namespace Portal.Core.Shared.Cluster;

/// <summary>
/// Tells all nodes, this one included, that something they hold in memory has changed. A signal is a hint to look
/// again, never the change itself: one that is lost costs a delay, not correctness.
/// </summary>
public interface IClusterSignals
{
    /// <summary>Tells every subscriber of the topic. This node's have heard it when the call returns.</summary>
    /// <param name="topic">One of <see cref="SignalTopics"/>.</param>
    /// <param name="subject">What changed, usually an id; at most 200 characters.</param>
    void Send(string topic, string subject);

    /// <summary>Hears a topic until disposed. The subject is empty when signals may have been missed: look at everything again.</summary>
    IDisposable Subscribe(string topic, Action<string> handler);
}

/// <summary>The topics of <see cref="IClusterSignals"/>.</summary>
public static class SignalTopics
{
    /// <summary>A key was changed, disabled, revoked or rotated; the subject is its id.</summary>
    public const string ApiKey = "api_key";

    /// <summary>An organization's plan, pinned version, members or rules changed; the subject is its id.</summary>
    public const string Organization = "organization";

    /// <summary>A session was revoked; the subject is its id.</summary>
    public const string Session = "session";

    /// <summary>A setting was changed; the subject is its name.</summary>
    public const string Setting = "setting";

    /// <summary>The outbox has new events; the subject is the organization's id.</summary>
    public const string Outbox = "outbox";

    /// <summary>The request log has new rows; the subject is the organization's id.</summary>
    public const string RequestLog = "request_log";

    /// <summary>A mail was queued; the subject is its id.</summary>
    public const string Mail = "mail";

    /// <summary>Another key signs access tokens from now on; the subject is its id.</summary>
    public const string SigningKey = "signing_key";

    /// <summary>A webhook endpoint was added, changed, stopped or deleted; the subject is its id.</summary>
    public const string Webhook = "webhook";

    /// <summary>Deliveries were queued for a webhook endpoint that another node leads; the subject is the endpoint's id.</summary>
    public const string WebhookLane = "webhook_lane";

    /// <summary>A replay was begun or changed; the subject is the organization's id.</summary>
    public const string Replay = "replay";

    /// <summary>Deliveries were queued or attempted; the subject is the organization's id.</summary>
    public const string Delivery = "delivery";

    /// <summary>A user was told something or has read it; the subject is the user's id.</summary>
    public const string Notification = "notification";

    /// <summary>A source of inbound webhooks was set up, changed or deleted; the subject is its id.</summary>
    public const string InboundSource = "inbound_source";

    /// <summary>An inbound webhook waits to be processed; the subject is its source's id.</summary>
    public const string InboundMessage = "inbound_message";

    /// <summary>An inbound webhook was processed or given up; the subject is its source's id.</summary>
    public const string InboundProcessed = "inbound_processed";

    /// <summary>A tester's inbox has a new request or was changed; the subject is the inbox's id.</summary>
    public const string TesterInbox = "tester_inbox";

    /// <summary>A run of a workflow waits for a worker; the subject is its id.</summary>
    public const string WorkflowRun = "workflow_run";

    /// <summary>Somebody wants a run ended; the subject is its id.</summary>
    public const string WorkflowCancel = "workflow_cancel";

    /// <summary>A workflow was changed, published, switched or deleted; the subject is its id.</summary>
    public const string Workflow = "workflow";

    /// <summary>A run or one of its steps has changed; the subject is <c>execution:organization</c>.</summary>
    public const string WorkflowProgress = "workflow_progress";

    /// <summary>A task was opened, done or has ended; the subject is its organization's id.</summary>
    public const string WorkflowTask = "workflow_task";
}

/// <summary>Signals within one process: all there is on SQLite, and the local half on PostgreSQL.</summary>
internal class LocalSignals(ILogger<LocalSignals> logger) : IClusterSignals
{
    private readonly Lock _gate = new();
    private (string Topic, Action<string> Handler)[] _subscriptions = [];

    public virtual void Send(string topic, string subject) => Deliver(topic, subject);

    public IDisposable Subscribe(string topic, Action<string> handler)
    {
        var subscription = (topic, handler);
        lock (_gate) _subscriptions = [.. _subscriptions, subscription];
        return new Unsubscriber(() =>
        {
            lock (_gate) _subscriptions = [.. _subscriptions.Where(other => other != subscription)];
        });
    }

    protected void Deliver(string topic, string subject)
    {
        foreach (var (subscribed, handler) in _subscriptions)
        {
            if (subscribed != topic) continue;
            try
            {
                handler(subject);
            }
            catch (Exception e)
            {
                logger.LogError(e, "A handler of signal {Topic} failed", topic);
            }
        }
    }

    /// <summary>Tells every subscriber that it may have missed signals.</summary>
    protected void DeliverMissed()
    {
        foreach (var topic in _subscriptions.Select(subscription => subscription.Topic).Distinct(StringComparer.Ordinal)) Deliver(topic, "");
    }

    private sealed class Unsubscriber(Action action) : IDisposable
    {
        public void Dispose() => action();
    }
}
