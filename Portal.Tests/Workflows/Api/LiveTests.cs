using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Portal.Api.Live;
using Portal.Core.Access;
using Portal.Core.Notifications;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;
using Portal.Core.Workflows.Engine;
using Portal.Core.Workflows.Tasks;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;
using Portal.Tests.Workflows.Engine;

namespace Portal.Tests.Workflows.Api;

/// <summary>WebSockets on a real port, with a real client.</summary>
public sealed class LiveTests(LiveTests.Site site) : IClassFixture<LiveTests.Site>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Socket_tells_each_change_of_a_run_and_closes_with_its_end()
    {
        var (tenant, key) = await site.NewKey("workflows:*");
        var (run, task) = await site.Asked(tenant);
        using var socket = await site.Open($"/ws/executions/{run}?after=0", key);
        var messages = new List<JsonElement> { await Next(socket) };
        while (!messages[^1].GetProperty("steps").EnumerateArray().Any(step => step.GetProperty("node_id").GetString() == "ask")) messages.Add(await Next(socket));
        Assert.Equal(("execution_status", run, "running", "ask"),
            (Text(messages[^1], "type"), Text(messages[^1], "execution_id"), Text(messages[^1], "status"), Text(messages[^1], "current_step")));
        await site.Approve(tenant, task);
        while (await NextOrEnd(socket) is { } message) messages.Add(message);
        Assert.Equal("completed", Text(messages[^1], "status"));
        Assert.Equal(100, messages[^1].GetProperty("progress").GetInt32());
        Assert.Equal((WebSocketCloseStatus.NormalClosure, "completed"), (socket.CloseStatus, socket.CloseStatusDescription));
        var sequences = messages.ConvertAll(message => message.GetProperty("sequence").GetInt64());
        Assert.Equal(sequences.Distinct().Order(), sequences);

        // Whoever goes on behind any message misses nothing and hears nothing twice.
        foreach (var after in sequences)
        {
            using var resumed = await site.Open($"/ws/executions/{run}?after={after}", key);
            var rest = new List<long>();
            while (await NextOrEnd(resumed) is { } message) rest.Add(message.GetProperty("sequence").GetInt64());
            Assert.All(rest, sequence => Assert.True(sequence > after));
            Assert.Equal(after == sequences[^1] ? [] : [sequences[^1]], rest.TakeLast(1));
        }
    }

    [Fact]
    public async Task Whoever_does_not_go_on_from_somewhere_begins_with_how_things_stand()
    {
        var (tenant, key) = await site.NewKey("workflows:read");
        var (run, _) = await site.Asked(tenant);
        using var socket = await site.Open($"/ws/executions/{run}", key);
        var first = await Next(socket);
        Assert.Equal(("running", "ask", 0), (Text(first, "status"), Text(first, "current_step"), first.GetProperty("steps").GetArrayLength()));
    }

    [Fact]
    public async Task Credential_may_come_as_header_parameter_or_subprotocol()
    {
        var (tenant, key) = await site.NewKey("workflows:read");
        var (run, _) = await site.Asked(tenant);
        using (var header = await site.Open($"/ws/executions/{run}", null, socket => socket.Options.SetRequestHeader("Authorization", "Bearer " + key))) await Next(header);
        using (var parameter = await site.Open($"/ws/executions/{run}?access_token={key}", null)) await Next(parameter);
        using var protocol = await site.Open($"/ws/executions/{run}", null, socket =>
        {
            socket.Options.AddSubProtocol("portal.live");
            socket.Options.AddSubProtocol("bearer." + key);
        });
        await Next(protocol);
        Assert.Equal("portal.live", protocol.SubProtocol);
    }

    [Fact]
    public async Task Whoever_may_not_is_refused_before_the_socket_opens()
    {
        var (tenant, key) = await site.NewKey("workflows:read");
        var (run, _) = await site.Asked(tenant);
        Assert.Equal(401, await Refused($"/ws/executions/{run}", null));
        Assert.Equal(401, await Refused($"/ws/executions/{run}", ApiKeyFormat.Generate(ApiMode.Live)));
        Assert.Equal(403, await Refused($"/ws/executions/{run}", (await site.NewKey("contacts:*", tenant)).Key));
        Assert.Equal(404, await Refused($"/ws/executions/{run}", (await site.NewKey("*")).Key));
        Assert.Equal(404, await Refused($"/ws/executions/{run}", (await site.NewKey("*", tenant with { Mode = ApiMode.Test })).Key));
        Assert.Equal(404, await Refused("/ws/executions/exe_nobody", key));
        Assert.Equal(400, await Refused($"/ws/executions/{run}?after=soon", key));
        // A key is nobody who is told anything.
        Assert.Equal(403, await Refused("/ws/notifications", key));
        using var http = site.App.Client(key);
        using var plain = await http.GetAsync($"/ws/executions/{run}");
        Assert.Equal(HttpStatusCode.UpgradeRequired, plain.StatusCode);
        Assert.Equal("VALIDATION_ERROR", JsonElement.Parse(await plain.Content.ReadAsByteArrayAsync()).GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Revoked_key_closes_its_sockets()
    {
        var (tenant, key) = await site.NewKey("workflows:read");
        var (run, _) = await site.Asked(tenant);
        using var socket = await site.Open($"/ws/executions/{run}", key);
        await Next(socket);
        await site.Get<PortalStore>().WriteAcross(async (db, token) =>
        {
            var row = await db.Across<ApiKey>().SingleAsync(row => row.OrganizationId == tenant.OrganizationId, token);
            row.RevokedAt = DateTimeOffset.UnixEpoch;
            db.AfterCommit(() => site.Get<IClusterSignals>().Send(SignalTopics.ApiKey, row.Id));
            return true;
        }, default);
        Assert.Null(await NextOrEnd(socket));
        Assert.Equal(((WebSocketCloseStatus)4401, "AUTHENTICATION_FAILED"), (socket.CloseStatus!.Value, socket.CloseStatusDescription));
        await WaitFor.Condition(() => site.Get<LiveDoor>().Count(tenant.OrganizationId) == 0, "the socket's place is free");
    }

    [Fact]
    public async Task Key_that_expires_closes_its_sockets()
    {
        var (tenant, key) = await site.NewKey("workflows:read", expires: TimeProvider.System.GetUtcNow().AddSeconds(3));
        var (run, _) = await site.Asked(tenant);
        using var socket = await site.Open($"/ws/executions/{run}", key);
        await Next(socket);
        Assert.Null(await NextOrEnd(socket));
        Assert.Equal(((WebSocketCloseStatus)4401, "AUTHENTICATION_FAILED"), (socket.CloseStatus!.Value, socket.CloseStatusDescription));
    }

    [Fact]
    public async Task Organization_has_so_many_sockets_and_no_more()
    {
        var (tenant, key) = await site.NewKey("workflows:read");
        var (run, _) = await site.Asked(tenant);
        var open = new List<ClientWebSocket>();
        for (var i = 0; i < Site.MostSockets; i++) open.Add(await site.Open($"/ws/executions/{run}", key));
        Assert.Equal(429, await Refused($"/ws/executions/{run}", key));
        await open[0].CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
        await WaitFor.Condition(() => site.Get<LiveDoor>().Count(tenant.OrganizationId) == Site.MostSockets - 1, "the socket's place is free");
        using (var another = await site.Open($"/ws/executions/{run}", key)) await Next(another);
        open.ForEach(socket => socket.Dispose());
        await WaitFor.Condition(() => site.Get<LiveDoor>().Count(tenant.OrganizationId) == 0, "a socket that breaks off leaves its place too");
    }

    [Fact]
    public async Task User_hears_what_they_are_told_by_token_and_by_the_pages_cookie()
    {
        var visitor = new CookieContainer();
        var user = await site.SignIn(visitor);
        using var socket = await site.Open("/ws/notifications", null, options =>
        {
            options.Options.Cookies = visitor;
            options.Options.SetRequestHeader("Origin", site.App.Address.GetLeftPart(UriPartial.Authority));
        });
        var id = await site.Tell(user, "one");
        var message = await Next(socket);
        Assert.Equal(("user_notification", id, "quota_used_up"), (Text(message, "type"), Text(message, "id"), Text(message, "kind")));
        await site.Tell(user, "two");
        using var resumed = await site.Open($"/ws/notifications?after={id}", null, options =>
        {
            options.Options.Cookies = visitor;
            options.Options.SetRequestHeader("Origin", site.App.Address.GetLeftPart(UriPartial.Authority));
        });
        Assert.NotEqual(id, Text(await Next(resumed), "id"));
        // Another site's page has the cookie as well, and an Origin of its own.
        Assert.Equal(403, await Refused("/ws/notifications", null, socket =>
        {
            socket.Options.Cookies = visitor;
            socket.Options.SetRequestHeader("Origin", "https://evil.example");
        }));
        Assert.Equal(403, await Refused("/ws/notifications", null, socket => socket.Options.Cookies = visitor));
    }

    [Fact]
    public async Task Notification_that_was_begun_before_another_and_commits_after_it_is_told_too()
    {
        var visitor = new CookieContainer();
        var user = await site.SignIn(visitor);
        using var socket = await site.Open("/ws/notifications", null, options =>
        {
            options.Options.Cookies = visitor;
            options.Options.SetRequestHeader("Origin", site.App.Address.GetLeftPart(UriPartial.Authority));
        });
        var (first, second, third) = (site.Get<IdGenerator>().New("ntf"), site.Get<IdGenerator>().New("ntf"), site.Get<IdGenerator>().New("ntf"));
        foreach (var id in new[] { second, first, third })
        {
            await site.Store(user, id);
            Assert.Equal(id, Text(await Next(socket), "id"));
        }
    }

    [Fact]
    public async Task Reader_that_talks_back_is_neither_heard_nor_harmed()
    {
        var (tenant, key) = await site.NewKey("workflows:read");
        var (run, task) = await site.Asked(tenant);
        using var socket = await site.Open($"/ws/executions/{run}", key);
        await Next(socket);
        for (var i = 0; i < 50; i++) await socket.SendAsync(new byte[10_000], WebSocketMessageType.Binary, true, default);
        await site.Approve(tenant, task);
        while (await NextOrEnd(socket) is not null)
        {
            // Up to its end.
        }

        Assert.Equal("completed", socket.CloseStatusDescription);
    }

    private async Task<int> Refused(string path, string? key, Action<ClientWebSocket>? options = null)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (key is not null) socket.Options.SetRequestHeader("X-API-Key", key);
        options?.Invoke(socket);
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(site.AddressOf(path), default));
        return (int)socket.HttpStatusCode;
    }

    private static async Task<JsonElement> Next(ClientWebSocket socket) => await NextOrEnd(socket) ?? throw new InvalidOperationException($"Closed: {socket.CloseStatus} {socket.CloseStatusDescription}");

    private static async Task<JsonElement?> NextOrEnd(ClientWebSocket socket)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var message = new MemoryStream();
        var buffer = new byte[4096];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer, limit.Token);
            if (received.MessageType == WebSocketMessageType.Close) return null;
            message.Write(buffer, 0, received.Count);
            if (received.EndOfMessage) return JsonElement.Parse(message.ToArray());
        }
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    /// <summary>A portal on a port.</summary>
    public sealed class Site : IAsyncLifetime
    {
        internal const int MostSockets = 4;

        internal PortalApp App { get; } = PortalApp.OnKestrel(new PortalAppOptions
        {
            Settings =
            {
                ["Workflows:MostSockets"] = $"{MostSockets}", ["Bootstrap:AdminEmail"] = "ada@example.com", ["Bootstrap:AdminPassword"] = PageVisitor.Password, ["Bootstrap:OrganizationName"] = "Tests",
            },
            Services = services => services.AddFastPasswords(),
        });

        internal T Get<T>() where T : notnull => App.Services.GetRequiredService<T>();

        internal Uri AddressOf(string path) => new($"ws://{App.Address.Authority}{path}");

        internal async Task<ClientWebSocket> Open(string path, string? key, Action<ClientWebSocket>? options = null)
        {
            var socket = new ClientWebSocket();
            if (key is not null) socket.Options.SetRequestHeader("X-API-Key", key);
            options?.Invoke(socket);
            await socket.ConnectAsync(AddressOf(path), default);
            return socket;
        }

        internal async Task<(Tenant Tenant, string Key)> NewKey(string scope, Tenant? of = null, DateTimeOffset? expires = null)
        {
            var ids = Get<IdGenerator>();
            var tenant = of ?? new Tenant(ids.New("org"), ApiMode.Live);
            var text = ApiKeyFormat.Generate(tenant.Mode);
            await Get<PortalStore>().WriteAcross((db, _) =>
            {
                if (of is null) db.Add(new Organization { Id = tenant.OrganizationId, Name = "Tests", Plan = Plan.Enterprise, CreatedAt = DateTimeOffset.UnixEpoch });
                db.Add(new ApiKey
                {
                    Id = ids.New("key"), OrganizationId = tenant.OrganizationId, Mode = tenant.Mode, Name = "Test", Prefix = ApiKeyFormat.VisiblePrefix(text), LastFour = ApiKeyFormat.LastFour(text),
                    Hash = KeyHash.Of(text).ToArray(), Scopes = [scope], CreatedAt = DateTimeOffset.UnixEpoch, ExpiresAt = expires,
                });
                return Task.FromResult(true);
            }, default);
            return (tenant, text);
        }

        /// <summary>A run that waits for an approval.</summary>
        internal async Task<(string Run, string Task)> Asked(Tenant tenant)
        {
            var workflow = await WorkflowSite.Publish(type => App.Services.GetRequiredService(type), tenant, new GraphText("start:webhook-trigger > ask:approval").Config("ask", """{"title":"May it?"}"""));
            var run = (await Get<Executions>().Start(new ExecutionStart { Tenant = tenant, WorkflowId = workflow.Id, TriggerType = "api", CreatedBy = "usr_1" }, default)).Id;
            var task = await WaitFor.Value(async () =>
            {
                await using var db = Get<PortalStore>().Read(tenant);
                return await db.WorkflowTasks.Where(task => task.ExecutionId == run).Select(task => task.Id).FirstOrDefaultAsync();
            }, "the run asks");
            return (run, task);
        }

        internal Task Approve(Tenant tenant, string task) => Get<TaskService>().Approve(Actor.System(tenant), task, null, default);

        internal async Task<(string UserId, string OrganizationId)> SignIn(CookieContainer cookies)
        {
            using var handler = new HttpClientHandler { CookieContainer = cookies, AllowAutoRedirect = false };
            using var http = new HttpClient(handler) { BaseAddress = App.Address };
            var page = await http.GetStringAsync(new Uri("/sign-in", UriKind.Relative));
            var token = WebUtility.HtmlDecode(page.Split("name=\"__RequestVerificationToken\" value=\"")[1].Split('"')[0]);
            using var form = new FormUrlEncodedContent([new("_handler", "sign-in"), new("__RequestVerificationToken", token), new("Input.Email", "ada@example.com"), new("Input.Password", PageVisitor.Password)]);
            using var answer = await http.PostAsync(new Uri("/sign-in", UriKind.Relative), form);
            Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
            await using var db = Get<PortalStore>().ReadAcross();
            var member = await db.Across<Membership>().FirstAsync(member => member.User!.Email == "ada@example.com");
            return (member.UserId, member.OrganizationId);
        }

        internal async Task<string> Tell((string UserId, string OrganizationId) user, string key)
        {
            await Get<PortalStore>().WriteAcross(async (db, token) =>
            {
                await Get<UserNotifications>().Tell(db, user.OrganizationId, [user.UserId], new Notice(NotificationKind.QuotaUsedUp, key, null, "1", "1"), token);
                return true;
            }, default);
            await using var db = Get<PortalStore>().ReadAcross();
            return await db.Across<Notification>().Where(row => row.Key == key).Select(row => row.Id).SingleAsync();
        }

        internal Task Store((string UserId, string OrganizationId) user, string id) => Get<PortalStore>().WriteAcross((db, _) =>
        {
            db.Add(new Notification
            {
                Id = id, OrganizationId = user.OrganizationId, UserId = user.UserId, Kind = NotificationKind.QuotaUsedUp, Key = id, Arguments = ["1", "1"], CreatedAt = TimeProvider.System.GetUtcNow(),
            });
            db.AfterCommit(() => Get<IClusterSignals>().Send(SignalTopics.Notification, user.UserId));
            return Task.FromResult(true);
        }, default);

        public ValueTask InitializeAsync() => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => App.DisposeAsync();
    }
}
