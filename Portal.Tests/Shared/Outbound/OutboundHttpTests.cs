using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Portal.Core.Shared.Http;
using Portal.Core.Shared.Security;
using Portal.Tests.Infrastructure;

namespace Portal.Tests.Shared.Outbound;

/// <summary>The outbound client against servers that misbehave, on real sockets.</summary>
public sealed class OutboundHttpTests : IDisposable
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Two: a\r\nX-Two: b\r\n\r\nhi";
    private readonly ManualTime _time = new();
    private readonly List<OutboundHttp> _clients = [];

    [Fact]
    public async Task Response_comes_with_status_headers_and_body()
    {
        await using var server = new RawServer(Ok);
        var result = await Client().Send(Post(server.Url) with { Headers = [new("X-Own", "1"), new("Content-Type", "application/json")] }, None);
        var response = result.Response!;
        Assert.Equal((HttpStatusCode.OK, "hi", false), (response.Status, Encoding.ASCII.GetString(response.Body), response.Cut));
        Assert.Equal(["a", "b"], response.Headers.Where(header => header.Key == "X-Two").Select(header => header.Value));
        var head = Assert.Single(server.Requests);
        Assert.Contains("X-Own: 1", head, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/json", head, StringComparison.Ordinal);
        Assert.DoesNotContain("traceparent", head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endless_body_is_cut_at_the_cap()
    {
        await using var server = new RawServer(async connection =>
        {
            await connection.Send("HTTP/1.1 200 OK\r\n\r\n");
            while (true) await connection.Send(new string('x', 10_000));
        });
        var result = await Client().Send(Post(server.Url) with { LargestBody = 65_536 }, None);
        Assert.True(result.Response!.Cut);
        Assert.Equal(65_536, result.Response.Body.Length);
    }

    [Fact]
    public async Task Compressed_bomb_is_cut_at_the_cap_too()
    {
        var bomb = new MemoryStream();
        await using (var gzip = new GZipStream(bomb, CompressionLevel.Optimal, leaveOpen: true)) await gzip.WriteAsync(new byte[20_000_000]);
        await using var server = new RawServer(async connection =>
        {
            await connection.Send($"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {bomb.Length}\r\n\r\n");
            await connection.Stream.WriteAsync(bomb.ToArray());
        });
        var result = await Client().Send(Post(server.Url) with { LargestBody = 1000 }, None);
        Assert.Equal((true, 1000), (result.Response!.Cut, result.Response.Body.Length));
    }

    [Fact]
    public async Task Slow_drip_ends_with_the_time_out_and_names_the_status()
    {
        var dripped = new TaskCompletionSource();
        await using var server = new RawServer(async connection =>
        {
            await connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx");
            dripped.SetResult();
            await connection.Hang();
        });
        var sending = Client().Send(Post(server.Url), None);
        await dripped.Task;
        // The head has to be read before the time is over for the status to be known.
        await WaitFor.Condition(() => { if (!sending.IsCompleted) _time.Advance(TimeSpan.FromMilliseconds(50)); return sending.IsCompleted; }, "the request ends");
        var result = await sending;
        Assert.Equal(OutboundFault.TimedOut, result.Failure!.Fault);
        Assert.True(result.Duration >= TimeSpan.FromSeconds(15));
        Assert.Equal(HttpStatusCode.OK, result.Failure.Status);
    }

    [Fact]
    public async Task Server_that_never_answers_ends_with_the_time_out()
    {
        var asked = new TaskCompletionSource();
        await using var server = new RawServer(async connection => { asked.SetResult(); await connection.Hang(); });
        var sending = Client().Send(Post(server.Url), None);
        await asked.Task;
        _time.Advance(TimeSpan.FromSeconds(15));
        var failure = (await sending).Failure!;
        Assert.Equal((OutboundFault.TimedOut, "No response within 15 s."), (failure.Fault, failure.Reason));
    }

    [Fact]
    public async Task Reset_is_a_lost_connection()
    {
        await using var server = new RawServer(connection => { connection.Reset(); return Task.CompletedTask; });
        Assert.Equal(OutboundFault.ConnectionLost, await FaultOf(server.Url));
    }

    [Fact]
    public async Task Body_that_ends_early_is_a_lost_connection()
    {
        await using var server = new RawServer("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort");
        var failure = (await Client().Send(Post(server.Url), None)).Failure!;
        Assert.Equal((OutboundFault.ConnectionLost, HttpStatusCode.OK), (failure.Fault, failure.Status));
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    [InlineData("HTTP/1.1 abc\r\n\r\n")]
    public async Task What_is_not_http_is_an_invalid_response(string answer)
    {
        await using var server = new RawServer(answer);
        Assert.Equal(OutboundFault.InvalidResponse, await FaultOf(server.Url));
    }

    [Fact]
    public async Task Endless_head_is_an_invalid_response()
    {
        await using var server = new RawServer(async connection =>
        {
            await connection.Send("HTTP/1.1 200 OK\r\n");
            for (var i = 0; ; i++) await connection.Send($"X-{i}: {new string('x', 1000)}\r\n");
        });
        Assert.Equal(OutboundFault.InvalidResponse, await FaultOf(server.Url));
    }

    [Fact]
    public async Task Closed_port_is_a_refused_connection()
    {
        string url;
        await using (var server = new RawServer(Ok)) url = server.Url;
        Assert.Equal(OutboundFault.ConnectionRefused, await FaultOf(url));
    }

    [Fact]
    public async Task Unknown_name_is_named_so() =>
        Assert.Equal(OutboundFault.NameNotFound, (await Client(new Names()).Send(Post("http://nowhere.example/"), None)).Failure!.Fault);

    [Fact]
    public async Task Self_signed_certificate_is_refused_with_its_reason()
    {
        using var key = RSA.Create(2048);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=wrong.example", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var requests = 0;
        await using var server = new RawServer(async connection =>
        {
            await using var tls = new SslStream(connection.Stream);
            await tls.AuthenticateAsServerAsync(certificate);
            if (await tls.ReadAsync(new byte[1]) == 1) requests++;
        }, readHead: false);
        var failure = (await Client().Send(Post($"https://127.0.0.1:{server.Port}/"), None)).Failure!;
        Assert.Equal(OutboundFault.TlsFailed, failure.Fault);
        Assert.Contains("certificate", failure.Reason, StringComparison.Ordinal);
        Assert.Equal(0, requests);
    }

    [Fact]
    public async Task Plain_server_behind_an_https_address_fails_as_tls()
    {
        await using var server = new RawServer(connection => connection.Send(Ok), readHead: false);
        Assert.Equal(OutboundFault.TlsFailed, await FaultOf($"https://127.0.0.1:{server.Port}/"));
    }

    [Fact]
    public async Task Redirect_is_an_answer_unless_asked_for()
    {
        await using var target = new RawServer(Ok);
        await using var server = new RawServer($"HTTP/1.1 302 Found\r\nLocation: {target.Url}\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal(HttpStatusCode.Found, (await Client().Send(Post(server.Url), None)).Response!.Status);
        Assert.Empty(target.Requests);
        var followed = await Client().Send(Post(server.Url) with { Redirects = 1, Headers = [new("X-Secret", "s")] }, None);
        Assert.Equal((HttpStatusCode.OK, target.Url), (followed.Response!.Status, followed.Response.Url.ToString()));
        var head = Assert.Single(target.Requests);
        Assert.StartsWith("GET", head, StringComparison.Ordinal);
        Assert.DoesNotContain("X-Secret", head, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/")]
    [InlineData("http://internal.example/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://user:pw@8.8.8.8/")]
    public async Task Redirect_to_what_is_forbidden_is_refused(string location)
    {
        await using var server = new RawServer($"HTTP/1.1 307 Temporary Redirect\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
        var client = Client(new Names { ["internal.example"] = ["10.0.0.1"] });
        var failure = (await client.Send(Post(server.Url) with { Redirects = 5 }, None)).Failure!;
        Assert.Equal(OutboundFault.ForbiddenAddress, failure.Fault);
    }

    [Fact]
    public async Task Redirects_in_a_circle_end()
    {
        await using var server = new RawServer("HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        Assert.Equal(OutboundFault.TooManyRedirects, (await Client().Send(Post(server.Url) with { Redirects = 3 }, None)).Failure!.Fault);
        Assert.Equal(4, server.Requests.Count);
    }

    [Fact]
    public async Task Name_that_turns_to_a_forbidden_address_after_it_was_saved_is_refused_at_connect()
    {
        await using var server = new RawServer(Ok);
        var names = new Names { ["rebind.example"] = ["93.184.215.14"] };
        var addresses = new OutboundAddress(names.Resolve, AddressRanges.None);
        using var client = new OutboundHttp(addresses, _time);
        var url = $"http://rebind.example:{server.Port}/";
        Assert.Null(await addresses.Check(url, None));
        names["rebind.example"] = ["127.0.0.1"];
        var failure = (await client.Send(Post(url), None)).Failure!;
        Assert.Equal(OutboundFault.ForbiddenAddress, failure.Fault);
        Assert.Contains("loopback", failure.Reason, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Socket_is_opened_to_the_address_that_was_checked()
    {
        await using var server = new RawServer(Ok);
        var names = new Names { ["once.example"] = ["127.0.0.1"] };
        var client = Client(names);
        Assert.NotNull((await client.Send(Post($"http://once.example:{server.Port}/"), None)).Response);
        // One look-up for one connection: what is checked cannot be another answer than what is used.
        Assert.Equal(1, names.Asked);
        Assert.Contains($"Host: once.example:{server.Port}", Assert.Single(server.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dead_address_of_a_name_does_not_hide_the_live_one()
    {
        await using var server = new RawServer(Ok);
        var client = Client(new Names { ["two.example"] = ["127.0.0.2", "127.0.0.1"] });
        Assert.NotNull((await client.Send(Post($"http://two.example:{server.Port}/"), None)).Response);
    }

    [Fact]
    public async Task Caller_who_gives_up_is_not_told_of_a_time_out()
    {
        var asked = new TaskCompletionSource();
        await using var server = new RawServer(async connection => { asked.SetResult(); await connection.Hang(); });
        using var given = new CancellationTokenSource();
        var sending = Client().Send(Post(server.Url), given.Token);
        await asked.Task;
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    public void Dispose() => _clients.ForEach(client => client.Dispose());

    private static CancellationToken None => TestContext.Current.CancellationToken;

    private static OutboundRequest Post(string url) => new() { Method = HttpMethod.Post, Url = url, Body = "{}"u8.ToArray() };

    private async Task<OutboundFault?> FaultOf(string url) => (await Client().Send(Post(url), None)).Failure?.Fault;

    private OutboundHttp Client(Names? names = null)
    {
        Assert.True(AddressRanges.TryParse(["127.0.0.0/8"], out var loopback, out _));
        var client = new OutboundHttp(new OutboundAddress((names ?? []).Resolve, loopback), _time);
        _clients.Add(client);
        return client;
    }

    private sealed class Names : ConcurrentDictionary<string, string[]>
    {
        private int _asked;

        public int Asked => _asked;

        public Task<IPAddress[]> Resolve(string host, CancellationToken cancellation)
        {
            Interlocked.Increment(ref _asked);
            return Task.FromResult(TryGetValue(host, out var found) ? Array.ConvertAll(found, IPAddress.Parse) : []);
        }
    }
}
