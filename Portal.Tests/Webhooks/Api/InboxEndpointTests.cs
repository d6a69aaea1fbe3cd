using System.Diagnostics;
using System.Net;
using System.Text;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Webhooks.Tester;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Webhooks.Api;

/// <summary>The inboxes' address over a socket, without any session.</summary>
public sealed class InboxEndpointTests : IAsyncLifetime
{
    private readonly PortalApp _app = PortalApp.OnKestrel(new PortalAppOptions { Environment = "Production", Settings = { ["Webhooks:Tester:LargestBody"] = "1000" } });
    private readonly Actor _actor = Actor.System(new Tenant("org_1", ApiMode.Test));
    private HttpClient _client = null!;
    private InboxView _inbox = null!;

    private TesterInboxes Inboxes => (TesterInboxes)_app.Services.GetService(typeof(TesterInboxes))!;

    public async ValueTask InitializeAsync()
    {
        _client = _app.Client();
        _inbox = await Inboxes.Create(_actor, "Orders", default);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task Any_method_is_taken_with_path_query_headers_and_body_as_they_came()
    {
        foreach (var method in new[] { "GET", "PUT", "DELETE", "PROPFIND", "OPTIONS" })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), $"/inbox/{_inbox.Token}/a%2Fb/ä?q=1&q=%20") { Content = method == "PUT" ? new ByteArrayContent([0xFF, 0, 1]) : null };
            request.Headers.Add("X-Own", "value");
            using var response = await _client.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("""{"received":true}""", await response.Content.ReadAsStringAsync());
        }

        var rows = (await Inboxes.Requests(_actor, _inbox.Id, 10, default)).Rows;
        Assert.Equal(["OPTIONS", "PROPFIND", "DELETE", "PUT", "GET"], rows.Select(row => row.Method));
        var put = await Inboxes.Request(_actor, rows[3].Id, default);
        Assert.Equal([0xFF, 0, 1], put.Body);
        Assert.Equal(("/a%2Fb/%C3%A4", "q=1&q=%20", "127.0.0.1"), (put.Row.Path, put.Query, put.Address));
        Assert.Contains(new KeyValuePair<string, string>("X-Own", "value"), put.Headers);
    }

    [Fact]
    public async Task Answer_is_never_a_document_of_the_portals_origin()
    {
        await Answer(new InboxAnswer { ContentType = "text/plain", Body = "<script>alert(1)</script>", Headers = "X-Trace: 1" });
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/inbox/{_inbox.Token}");
        request.Headers.Add("Accept", "text/html");
        using var response = await _client.SendAsync(request);

        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.StartsWith("sandbox;", Assert.Single(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("1", Assert.Single(response.Headers.GetValues("X-Trace")));
        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Status_delay_and_header_are_as_configured_also_for_those_who_want_a_page()
    {
        await Answer(new InboxAnswer { Status = 503, DelayMilliseconds = 250, Headers = "Retry-After: 7" });
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/inbox/{_inbox.Token}");
        request.Headers.Add("Accept", "text/html");
        var watch = Stopwatch.StartNew();
        using var response = await _client.SendAsync(request);

        Assert.True(watch.ElapsedMilliseconds >= 240, $"It answered after {watch.ElapsedMilliseconds} ms.");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("7", Assert.Single(response.Headers.GetValues("Retry-After")));
        Assert.Equal("", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Reset_is_a_reset_and_the_request_is_kept()
    {
        await Answer(new InboxAnswer { Fault = InboxFault.Reset });
        using var connection = new System.Net.Sockets.TcpClient();
        await connection.ConnectAsync(_app.Address.Host, _app.Address.Port);
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST /inbox/{_inbox.Token} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"));
        var failed = await Assert.ThrowsAsync<IOException>(async () => await connection.GetStream().ReadExactlyAsync(new byte[10]));
        Assert.Equal(System.Net.Sockets.SocketError.ConnectionReset, Assert.IsType<System.Net.Sockets.SocketException>(failed.InnerException).SocketErrorCode);
        Assert.Equal(0, Assert.Single((await Inboxes.Requests(_actor, _inbox.Id, 10, default)).Rows).Answered);
    }

    [Fact]
    public async Task Drip_sends_its_head_at_once_and_its_bytes_one_by_one()
    {
        await Answer(new InboxAnswer { Fault = InboxFault.Drip, Body = "ab" });
        var watch = Stopwatch.StartNew();
        using var response = await _client.GetAsync(new Uri($"/inbox/{_inbox.Token}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[10];
        Assert.Equal(1, await body.ReadAsync(buffer));
        Assert.Equal(1, await body.ReadAsync(buffer));
        Assert.True(watch.ElapsedMilliseconds >= 900, $"The second byte came after {watch.ElapsedMilliseconds} ms.");
    }

    [Fact]
    public async Task Long_body_is_cut_and_its_length_said()
    {
        using var response = await _client.PostAsync(new Uri($"/inbox/{_inbox.Token}", UriKind.Relative), new ByteArrayContent(new byte[2_000_000]));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var row = Assert.Single((await Inboxes.Requests(_actor, _inbox.Id, 10, default)).Rows);
        var kept = await Inboxes.Request(_actor, row.Id, default);
        Assert.Equal((2_000_000, 1000, true), (row.BodyBytes, kept.Body.Length, kept.IsCut));
    }

    [Fact]
    public async Task Unknown_token_is_not_found()
    {
        using var response = await _client.GetAsync(new Uri("/inbox/none", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
    }

    private Task Answer(InboxAnswer answer) => Inboxes.Update(_actor, _inbox.Id, "Orders", answer, default);
}
