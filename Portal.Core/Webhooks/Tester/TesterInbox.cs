using Portal.Core.Shared.Data;

namespace Portal.Core.Webhooks.Tester;

/// <summary>An address that keeps what is sent to it, for looking at webhooks while a receiver is written.</summary>
public sealed class TesterInbox : ITenantOwned
{
    /// <summary><c>inbx_…</c></summary>
    public required string Id { get; set; }
    public string OrganizationId { get; set; } = "";
    public ApiMode Mode { get; set; }
    public required string Name { get; set; }

    /// <summary>The secret part of the address; who knows it may send and nothing else.</summary>
    public required string Token { get; set; }
    public int Status { get; set; }
    public required string ContentType { get; set; }

    /// <summary>One <c>name: value</c> a line.</summary>
    public required string Headers { get; set; }
    public required string Body { get; set; }
    public int DelayMilliseconds { get; set; }
    public InboxFault Fault { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When something arrived last or somebody changed it.</summary>
    public DateTimeOffset UsedAt { get; set; }

    /// <summary>How it answers.</summary>
    internal InboxAnswer Answer
    {
        get => new() { Status = Status, ContentType = ContentType, Headers = Headers, Body = Body, DelayMilliseconds = DelayMilliseconds, Fault = Fault };
        set => (Status, ContentType, Headers, Body, DelayMilliseconds, Fault) = (value.Status, value.ContentType, value.Headers, value.Body, value.DelayMilliseconds, value.Fault);
    }
}

/// <summary>A request that arrived at an inbox.</summary>
public sealed class TesterRequest : ITenantOwned
{
    /// <summary><c>treq_…</c>, time-ordered.</summary>
    public required string Id { get; set; }
    public string OrganizationId { get; set; } = "";
    public ApiMode Mode { get; set; }
    public required string InboxId { get; set; }
    public required string Method { get; set; }

    /// <summary>What follows the token, as it was sent.</summary>
    public required string Path { get; set; }

    /// <summary>Without its question mark.</summary>
    public required string Query { get; set; }

    /// <summary>As JSON: names and values in turn.</summary>
    public required string Headers { get; set; }

    /// <summary>As much as is kept.</summary>
    public required byte[] Body { get; set; }

    /// <summary>How long the body was.</summary>
    public long BodyBytes { get; set; }

    /// <summary>The <c>type</c> of a body that is an event.</summary>
    public string? EventType { get; set; }

    /// <summary>Where it came from; null where the portal itself delivered it.</summary>
    public string? Address { get; set; }

    /// <summary>What it was answered with; 0 where the connection was reset.</summary>
    public int Answered { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}
