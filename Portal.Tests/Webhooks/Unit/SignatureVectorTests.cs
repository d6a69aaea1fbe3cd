using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Portal.Core.Webhooks.Signing;
using Portal.Tests.Infrastructure;

namespace Portal.Tests.Webhooks.Unit;

/// <summary>Our signatures are those of others: published vectors, and the package standardwebhooks.</summary>
public sealed partial class SignatureVectorTests
{
    private const string Vectors = "/work/shared/conformance/webhook-signature-vectors.txt";

    [Theory]
    [InlineData("V1")]
    [InlineData("V2")]
    public void Standard_webhooks_v1_vector_is_met(string name)
    {
        var vector = StandardVector().Match(Line(name));
        Assert.True(SigningSecret.TryParse(vector.Groups["secret"].Value, out var secret, out _));
        Assert.Equal(vector.Groups["signature"].Value, secret.Sign(ContentOf(vector)));
    }

    [Fact]
    public void Standard_webhooks_v1a_vector_is_met()
    {
        Assert.SkipUnless(Ed25519.IsSupported, "This machine has no OpenSSL 3.");
        var content = ContentOf(StandardVector().Match(Line("V1")));
        var vector = KeyVector().Match(Line("V3"));
        Assert.True(SigningKeyPair.TryParse(vector.Groups["sk"].Value, out var pair));
        Assert.Equal(vector.Groups["pk"].Value, pair.PublicKey.ToString());
        Assert.Equal(vector.Groups["signature"].Value, pair.Sign(content));
        var signature = Convert.FromBase64String(vector.Groups["signature"].Value);
        Assert.True(Ed25519.Verify(pair.PublicKey.Bytes, content, signature));
        signature[0] ^= 1;
        Assert.False(Ed25519.Verify(pair.PublicKey.Bytes, content, signature));
    }

    [Theory]
    [InlineData("V4")]
    [InlineData("V5")]
    public void Simple_signature_vector_is_met(string name)
    {
        var vector = SimpleVector().Match(Line(name));
        Assert.Equal(vector.Groups["signature"].Value, SimpleSignature.Of(vector.Groups["secret"].Value, Encoding.UTF8.GetBytes(vector.Groups["body"].Value)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Package_standardwebhooks_verifies_what_we_sign(int secrets)
    {
        var body = """{"type":"contact.created","data":{"name":"Zoë"}}""";
        var all = Enumerable.Range(0, secrets).Select(_ => SigningSecret.New()).ToList();
        var headers = WebhookSignature.Headers("evt_1", TimeProvider.System.GetUtcNow(), Encoding.UTF8.GetBytes(body), all, Ed25519.IsSupported ? SigningKeyPair.New() : null);
        var json = JsonSerializer.Serialize(headers.ToDictionary(header => header.Key, header => header.Value, StringComparer.Ordinal));
        foreach (var secret in all)
            Assert.Equal("verified", (await NodeTool.RunScriptAsync("standard-webhooks.mjs", ["verify", secret.Text, json, body])).Succeeded().Output.Trim());
        Assert.NotEqual(0, (await NodeTool.RunScriptAsync("standard-webhooks.mjs", ["verify", all[0].Text, json, body + " "])).ExitCode);
    }

    [Fact]
    public async Task We_verify_what_package_standardwebhooks_signs()
    {
        var now = new DateTimeOffset(2024, 3, 20, 10, 30, 0, TimeSpan.Zero);
        var body = """{"name":"Zoë"}""";
        var secret = SigningSecret.New();
        var seconds = $"{now.ToUnixTimeSeconds()}";
        var signature = (await NodeTool.RunScriptAsync("standard-webhooks.mjs", ["sign", secret.Text, "msg_1", seconds, body])).Succeeded().Output.Trim();
        var request = new SignedRequest(
            [new("Webhook-Id", "msg_1"), new("Webhook-Timestamp", seconds), new("Webhook-Signature", signature)], Encoding.UTF8.GetBytes(body), [secret.Text]);
        Assert.True(SignatureVerifier.Verify(request, now).Valid);
    }

    private static byte[] ContentOf(Match vector) =>
        WebhookSignature.Content(vector.Groups["id"].Value, vector.Groups["ts"].Value, Encoding.UTF8.GetBytes(vector.Groups["body"].Value));

    private static string Line(string name)
    {
        Assert.SkipUnless(File.Exists(Vectors), $"{Vectors} is not on this machine.");
        return File.ReadLines(Vectors).Single(line => line.StartsWith(name + " ", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"id (?<id>\S+) ts (?<ts>\d+) secret (?<secret>\S+) payload (?<body>.*) → v1,(?<signature>\S+)", RegexOptions.ExplicitCapture)]
    private static partial Regex StandardVector();

    [GeneratedRegex(@"sk (?<sk>\S+) pk (?<pk>\S+) → v1a,(?<signature>\S+)", RegexOptions.ExplicitCapture)]
    private static partial Regex KeyVector();

    [GeneratedRegex("""^\S+ \S+ "?(?<secret>[^"/]+?)"? / "?(?<body>[^"].*?|\{.*\})"? → (?<signature>sha256=\S+)""", RegexOptions.ExplicitCapture)]
    private static partial Regex SimpleVector();
}
