using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Portal.Core.Workflows.Nodes;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;
using Portal.Tests.Shared.Outbound;
using Portal.Tests.Webhooks.Delivery;

namespace Portal.Tests.Workflows.Nodes;

/// <summary>Calls of APIs: what is sent, what is made of the answer, and servers that mean no good.</summary>
public sealed class ApiIntegrationTests(SqliteCore core) : IClassFixture<SqliteCore>, IAsyncLifetime
{
    private readonly NodeBench _bench = new(core, "api-integration");
    private Receiver _server = null!;

    public async ValueTask InitializeAsync() => _server = await Receiver.Start();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Get_sends_query_and_headers_and_hands_on_what_came()
    {
        string? query = null;
        _server.Answer = (context, _) =>
        {
            query = context.Request.QueryString.Value;
            context.Response.Headers["X-Page"] = "1";
            return context.Response.WriteAsJsonAsync(new { ok = true });
        };
        var output = await _bench.Output($$$"""{"url":"{{{_server.Url}}}?a=1#top","query":{"q":"a b&c","n":2,"tags":["x","y"],"none":null},"headers":{"X-Token":"{{ secrets.TOKEN }}","X-None":null}}""");
        var request = Assert.Single(_server.Requests);
        Assert.Equal("?a=1&q=a%20b%26c&n=2&tags=x&tags=y", query);
        Assert.Equal(("s3cret-t0ken", "", ""), (request.Header("X-Token"), request.Header("X-None"), request.Header("Idempotency-Key")));
        Assert.Equal(200, output.GetProperty("status").GetInt32());
        Assert.True(output.GetProperty("body").GetProperty("ok").GetBoolean());
        Assert.Equal("1", output.GetProperty("headers").GetProperty("x-page").GetString());
        Assert.True(output.GetProperty("duration_ms").GetInt64() >= 0);
        Assert.Equal(1, _bench.Meter!.ApiCalls);
    }

    [Theory]
    [InlineData("json", """{"name":"Ädä","n":1.50}""", "application/json", """{"name":"Ädä","n":1.50}""")]
    [InlineData("form", """{"a b":"x&y","n":1}""", "application/x-www-form-urlencoded", "a%20b=x%26y&n=1")]
    [InlineData("text", "\"plain\"", "text/plain; charset=utf-8", "plain")]
    public async Task Body_is_written_as_its_type_says(string type, string body, string contentType, string sent)
    {
        await _bench.Output($$"""{"method":"POST","url":"{{_server.Url}}","body_type":"{{type}}","body":{{body}}}""");
        var request = Assert.Single(_server.Requests);
        Assert.Equal((contentType, sent), (request.Header("Content-Type"), request.Body));
    }

    [Fact]
    public async Task Content_type_may_be_another()
    {
        await _bench.Output($$"""{"method":"PUT","url":"{{_server.Url}}","headers":{"content-type":"application/merge-patch+json"},"body":[1]}""");
        Assert.Equal("application/merge-patch+json", Assert.Single(_server.Requests).Header("Content-Type"));
    }

    [Theory]
    [InlineData("""{"type":"bearer","token":"{{ secrets.TOKEN }}"}""", "Authorization", "Bearer s3cret-t0ken")]
    [InlineData("""{"type":"basic","username":"ada","password":"{{ secrets.TOKEN }}"}""", "Authorization", "Basic YWRhOnMzY3JldC10MGtlbg==")]
    [InlineData("""{"type":"api_key","key":"{{ secrets.TOKEN }}"}""", "X-API-Key", "s3cret-t0ken")]
    [InlineData("""{"type":"api_key","header":"X-Other","key":"k"}""", "X-Other", "k")]
    [InlineData("""{"type":"none"}""", "Authorization", "")]
    public async Task Credentials_are_sent(string auth, string header, string value)
    {
        await _bench.Output($$"""{"url":"{{_server.Url}}","auth":{{auth}}}""");
        Assert.Equal(value, Assert.Single(_server.Requests).Header(header));
    }

