using System.Security.Cryptography;
using System.Text;
using Portal.Core.Webhooks.Inbound;
using Portal.Core.Webhooks.Inbound.Providers;
using Portal.Core.Webhooks.Signing;
using Portal.Tests.Infrastructure;

namespace Portal.Tests.Webhooks.Unit;

/// <summary>Each provider's signature as the provider makes it: published vectors, and the providers' own packages.</summary>
public sealed class InboundProviderTests
{
    private const string Body = """{"id":"evt_1","type":"charge.succeeded","data":{"name":"Zoë"}}""";
    private const string SlackBody = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    private const string TwilioForm = "Digits=1234&To=%2B18005551212&From=%2B14158675309&Caller=%2B14158675309&CallSid=CA1234567890ABCDE";
    private const string TwilioAddress = "https://mycompany.com/myapp.php?foo=1&bar=2";
    private static readonly DateTimeOffset Now = new(2024, 3, 20, 10, 30, 0, TimeSpan.Zero);
    private static readonly long Seconds = Now.ToUnixTimeSeconds();

    [Fact]
    public async Task Stripe_requests_that_stripes_package_signs_verify()
    {
        var header = (await NodeTool.RunScriptAsync("inbound-signatures.mjs", ["stripe", "whsec_abcdefgh", $"{Seconds}", Body])).Succeeded().Output.Trim();
        Checks(new StripeProvider(), "whsec_abcdefgh", ("Stripe-Signature", header));
        Assert.Equal(("evt_1", "charge.succeeded"), (new StripeProvider().EventId(Request(Body), null), new StripeProvider().EventType(Request(Body), null)));
    }

    [Fact]
    public void Stripe_takes_any_of_several_signatures_and_no_other_version()
    {
        var signature = Hex(HMACSHA256.HashData(Encoding.UTF8.GetBytes("whsec_abcdefgh"), Encoding.UTF8.GetBytes($"{Seconds}.{Body}")));
        var stripe = new StripeProvider();
        string? Refused(string header, DateTimeOffset? now = null) => stripe.Verify(Request(Body, ("Stripe-Signature", header)), Key("whsec_abcdefgh"), now ?? Now)?.Reason;
        Assert.Null(Refused($"t={Seconds},v1={new string('0', 64)}, v1={signature},v0=x"));
        Assert.Contains("v1=", Refused($"t={Seconds},v0={signature}"), StringComparison.Ordinal);
        Assert.Contains("t=", Refused($"v1={signature}"), StringComparison.Ordinal);
        Assert.NotNull(Refused($"t={Seconds - 1},v1={signature}"));
        Assert.Null(Refused($"t={Seconds},v1={signature}", Now.AddMinutes(5)));
        Assert.Contains("301 s behind", Refused($"t={Seconds},v1={signature}", Now.AddSeconds(301)), StringComparison.Ordinal);
        Assert.Contains("301 s ahead", Refused($"t={Seconds},v1={signature}", Now.AddSeconds(-301)), StringComparison.Ordinal);
        Assert.NotNull(stripe.SecretFault("sk_live_abcdefgh"));
    }

    [Fact]
    public async Task GitHub_requests_that_its_package_signs_verify()
    {
        var header = (await NodeTool.RunScriptAsync("inbound-signatures.mjs", ["github", "a GitHub secret", Body])).Succeeded().Output.Trim();
        Checks(new GitHubProvider(), "a GitHub secret", ("X-Hub-Signature-256", header));
        var request = Request(Body, ("X-GitHub-Delivery", "72d3162e"), ("X-GitHub-Event", "push"));
        Assert.Equal(("72d3162e", "push"), (new GitHubProvider().EventId(request, null), new GitHubProvider().EventType(request, null)));
    }

