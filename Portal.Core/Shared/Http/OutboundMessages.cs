using System.Net;

namespace Portal.Core.Shared.Http;

/// <summary>A request to an address that a customer chose.</summary>
internal sealed record OutboundRequest
{
    public required HttpMethod Method { get; init; }

    /// <summary>Absolute, http or https.</summary>
    public required string Url { get; init; }

    /// <summary>Sent as they are, besides Host, Content-Length, User-Agent and Accept-Encoding.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Null sends no body.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>From the look-up of the name to the last byte that is read.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Most bytes of the response's body that are read, after decompression.</summary>
    public int LargestBody { get; init; } = 64 * 1024;

    /// <summary>
    /// A response longer than this many bytes, after decompression, is a failure; null takes any length, and reads no more
    /// than <see cref="LargestBody"/>.
    /// </summary>
    public int? LongestBody { get; init; }

    /// <summary>How many redirects are followed, each checked like the first address; 0 makes a redirect an answer like others.</summary>
    public int Redirects { get; init; }
}

/// <summary>What came back, and how long it took.</summary>
/// <param name="Response">Null where there was a failure.</param>
/// <param name="Failure">Null where there was a response.</param>
internal sealed record OutboundResult(OutboundResponse? Response, OutboundFailure? Failure, TimeSpan Duration);

/// <summary>A response, whatever its status.</summary>
/// <param name="Url">What answered: another URL than was asked for after a redirect.</param>
/// <param name="Headers">As they came, those of the content among them; several values of one name are separate.</param>
/// <param name="Body">At most as many bytes as the request allowed, decompressed.</param>
/// <param name="Cut">Whether there was more.</param>
internal sealed record OutboundResponse(Uri Url, HttpStatusCode Status, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body, bool Cut);

/// <summary>Why there is no response.</summary>
/// <param name="Fault">The kind, for programs.</param>
/// <param name="Reason">A sentence for a person.</param>
/// <param name="Status">The status, where the response broke off after it.</param>
internal sealed record OutboundFailure(OutboundFault Fault, string Reason, HttpStatusCode? Status = null);

/// <summary>The kinds of failure of a request.</summary>
internal enum OutboundFault
{
    /// <summary>The URL or a header cannot be sent.</summary>
    InvalidRequest,

    /// <summary>The host is, or points to, an address that may not be reached.</summary>
    ForbiddenAddress,
    NameNotFound,
    ConnectionRefused,

    /// <summary>No way to the host.</summary>
    Unreachable,
    TlsFailed,
    TimedOut,

    /// <summary>The connection ended before the response did.</summary>
    ConnectionLost,

    /// <summary>What came is no HTTP, or its head is too large.</summary>
    InvalidResponse,

    /// <summary>The response did not end where it had to.</summary>
    TooLong,
    TooManyRedirects,
}