    [Fact]
    public async Task Every_attempt_of_a_step_sends_the_same_idempotency_key_and_another_run_another()
    {
        var config = $$"""{"method":"POST","url":"{{_server.Url}}"}""";
        foreach (var (execution, attempt) in new[] { ("exe_a", 1), ("exe_a", 1), ("exe_a", 2), ("exe_b", 1) }) await _bench.Output(config, execution: execution, attempt: attempt);
        var keys = _server.Requests.Select(request => request.Header("Idempotency-Key")).ToList();
        Assert.Equal((keys[0], keys[0], true, true), (keys[1], keys[2], keys[0] != keys[3], keys[0].Length > 0));
        await _bench.Output($$"""{"method":"DELETE","url":"{{_server.Url}}","idempotency_header":"X-Once"}""");
        Assert.NotEqual("", _server.Requests.Last().Header("X-Once"));
        await _bench.Output($$"""{"method":"POST","url":"{{_server.Url}}","idempotency_header":""}""");
        Assert.Equal("", _server.Requests.Last().Header("Idempotency-Key"));
    }

    [Theory]
    [InlineData("auto", "application/json", "{\"a\":1}", "{\"a\":1}")]
    [InlineData("auto", "application/problem+json; charset=utf-8", "[1]", "[1]")]
    [InlineData("auto", "text/html", "<b>x</b>", "\"<b>x</b>\"")]
    [InlineData("auto", "image/png", "abc", "\"YWJj\"")]
    [InlineData("json", "text/plain", "{\"a\":1}", "{\"a\":1}")]
    [InlineData("text", "application/json", "{}", "\"{}\"")]
    [InlineData("base64", "text/plain", "abc", "\"YWJj\"")]
    [InlineData("auto", "application/json", "", "null")]
    public async Task Response_is_read_by_its_type_or_as_asked(string reading, string type, string body, string expected)
    {
        Answer(type, Encoding.UTF8.GetBytes(body));
        var output = await _bench.Output($$"""{"url":"{{_server.Url}}","response":"{{reading}}"}""");
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(expected), output.GetProperty("body")), output.GetRawText());
    }

    [Fact]
    public async Task Text_is_read_in_its_character_set()
    {
        Answer("text/plain; charset=iso-8859-1", [0xE4, 0x21]);
        Assert.Equal("ä!", (await _bench.Output($$"""{"url":"{{_server.Url}}"}""")).GetProperty("body").GetString());
        Answer("text/html; charset=windows-1252", [0x80, 0x96]);
        Assert.Equal("€–", (await _bench.Output($$"""{"url":"{{_server.Url}}"}""")).GetProperty("body").GetString());
        Answer("text/plain; charset=shift_jis", [0x83, 0x65]);
        Assert.Equal("テ", (await _bench.Output($$"""{"url":"{{_server.Url}}"}""")).GetProperty("body").GetString());
        Answer("text/csv", [0xEF, 0xBB, 0xBF, 0x61]);
        Assert.Equal("a", (await _bench.Output($$"""{"url":"{{_server.Url}}"}""")).GetProperty("body").GetString());
        Answer("text/plain; charset=utf-7", [0x41]);
        Assert.Equal("A", (await _bench.Output($$"""{"url":"{{_server.Url}}"}""")).GetProperty("body").GetString());
    }

    [Fact]
    public async Task Cookies_are_told_apart_and_none_is_sent_back()
    {
        _server.Answer = (context, _) =>
        {
            context.Response.Headers.SetCookie = new(["a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "b=2"]);
            return Task.CompletedTask;
        };
        var output = await _bench.Output($$"""{"url":"{{_server.Url}}"}""");
        Assert.Equal(["a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "b=2"], output.GetProperty("headers").GetProperty("set-cookie").EnumerateArray().Select(cookie => cookie.GetString()));
        await _bench.Output($$"""{"url":"{{_server.Url}}"}""");
        Assert.Equal("", _server.Requests.Last().Header("Cookie"));
    }

    [Theory]
    [InlineData(400, false)]
    [InlineData(404, false)]
    [InlineData(408, true)]
    [InlineData(429, true)]
    [InlineData(500, true)]
    [InlineData(503, true)]
    [InlineData(302, false)]
    public async Task Other_statuses_are_failures_of_which_some_may_pass(int status, bool retryable)
    {
        _server.Answer = (context, _) =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync("s3cret-t0ken");
        };
        var failure = await _bench.Fails("HTTP_STATUS", $$$"""{"url":"{{{_server.Url}}}","headers":{"X":"{{ secrets.TOKEN }}"}}""");
        Assert.Equal(retryable, failure.Retryable);
        Assert.Contains($"{status}", failure.Message, StringComparison.Ordinal);
        Assert.Null(failure.RetryAfter);
    }

    [Fact]
    public async Task Expected_statuses_are_answers()
    {
        _server.AnswerWith(404);
        Assert.Equal(404, (await _bench.Output($$"""{"url":"{{_server.Url}}","expected_statuses":[200,404]}""")).GetProperty("status").GetInt32());
        _server.AnswerWith(201);
        await _bench.Fails("HTTP_STATUS", $$"""{"url":"{{_server.Url}}","expected_statuses":[200]}""");
    }

    [Theory]
    [InlineData(429, "120", 120)]
    [InlineData(503, "999999999", 86400)]
    [InlineData(500, "120", null)]
    [InlineData(429, "soon", null)]
    [InlineData(429, "Mon, 15 Jan 2001 12:10:00 GMT", null)]
    public async Task Server_may_name_the_pause(int status, string header, int? seconds)
    {
        _server.AnswerWith(status, ("Retry-After", header));
        var failure = await _bench.Fails("HTTP_STATUS", $$"""{"url":"{{_server.Url}}"}""");
        Assert.Equal(seconds, failure.RetryAfter is { } pause ? (int)pause.TotalSeconds : null);
    }

    [Fact]
    public async Task Pause_may_be_named_as_the_time_of_its_end()
    {
        _server.AnswerWith(503, ("Retry-After", core.Time.GetUtcNow().AddMinutes(10).ToString("R")));
        var failure = await _bench.Fails("HTTP_STATUS", $$"""{"url":"{{_server.Url}}"}""");
        Assert.Equal(TimeSpan.FromMinutes(10), failure.RetryAfter);
    }

    [Fact]
    public async Task Hundred_megabytes_are_a_clear_failure_and_not_read()
    {
        var sent = 0L;
        const long Whole = 100 * 1024 * 1024;
        await using var server = new RawServer(async connection =>
        {
            await connection.Send($"HTTP/1.1 200 OK\r\nContent-Length: {Whole}\r\n\r\n");
            var chunk = new byte[64 * 1024];
            for (; sent < Whole; sent += chunk.Length) await connection.Stream.WriteAsync(chunk, connection.End);
        });
        var failure = await _bench.Fails("RESPONSE_TOO_LARGE", $$"""{"url":"{{server.Url}}"}""");
        Assert.Equal(("The response is longer than 1024 KiB.", false), (failure.Message, failure.Retryable));
        Assert.True(sent < Whole / 2);
    }

    [Fact]
    public async Task Target_that_hangs_is_a_clear_failure()
    {
        await using var server = new RawServer(connection => connection.Hang());
        var call = Assert.ThrowsAsync<NodeException>(async () => await _bench.Run($$"""{"url":"{{server.Url}}","timeout_seconds":5}"""));
        await WaitFor.Condition(() => server.Requests.Count == 1, "the request has come");
        core.Time.Advance(TimeSpan.FromSeconds(5));
        var failure = await call;
        Assert.Equal(("HTTP_TIMEOUT", "No response within 5 s.", true), (failure.Code, failure.Message, failure.Retryable));
    }

    [Theory]
    [InlineData("http://10.0.0.1/", "ADDRESS_REFUSED")]
    [InlineData("http://169.254.169.254/latest/meta-data", "ADDRESS_REFUSED")]
    [InlineData("http://[::1]/", "ADDRESS_REFUSED")]
    [InlineData("http://0x0a000001/", "ADDRESS_REFUSED")]
    [InlineData("file:///etc/passwd", "INVALID_REQUEST")]
    [InlineData("http://user:s3cret@example.com/", "INVALID_REQUEST")]
    [InlineData("not a url", "INVALID_REQUEST")]
    public async Task Addresses_that_nobody_may_aim_at_are_refused(string url, string code) => Assert.False((await _bench.Fails(code, $$"""{"url":"{{url}}"}""")).Retryable);

    [Fact]
    public async Task Redirect_into_a_private_network_is_refused_without_telling_its_address()
    {
        _server.AnswerWith(302, ("Location", "http://10.0.0.1/?key=s3cret-t0ken"));
        await _bench.Fails("ADDRESS_REFUSED", $$"""{"url":"{{_server.Url}}"}""");
    }

    [Fact]
    public async Task Redirects_are_followed_as_far_as_allowed()
    {
        _server.Answer = (context, request) =>
        {
            if (request.Path == "/hook") context.Response.Redirect("/other");
            else context.Response.StatusCode = 204;
            return Task.CompletedTask;
        };
        Assert.Equal(204, (await _bench.Output($$"""{"url":"{{_server.Url}}"}""")).GetProperty("status").GetInt32());
        _server.Answer = (context, _) =>
        {
            context.Response.Redirect("/hook");
            return Task.CompletedTask;
        };
        await _bench.Fails("TOO_MANY_REDIRECTS", $$"""{"url":"{{_server.Url}}"}""");
        Assert.Equal(302, (await _bench.Output($$"""{"url":"{{_server.Url}}","redirects":0,"expected_statuses":[302]}""")).GetProperty("status").GetInt32());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"a":"\ud800"}""")]
    [InlineData("""{"a":1,"a":2}""")]
    public async Task Broken_json_is_a_failure(string body)
    {
        Answer("application/json", Encoding.UTF8.GetBytes(body));
        await _bench.Fails("INVALID_JSON", $$"""{"url":"{{_server.Url}}"}""");
    }

    [Fact]
    public async Task Json_nested_too_deeply_is_a_failure()
    {
        Answer("application/json", Encoding.UTF8.GetBytes(new string('[', 100_000)));
        Assert.Contains("levels deep", (await _bench.Fails("INVALID_JSON", $$"""{"url":"{{_server.Url}}"}""")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_there_is_a_failure_that_may_pass()
    {
        string gone;
        await using (var server = new RawServer("")) gone = server.Url;
        Assert.True((await _bench.Fails("HTTP_UNREACHABLE", $$"""{"url":"{{gone}}"}""")).Retryable);
        await using var raw = new RawServer("no http at all\r\n\r\n");
        await _bench.Fails("INVALID_RESPONSE", $$"""{"url":"{{raw.Url}}"}""");
    }

    [Theory]
    [InlineData("""{"headers":{"Host":"example.com"}}""", "INVALID_REQUEST")]
    [InlineData("""{"headers":{"X-A":"a\r\nX-B: b"}}""", "INVALID_REQUEST")]
    [InlineData("""{"headers":{"X-A":"s3cret-ü"}}""", "INVALID_REQUEST")]
    [InlineData("""{"headers":{"a b":"1"}}""", "INVALID_REQUEST")]
    [InlineData("""{"method":"TRACE"}""", "INVALID_CONFIG")]
    [InlineData("""{"timeout_seconds":301}""", "INVALID_CONFIG")]
    [InlineData("""{"most_bytes":104857600}""", "INVALID_CONFIG")]
    [InlineData("""{"auth":{"type":"bearer"}}""", "INVALID_CONFIG")]
    [InlineData("""{"auth":{"type":"basic","username":"a"}}""", "INVALID_CONFIG")]
    [InlineData("""{"method":"POST","body_type":"form","body":["s3cret"]}""", "INVALID_CONFIG")]
    public async Task Requests_that_cannot_be_sent_are_failures(string config, string code)
    {
        await _bench.Fails(code, config.Insert(1, $"\"url\":\"{_server.Url}\","));
        Assert.Empty(_server.Requests);
    }

    private void Answer(string type, byte[] body) => _server.Answer = (context, _) =>
    {
        context.Response.ContentType = type;
        return context.Response.Body.WriteAsync(body).AsTask();
    };
}
