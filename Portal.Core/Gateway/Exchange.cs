using System.Text;

namespace Portal.Core.Gateway;

/// <summary>What went over the wire in one call, as the request log shows it, and the limits that it met.</summary>
/// <param name="Request">Headers and body of the request.</param>
/// <param name="Response">Headers and body of the answer.</param>
/// <param name="Limits">The limits that applied, the tightest first.</param>
public sealed record Exchange(ExchangeSide Request, ExchangeSide Response, IReadOnlyList<AppliedLimit> Limits);

/// <summary>One direction of a call.</summary>
/// <param name="Headers">In the order in which they came; secrets are masked.</param>
/// <param name="Body">The body as text, secrets masked; null where there was none or it was not kept.</param>
/// <param name="BodyBytes">How long the whole body was; null where that is not known.</param>
/// <param name="IsCut">Whether <paramref name="Body"/> is only the beginning.</param>
public sealed record ExchangeSide(IReadOnlyList<ExchangeHeader> Headers, string? Body, long? BodyBytes, bool IsCut);

/// <summary>A header's name and value.</summary>
public sealed record ExchangeHeader(string Name, string Value);

/// <summary>A limit as it stood after a call.</summary>
/// <param name="Name">As <c>key</c>, <c>category:crm_read</c>, <c>pattern:/api/auth/*</c> or <c>monthly_calls</c>.</param>
/// <param name="Limit">Calls a minute; of <c>monthly_calls</c>, a calendar month.</param>
/// <param name="Remaining">Calls left.</param>
/// <param name="Refused">Whether it refused this call.</param>
public sealed record AppliedLimit(string Name, long Limit, long Remaining, bool Refused);

/// <summary>What a call left to be logged, before secrets are masked: kept in memory only, for as long as its row waits to be written.</summary>
internal sealed class CapturedExchange(int largestBody)
{
    public List<ExchangeHeader> RequestHeaders { get; } = [];
    public List<ExchangeHeader> ResponseHeaders { get; } = [];
    public CapturedBody RequestBody { get; } = new(largestBody);
    public CapturedBody ResponseBody { get; } = new(largestBody);
    public IReadOnlyList<AppliedLimit> Limits { get; set; } = [];

    public Exchange Masked(SecretMask mask) => new(Side(RequestHeaders, RequestBody, mask), Side(ResponseHeaders, ResponseBody, mask), Limits);

    private static ExchangeSide Side(List<ExchangeHeader> headers, CapturedBody body, SecretMask mask) => new(
        [.. headers.Select(header => header with { Value = mask.Header(header.Name, header.Value) })],
        body.Length == 0 ? null : mask.Body(body.Text(), body.IsCut), body.Total, body.IsCut);
}

/// <summary>The beginning of a body.</summary>
internal sealed class CapturedBody(int largest)
{
    private byte[] _bytes = [];

    public int Length { get; private set; }

    /// <summary>Bytes of the whole body.</summary>
    public long Total { get; private set; }

    public bool IsCut => Total > Length;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        Total += bytes.Length;
        var taken = bytes[..Math.Min(bytes.Length, largest - Length)];
        if (taken.IsEmpty) return;
        if (_bytes.Length < Length + taken.Length) Array.Resize(ref _bytes, Math.Max(Length + taken.Length, Math.Min(largest, _bytes.Length * 2)));
        taken.CopyTo(_bytes.AsSpan(Length));
        Length += taken.Length;
    }

    /// <summary>Says how long the body is, where it may not have been read to its end.</summary>
    public void Announce(long length) => Total = Math.Max(Total, length);

    public string Text() => Encoding.UTF8.GetString(_bytes, 0, Length);
}
