using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Workflows.Engine;
using Portal.Core.Workflows.Tasks;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;
using Portal.Tests.Infrastructure.Postgres;
using Portal.Tests.Workflows.Engine;

namespace Portal.Tests.Workflows.Api;

/// <summary>A socket at one node shows a run of another.</summary>
public sealed class LiveNodeTests
{
    [Fact]
    public async Task Socket_follows_a_run_that_another_node_has()
    {
        await using var database = await (await PostgresServer.GetAsync()).CreateDatabaseAsync();
        await using var one = Node(database);
        await using var other = Node(database);
        var tenant = new Tenant("org_live", ApiMode.Live);
        var key = ApiKeyFormat.Generate(ApiMode.Live);
        var store = one.Services.GetRequiredService<PortalStore>();
        await store.WriteAcross((db, _) =>
        {
            db.Add(new Organization { Id = tenant.OrganizationId, Name = "Tests", Plan = Plan.Enterprise, CreatedAt = DateTimeOffset.UnixEpoch });
            db.Add(new ApiKey
            {
                Id = "key_live", OrganizationId = tenant.OrganizationId, Name = "Test", Prefix = ApiKeyFormat.VisiblePrefix(key), LastFour = ApiKeyFormat.LastFour(key), Hash = KeyHash.Of(key).ToArray(),
                Scopes = ["workflows:read"], CreatedAt = DateTimeOffset.UnixEpoch,
            });
            return Task.FromResult(true);
        }, default);
        var workflow = await WorkflowSite.Publish(type => one.Services.GetRequiredService(type), tenant, new GraphText("start:webhook-trigger > ask:approval").Config("ask", """{"title":"May it?"}"""));
        var run = (await one.Services.GetRequiredService<Executions>().Start(new ExecutionStart { Tenant = tenant, WorkflowId = workflow.Id, TriggerType = "api", CreatedBy = "usr_1" }, default)).Id;
        var task = await WaitFor.Value(async () =>
        {
            await using var db = store.Read(tenant);
            return await db.WorkflowTasks.Select(task => task.Id).FirstOrDefaultAsync();
        }, "the run asks");

        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("X-API-Key", key);
        await socket.ConnectAsync(new Uri($"ws://{other.Address.Authority}/ws/executions/{run}?after=0"), default);
        await one.Services.GetRequiredService<TaskService>().Approve(Actor.System(tenant), task, null, default);
        JsonElement last = default;
        var buffer = new byte[16 * 1024];
        using var limit = new CancellationTokenSource(WaitFor.DefaultDeadline);
        while (await socket.ReceiveAsync(buffer, limit.Token) is { MessageType: WebSocketMessageType.Text } received) last = JsonElement.Parse(buffer.AsSpan(0, received.Count));
        Assert.Equal(("completed", "completed"), (last.GetProperty("status").GetString(), socket.CloseStatusDescription));
    }

    private static PortalApp Node(PostgresDatabase database) => PortalApp.OnKestrel(new PortalAppOptions
    {
        Settings = { ["Database:Provider"] = "Postgres", ["Database:ConnectionString"] = database.ConnectionString },
    });
}
