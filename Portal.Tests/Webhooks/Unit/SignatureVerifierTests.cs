using System.Security.Cryptography;
using System.Text;
using Portal.Core.Webhooks.Signing;

namespace Portal.Tests.Webhooks.Unit;

/// <summary>The verifier says which part of a signed request is wrong.</summary>
public sealed class SignatureVerifierTests
{
    private const string Body = """{"type":"deal.updated","data":{"title":"Zoë & Co","value":12.50}}""";
    private static readonly DateTimeOffset Now = new(2024, 3, 20, 10, 30, 0, TimeSpan.Zero);
    private readonly SigningSecret _secret = SigningSecret.New();

    [Fact]
    public void Signed_request_is_right() => Assert.Equal((SignatureFault.None, true), (Verify().Fault, Verify().Valid));

    [Fact]
    public void Old_and_new_secret_both_verify_during_a_rotation()
    {
        var old = SigningSecret.New();
        var headers = WebhookSignature.Headers("evt_1", Now, Bytes(Body), [_secret, old]);
        Assert.True(SignatureVerifier.Verify(new(headers, Bytes(Body), [old.Text]), Now).Valid);
        Assert.True(SignatureVerifier.Verify(new(headers, Bytes(Body), [_secret.Text]), Now).Valid);
        Assert.False(SignatureVerifier.Verify(new(headers, Bytes(Body), [SigningSecret.New().Text]), Now).Valid);
    }

    [Fact]
    public void Public_key_verifies_v1a()
    {
        Assert.SkipUnless(Ed25519.IsSupported, "This machine has no OpenSSL 3.");
        var pair = SigningKeyPair.New();
        var headers = WebhookSignature.Headers("evt_1", Now, Bytes(Body), [_secret], pair);
        Assert.True(SignatureVerifier.Verify(new(headers, Bytes(Body), [pair.PublicKey.ToString()]), Now).Valid);
        Assert.Equal(SignatureFault.SecretOrBody, SignatureVerifier.Verify(new(headers, Bytes(Body), [SigningKeyPair.New().PublicKey.ToString()]), Now).Fault);
        Assert.Equal(SignatureFault.HeaderMalformed, Verify(secrets: [pair.PublicKey.ToString()]).Fault);
    }

    [Theory]
    [InlineData(WebhookSignature.IdHeader)]
    [InlineData(WebhookSignature.TimestampHeader)]
    [InlineData(WebhookSignature.SignatureHeader)]
    public void Missing_header_is_named(string name)
    {
        var verdict = Verify(change: headers => headers.RemoveAll(header => header.Key == name));
        Assert.Equal((SignatureFault.HeaderMissing, name), (verdict.Fault, verdict.Header));
    }

