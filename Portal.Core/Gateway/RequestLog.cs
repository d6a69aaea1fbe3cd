using Portal.Core.Shared.Data;

namespace Portal.Core.Gateway;

/// <summary>One API call, as the request log shows it. Keys, tokens and passwords never stand in it.</summary>
public sealed class RequestLog : ITenantOwned
{
    public long Id { get; set; }
    public string OrganizationId { get; set; } = "";
    public ApiMode Mode { get; set; }

    /// <summary>The trace id that the answer carried, <c>req_…</c>.</summary>
    public required string RequestId { get; set; }

    /// <summary>The API key's or user's id.</summary>
    public required string CallerId { get; set; }
    public required string Method { get; set; }
    public required string Path { get; set; }

    /// <summary>The operation's id in the OpenAPI document.</summary>
    public required string Operation { get; set; }
    public int Status { get; set; }

    /// <summary>From the first byte read to the answer handed over, in microseconds.</summary>
    public long Latency { get; set; }
    public string? ErrorCode { get; set; }
    public string? Address { get; set; }
    public string? UserAgent { get; set; }
    public required string Version { get; set; }

    /// <summary>The query string, without the question mark, secrets masked.</summary>
    public string? Query { get; set; }

    /// <summary>Headers, bodies and limits as JSON (<see cref="Exchange"/>), secrets masked; null where they were not kept.</summary>
    public string? Exchange { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>How often an operation was called by a caller in one minute, and how it went. Complete, also where the log is sampled.</summary>
public sealed class UsageMinute : ITenantOwned
{
    public string OrganizationId { get; set; } = "";
    public ApiMode Mode { get; set; }
    public required string CallerId { get; set; }
    public required string Operation { get; set; }
    public DateTimeOffset Minute { get; set; }
    public long Calls { get; set; }

    /// <summary>Answers of 400 to 499 other than 429.</summary>
    public long ClientErrors { get; set; }

    /// <summary>Answers of 429.</summary>
    public long Refused { get; set; }

    /// <summary>Answers of 500 and above.</summary>
    public long ServerErrors { get; set; }

    /// <summary>Sum and greatest of the latencies, in microseconds.</summary>
    public long LatencySum { get; set; }
    public long LatencyMax { get; set; }

    // Calls by latency, in the buckets of LatencyHistogram.
    public long Latency00 { get; set; }
    public long Latency01 { get; set; }
    public long Latency02 { get; set; }
    public long Latency03 { get; set; }
    public long Latency04 { get; set; }
    public long Latency05 { get; set; }
    public long Latency06 { get; set; }
    public long Latency07 { get; set; }
    public long Latency08 { get; set; }
    public long Latency09 { get; set; }
    public long Latency10 { get; set; }
    public long Latency11 { get; set; }
    public long Latency12 { get; set; }
    public long Latency13 { get; set; }
    public long Latency14 { get; set; }
    public long Latency15 { get; set; }

    /// <summary>Calls that count against the plan's monthly quota.</summary>
    public long Charged { get; set; }
}