    [Fact]
    public void Slacks_published_example_verifies()
    {
        var slack = new SlackProvider();
        const string Secret = "8f742231b10e8888abcd99yyyzzz85a5";
        InboundRequest Signed(string body, string timestamp = "1531420618", string signature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503") =>
            Request(body, ("X-Slack-Signature", signature), ("X-Slack-Request-Timestamp", timestamp), ("Content-Type", "application/x-www-form-urlencoded"));
        var then = DateTimeOffset.FromUnixTimeSeconds(1531420618);
        Assert.Null(slack.Verify(Signed(SlackBody), Key(Secret), then));
        Assert.NotNull(slack.Verify(Signed(SlackBody + "x"), Key(Secret), then));
        Assert.NotNull(slack.Verify(Signed(SlackBody, "1531420619"), Key(Secret), then));
        Assert.NotNull(slack.Verify(Signed(SlackBody, signature: "v1=00"), Key(Secret), then));
        Assert.NotNull(slack.Verify(Signed(SlackBody), Key(Secret + "x"), then));
        Assert.Equal("X-Slack-Request-Timestamp", slack.Verify(Signed(SlackBody), Key(Secret), then.AddMinutes(6))!.Header);
        Assert.Equal("slash_command", slack.EventType(Signed(SlackBody), null));
        var happened = Request("""{"type":"event_callback","event_id":"Ev1","event":{"type":"app_mention"}}""");
        Assert.Equal(("Ev1", "app_mention", null), (slack.EventId(happened, null), slack.EventType(happened, null), slack.Challenge(happened)));
        Assert.Equal("abc", slack.Challenge(Request("""{"type":"url_verification","challenge":"abc"}""")));
    }

    [Fact]
    public void Twilios_signature_of_a_form_covers_address_and_fields()
    {
        var twilio = new TwilioProvider();
        InboundRequest Signed(string form) => Request(form, ("X-Twilio-Signature", "RSOYDt4T1cUTdK1PDd93/VVr8B8="), ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"));
        Assert.Null(twilio.Verify(Signed(TwilioForm), Key("12345", TwilioAddress), Now));
        Assert.Null(twilio.Verify(Signed(TwilioForm), Key("12345", "http://portal.internal/x", TwilioAddress), Now));
        Assert.Null(twilio.Verify(Signed(TwilioForm), Key("12345", TwilioAddress.Replace(".com", ".com:443", StringComparison.Ordinal)), Now));
        Assert.NotNull(twilio.Verify(Signed(TwilioForm.Replace("1234", "1235", StringComparison.Ordinal)), Key("12345", TwilioAddress), Now));
        Assert.NotNull(twilio.Verify(Signed(TwilioForm), Key("12346", TwilioAddress), Now));
        var elsewhere = twilio.Verify(Signed(TwilioForm), Key("12345", "https://other.example/hook?key=hidden"), Now)!;
        Assert.Contains("https://other.example/hook", elsewhere.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", elsewhere.Reason, StringComparison.Ordinal);
        Assert.Equal("message.delivered", twilio.EventType(Request("SmsSid=1&MessageStatus=delivered", ("Content-Type", "application/x-www-form-urlencoded")), null));
    }

    [Fact]
    public void Twilios_signature_of_json_covers_the_bodys_hash_in_the_address()
    {
        const string Query = "?foo=1&bar=2&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";
        const string Json = """{"property": "value", "boolean": true}""";
        InboundRequest Signed(string body) => Request(body, ("X-Twilio-Signature", "a9nBmqA0ju/hNViExpshrM61xv4="), ("Content-Type", "application/json")) with { PathAndQuery = "/myapp.php" + Query };
        var key = Key("12345", "https://mycompany.com/myapp.php" + Query);
        Assert.Null(new TwilioProvider().Verify(Signed(Json), key, Now));
        Assert.Contains("bodySHA256", new TwilioProvider().Verify(Signed(Json + " "), key, Now)!.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("sha256=")]
    public void QuoteIqs_signature_may_have_its_algorithm_in_front(string prefix)
    {
        var header = prefix + Hex(HMACSHA256.HashData("whk_live_123456789"u8, Encoding.UTF8.GetBytes(Body)));
        Checks(new QuoteIqProvider(), "whk_live_123456789", ("X-QuoteIQ-Signature", header));
        Checks(new QuoteIqProvider(), "whk_live_123456789", ("X-QuoteIQ-Signature", header.ToUpperInvariant()));
    }

    [Fact]
    public async Task Requests_that_package_standardwebhooks_signs_verify()
    {
        var secret = SigningSecret.New().Text;
        var signature = (await NodeTool.RunScriptAsync("standard-webhooks.mjs", ["sign", secret, "msg_1", $"{Seconds}", Body])).Succeeded().Output.Trim();
        Checks(new StandardWebhooksProvider(), secret, ("webhook-signature", signature), ("webhook-id", "msg_1"), ("webhook-timestamp", $"{Seconds}"));
        var late = new StandardWebhooksProvider().Verify(Request(Body, ("webhook-signature", signature), ("webhook-id", "msg_1"), ("webhook-timestamp", $"{Seconds}")), Key(secret), Now.AddMinutes(6));
        Assert.Equal("webhook-timestamp", late!.Header);
        Assert.NotNull(new StandardWebhooksProvider().SecretFault("not base 64!"));
    }

    [Fact]
    public void Standard_webhooks_without_an_id_could_be_sent_again_and_are_refused()
    {
        var secret = SigningSecret.New();
        var request = Request(Body, ("X-Webhook-Signature", secret.SignBody(Encoding.UTF8.GetBytes(Body))));
        Assert.Equal("webhook-id", new StandardWebhooksProvider().Verify(request, Key(secret.Text), Now)!.Header);
    }

    [Theory]
    [InlineData(HmacAlgorithm.Sha1, HmacEncoding.Hex, null, null, null)]
    [InlineData(HmacAlgorithm.Sha256, HmacEncoding.Base64, "v1,", null, null)]
    [InlineData(HmacAlgorithm.Sha512, HmacEncoding.Hex, "sha512=", "X-Shop-Time", null)]
    [InlineData(HmacAlgorithm.Sha256, HmacEncoding.Hex, null, "X-Shop-Time", "v0:{timestamp}:{body}:end")]
    public void Described_signatures_verify(HmacAlgorithm algorithm, HmacEncoding encoding, string? prefix, string? timestampHeader, string? template)
    {
        var hmac = new HmacSettings { SignatureHeader = "X-Shop-Signature", Algorithm = algorithm, Encoding = encoding, Prefix = prefix, TimestampHeader = timestampHeader, Template = template, EventIdHeader = "X-Shop-Id", EventTypeHeader = "X-Shop-Type" };
        var content = Encoding.UTF8.GetBytes((template ?? (timestampHeader is null ? "{body}" : "{timestamp}.{body}")).Replace("{timestamp}", $"{Seconds}", StringComparison.Ordinal).Replace("{body}", Body, StringComparison.Ordinal));
        var key = "a shared secret"u8;
#pragma warning disable CA5350 // What is tested.
        var mac = algorithm switch { HmacAlgorithm.Sha1 => HMACSHA1.HashData(key, content), HmacAlgorithm.Sha512 => HMACSHA512.HashData(key, content), _ => HMACSHA256.HashData(key, content) };
#pragma warning restore CA5350
        var header = prefix + (encoding == HmacEncoding.Hex ? Hex(mac) : Convert.ToBase64String(mac));
        var request = Request(Body, ("x-shop-signature", header), ("X-Shop-Time", $"{Seconds}"), ("X-Shop-Id", "e1"), ("X-Shop-Type", "order.paid"));
        var provider = new HmacProvider();
        string? Refused(InboundRequest signed, string secret = "a shared secret", DateTimeOffset? now = null) => provider.Verify(signed, new InboundKey(secret, [], hmac), now ?? Now)?.Header;
        Assert.Null(Refused(request));
        Assert.Equal(("e1", "order.paid"), (provider.EventId(request, hmac), provider.EventType(request, hmac)));
        Assert.NotNull(Refused(request, "another secret"));
        Assert.NotNull(Refused(request with { Body = Encoding.UTF8.GetBytes(Body + " ") }));
        Assert.NotNull(Refused(request with { Headers = [.. request.Headers.Skip(1)] }));
        Assert.Equal(timestampHeader, Refused(request, now: Now.AddMinutes(6)));
        Assert.Contains(header.Length > 0 ? "X-Shop-Signature" : "", provider.Expects(hmac), StringComparison.Ordinal);
    }

    [Fact]
    public void Timestamps_in_milliseconds_are_understood()
    {
        var hmac = new HmacSettings { SignatureHeader = "S", TimestampHeader = "T" };
        var signature = Hex(HMACSHA256.HashData("a shared secret"u8, Encoding.UTF8.GetBytes($"{Seconds}000.{Body}")));
        Assert.Null(new HmacProvider().Verify(Request(Body, ("S", signature), ("T", $"{Seconds}000")), new InboundKey("a shared secret", [], hmac), Now));
    }

    [Fact]
    public void Providers_are_found_by_the_names_in_their_paths()
    {
        Assert.All(InboundProviders.All, provider => Assert.Same(provider, InboundProviders.Find(provider.Name)));
        Assert.All(InboundProviders.Names, name => Assert.Matches("^[a-z0-9-]+$", name));
        Assert.Null(InboundProviders.Find("nonsense"));
    }

    // A signature that holds, and every way in which the same does not.
    private static void Checks(InboundProvider provider, string secret, params (string Name, string Value)[] headers)
    {
        var signed = Request(Body, headers);
        Assert.Null(provider.Verify(signed, Key(secret), Now));
        var refusals = new[]
        {
            provider.Verify(signed, Key(secret[..^2] + "zz"), Now),
            provider.Verify(signed with { Body = Encoding.UTF8.GetBytes(Body.Replace("Zoë", "Zoe", StringComparison.Ordinal)) }, Key(secret), Now),
            provider.Verify(signed with { Body = [] }, Key(secret), Now),
            provider.Verify(Request(Body), Key(secret), Now),
            provider.Verify(Request(Body, [(headers[0].Name, "nonsense"), .. headers[1..]]), Key(secret), Now),
            provider.Verify(Request(Body, [(headers[0].Name, headers[0].Value[..^1]), .. headers[1..]]), Key(secret), Now),
            provider.Verify(Request(Body, [(headers[0].Name, headers[0].Value[..^4] + "0000"), .. headers[1..]]), Key(secret), Now),
        };
        Assert.All(refusals, refusal =>
        {
            Assert.NotNull(refusal);
            Assert.NotEmpty(refusal.Header);
            Assert.DoesNotContain(secret, refusal.Reason, StringComparison.Ordinal);
        });
    }

    private static InboundRequest Request(string body, params (string Name, string Value)[] headers) =>
        new("http://localhost/webhooks/x", "/webhooks/x", [.. headers.Select(header => KeyValuePair.Create(header.Name, header.Value))], Encoding.UTF8.GetBytes(body));

    private static InboundKey Key(string secret, params string[] addresses) => new(secret, addresses, null);

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