    [Theory]
    [InlineData(WebhookSignature.TimestampHeader, "2024-03-20T10:30:00Z")]
    [InlineData(WebhookSignature.TimestampHeader, "-1")]
    [InlineData(WebhookSignature.SignatureHeader, "abc")]
    [InlineData(WebhookSignature.SignatureHeader, "v1,abc")]
    [InlineData(WebhookSignature.SignatureHeader, "v9,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    public void Malformed_header_is_named(string name, string value)
    {
        var verdict = Verify(change: headers => headers[headers.FindIndex(header => header.Key == name)] = new(name, value));
        Assert.Equal((SignatureFault.HeaderMalformed, name), (verdict.Fault, verdict.Header));
    }

    [Theory]
    [InlineData(300, true)]
    [InlineData(301, false)]
    [InlineData(-300, true)]
    [InlineData(-301, false)]
    public void Clock_outside_tolerance_is_named(int seconds, bool valid) =>
        Assert.Equal(valid ? SignatureFault.None : SignatureFault.Clock, Verify(now: Now.AddSeconds(seconds)).Fault);

    [Theory]
    [InlineData("whsec_")]
    [InlineData("whsec_not base 64")]
    [InlineData("whsec_c2hvcnQ=")]
    public void Secret_that_is_none_is_named_and_not_repeated(string secret)
    {
        var verdict = Verify(secrets: [secret]);
        Assert.Equal(SignatureFault.SecretMalformed, verdict.Fault);
        Assert.DoesNotContain("c2hvcnQ", verdict.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_of_the_secret_used_as_key_is_recognized()
    {
        var key = Encoding.UTF8.GetBytes(_secret.Text);
        var signature = Convert.ToBase64String(HMACSHA256.HashData(key, WebhookSignature.Content("evt_1", $"{Now.ToUnixTimeSeconds()}", Bytes(Body))));
        var verdict = Verify(change: headers => headers[2] = new(headers[2].Key, "v1," + signature));
        Assert.Equal(SignatureFault.Secret, verdict.Fault);
    }

    [Fact]
    public void Changed_id_is_told_from_a_changed_body_by_the_simple_header() =>
        Assert.Equal(SignatureFault.SignedHeader, Verify(change: headers => headers[0] = new(headers[0].Key, "evt_2")).Fault);

    [Fact]
    public void Changed_byte_is_found()
    {
        var at = Body.IndexOf("12.50", StringComparison.Ordinal);
        var verdict = Verify(body: Body.Replace("12.50", "92.50", StringComparison.Ordinal));
        Assert.Equal(SignatureFault.Body, verdict.Fault);
        Assert.Equal(Encoding.UTF8.GetByteCount(Body[..at]), verdict.Offset);
        Assert.Contains("'9'", verdict.Explanation, StringComparison.Ordinal);
        Assert.Contains("'1'", verdict.Explanation, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type": "deal.updated", "data": {"title": "Zoë & Co", "value": 12.50}}""")]
    [InlineData("{\n  \"type\":\"deal.updated\",\"data\":{\"title\":\"Zoë & Co\",\"value\":12.50}}")]
    [InlineData(Body + "\n")]
    public void Rewritten_body_is_recognized(string received) => Assert.Equal(SignatureFault.Body, Verify(body: received).Fault);

    [Fact]
    public void Body_that_is_known_shows_where_it_differs()
    {
        var sent = Bytes(Body);
        var headers = WebhookSignature.Headers("evt_1", Now, sent, [_secret]);
        var verdict = SignatureVerifier.Verify(new(headers, sent[..20], [_secret.Text]) { SentBody = sent }, Now);
        Assert.Equal((SignatureFault.Body, 20), (verdict.Fault, verdict.Offset));
        Assert.Equal(SignatureFault.Secret, SignatureVerifier.Verify(new(headers, sent, [SigningSecret.New().Text]) { SentBody = sent }, Now).Fault);
    }

    [Fact]
    public void Simple_header_alone_is_verified_too()
    {
        KeyValuePair<string, string>[] headers = [new(WebhookSignature.SimpleHeader.ToUpperInvariant(), _secret.SignBody(Bytes(Body)))];
        Assert.True(SignatureVerifier.Verify(new(headers, Bytes(Body), [_secret.Text]), Now).Valid);
        Assert.Equal(SignatureFault.Body, SignatureVerifier.Verify(new(headers, Bytes(Body + "\n"), [_secret.Text]), Now).Fault);
        Assert.Equal(SignatureFault.HeaderMalformed, SignatureVerifier.Verify(new([new(WebhookSignature.SimpleHeader, "sha256=xyz")], Bytes(Body), [_secret.Text]), Now).Fault);
    }

    [Fact]
    public void Secret_does_not_show_itself_in_a_log() => Assert.Equal("whsec_…", $"{_secret}");

    private SignatureVerdict Verify(string? body = null, DateTimeOffset? now = null, string[]? secrets = null, Action<List<KeyValuePair<string, string>>>? change = null)
    {
        var headers = WebhookSignature.Headers("evt_1", Now, Bytes(Body), [_secret]).ToList();
        change?.Invoke(headers);
        return SignatureVerifier.Verify(new(headers, Bytes(body ?? Body), secrets ?? [_secret.Text]), now ?? Now);
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
