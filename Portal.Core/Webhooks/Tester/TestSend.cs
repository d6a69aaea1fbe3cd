namespace Portal.Core.Webhooks.Tester;

/// <summary>A test that is to be sent.</summary>
public sealed record TestSend
{
    /// <summary>The id of a <see cref="SendTarget"/>; null sends to <see cref="Url"/>.</summary>
    public string? TargetId { get; init; }

    /// <summary>Any address; used where there is no target.</summary>
    public string? Url { get; init; }

    /// <summary>The event type; null sends <see cref="Payload"/> as it is.</summary>
    public string? EventType { get; init; }

    /// <summary>The event's <c>data</c> as JSON, or the whole body.</summary>
    public string Payload { get; init; } = "";

    /// <summary><c>whsec_…</c>; not needed for targets that sign for themselves.</summary>
    public string? Secret { get; init; }

    /// <summary>The portal's root as the reader's browser reaches it.</summary>
    public required string Root { get; init; }
}

/// <summary>What was sent and what came back.</summary>
/// <param name="Headers">Those of the signature and of the content.</param>
/// <param name="Body">Exactly what was sent.</param>
/// <param name="Response">Null where there was none.</param>
/// <param name="Failure">Null where there was a response.</param>
/// <param name="Inside">Whether it went to an inbox of this portal without leaving it.</param>
public sealed record SentTest(
    string Url, IReadOnlyList<KeyValuePair<string, string>> Headers, string Body, TestResponse? Response, TestFailure? Failure, TimeSpan Duration, bool Inside)
{
    /// <summary>The event's id.</summary>
    public string Id => Headers[0].Value;
}

/// <summary>A response to a test.</summary>
/// <param name="Body">As text; at most the first 64 KiB.</param>
/// <param name="IsCut">Whether there was more.</param>
public sealed record TestResponse(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, string Body, int BodyBytes, bool IsCut);

/// <summary>Why there was no response.</summary>
/// <param name="Fault">The kind, as <c>TimedOut</c>.</param>
/// <param name="Reason">A sentence for a person.</param>
/// <param name="Status">The status, where the response broke off after it.</param>
public sealed record TestFailure(string Fault, string Reason, int? Status);
