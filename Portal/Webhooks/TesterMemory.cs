using Portal.Core.Webhooks.Tester;

namespace Portal.Webhooks;

/// <summary>
/// What the tester's tabs know of each other while the page is open. Secrets and pasted requests are here and nowhere
/// else: they go with the page.
/// </summary>
public sealed class TesterMemory
{
    /// <summary>What tests are signed with, until the reader chooses another.</summary>
    public string Secret { get; set; } = TestSender.NewSecret();

    /// <summary>The test as it is being written; null before the first look at the tab.</summary>
    internal SendDraft? Send { get; set; }

    /// <summary>What is being verified.</summary>
    internal VerifyDraft Verify { get; set; } = new();
}

/// <summary>A test that is being written.</summary>
internal sealed class SendDraft
{
    /// <summary>The id of a target; empty for <see cref="Url"/>.</summary>
    public string TargetId { get; set; } = "";
    public string Url { get; set; } = "";

    /// <summary>Empty sends the payload as it is.</summary>
    public string EventType { get; set; } = "";
    public string Payload { get; set; } = "";

    /// <summary>The stored request that it was taken from.</summary>
    public string? Source { get; set; }
    public SentTest? Sent { get; set; }
}

/// <summary>A request that is being verified.</summary>
internal sealed class VerifyDraft
{
    public string Headers { get; set; } = "";
    public string Body { get; set; } = "";
    public string Secret { get; set; } = "";

    /// <summary>The stored request that it was taken from: its bytes count while the text is unchanged.</summary>
    public InboxRequest? Source { get; set; }

    /// <summary>The delivery that it was taken from.</summary>
    public VerifiedDelivery? Delivery { get; set; }
}

/// <summary>A delivery to be verified.</summary>
/// <param name="Id"><c>dlv_…</c></param>
/// <param name="Headers">Those of its last attempt, as they were filled in: while they are unchanged, the attempt's time counts.</param>
/// <param name="At">When that was.</param>
internal sealed record VerifiedDelivery(string Id, string Headers, DateTimeOffset At);
