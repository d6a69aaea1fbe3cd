using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Portal.Api.Access;
using Portal.Api.Ai;
using Portal.Api.Webhooks;
using Portal.Api.Workflows;
using Portal.Core.Access;
using Portal.Core.Ai.Models;
using Portal.Core.Gateway;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;
using Portal.Core.Shared.Json;
using Portal.Core.Webhooks.Delivery;
using Portal.Core.Webhooks.Endpoints;
using Portal.Core.Webhooks.Inbound;
using Portal.Core.Webhooks.Replay;
using Portal.Core.Workflows.Tasks;
using Portal.Tests.Infrastructure.Hosts;
using Portal.Tests.Webhooks.Delivery;

namespace Portal.Tests.Docs.Api;

/// <summary>A portal without limits, an Enterprise organization and its key with every scope; and the documents of this portal.</summary>
public sealed class DocsApp : IAsyncLifetime
{
    private readonly PortalApp _app = new();
    private Receiver? _model;

    public string Key { get; } = ApiKeyFormat.Generate(ApiMode.Live);
    public PortalApp App => _app;
    public JsonObject Canonical { get; private set; } = null!;
    public JsonObject Unversioned { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        using var client = _app.Client();
        Canonical = await Document(client, "v1");
        Unversioned = await Document(client, "unversioned");
        await _app.Services.GetRequiredService<LimitCatalog>().Save(new LimitsDocument(), CancellationToken.None);
        await _app.Services.GetRequiredService<PortalStore>().WriteAcross((db, _) =>
        {
            db.Add(new Organization { Id = "org_docs", Name = "Docs", Plan = Plan.Enterprise, CreatedAt = DateTimeOffset.UnixEpoch });
            db.Add(new ApiKey
            {
                Id = "key_docs",
                OrganizationId = "org_docs",
                Mode = ApiMode.Live,
                Name = "Docs",
                Prefix = ApiKeyFormat.VisiblePrefix(Key),
                LastFour = ApiKeyFormat.LastFour(Key),
                Hash = KeyHash.Of(Key).ToArray(),
                Scopes = [Scopes.Everything],
                CreatedAt = DateTimeOffset.UnixEpoch,
            });
            return Task.FromResult(true);
        }, CancellationToken.None);
    }

    /// <summary>Makes what the examples name and no operation makes: a member, an entry of the audit log, deliveries, a replay, a message that a source received, and a model that answers.</summary>
    public async Task MakeExamples()
    {
        _model = await Receiver.Start();
        _model.Answer = (context, _) => context.Response.WriteAsync(JsonSerializer.Serialize(AiExamples.Prediction, PortalJson.Options));
        await _app.Services.GetRequiredService<PortalStore>().WriteAcross(MakeExamples, CancellationToken.None);
    }

    private async Task<bool> MakeExamples(PortalDbContext db, CancellationToken cancellation)
    {
        var (user, entry) = (MembersExamples.Member.Id, MembersExamples.Entry.Id);
        if (!await db.Users.AnyAsync(row => row.Id == user, cancellation))
            db.Add(new User { Id = user, UserName = user, NormalizedUserName = user, Email = "member@example.com", NormalizedEmail = "MEMBER@EXAMPLE.COM", FirstName = "Charles" });
        if (!await db.Across<Membership>().AnyAsync(row => row.UserId == user, cancellation))
            db.Add(new Membership { OrganizationId = "org_docs", UserId = user, Role = Role.Developer });
        if (!await db.Across<AuditEntry>().AnyAsync(row => row.Id == entry, cancellation))
            db.Add(new AuditEntry { Id = entry, OrganizationId = "org_docs", ActorType = "system", ActorName = "Portal", Action = "member.joined", TargetType = "user", Summary = "Joined" });
        await MakeInbound(db, cancellation);
        MakeDeliveries(db);
        db.Add(new AiModel { OrganizationId = "org_docs", ModelId = AiExamples.Model.Id, Version = AiExamples.Model.Version, Url = _model!.Url, TimeoutSeconds = 30 });
        return true;
    }

    // The endpoint is stopped, so that what is pending stays so; the replay is slow, so that it is never at its end.
    private void MakeDeliveries(PortalDbContext db)
    {
        var (endpoint, delivery, now) = (EndpointExamples.Endpoint, EndpointExamples.Delivery, DateTimeOffset.UnixEpoch);
        var keys = new EndpointKeys([new EndpointSecret(EndpointExamples.MadeEndpoint.Secret!, now, null)], "");
        db.Add(new WebhookEndpoint
        {
            Id = endpoint.Id, OrganizationId = "org_docs", Name = endpoint.Name, Url = endpoint.Url, Events = [.. endpoint.Events], PublicKey = endpoint.PublicKey,
            Secrets = _app.Services.GetRequiredService<EndpointSecrets>().Protect(keys), Stopped = EndpointStop.Paused,
        });
        db.Add(new WebhookLane { EndpointId = endpoint.Id, OrganizationId = "org_docs", IsActive = false, LastSequence = 2 });
        for (var number = 1; number <= 2; number++)
        {
            var id = number == 1 ? "" : "x";
            db.Add(new EventRecord { Id = delivery.EventId + id, OrganizationId = "org_docs", Type = delivery.EventType, Object = "form", ObjectId = "sub_1", Data = delivery.Payload!.Data.ToJsonString(), CreatedAt = now, DispatchedAt = now });
            db.Add(new WebhookDelivery { Id = delivery.Id + id, OrganizationId = "org_docs", EndpointId = endpoint.Id, EventId = delivery.EventId + id, EventType = delivery.EventType, Sequence = number, State = DeliveryState.Failed, CreatedAt = now });
        }

        db.Add(new WebhookReplay
        {
            Id = EndpointExamples.Replay.Id, OrganizationId = "org_docs", EndpointId = endpoint.Id, RateLimit = 1, Total = 2, DueAt = DateTimeOffset.MaxValue.AddYears(-1), CreatedByName = "Docs", CreatedAt = now.AddDays(1),
            Selection = new ReplaySelection { Deliveries = [delivery.Id, delivery.Id + "x"] }.Write(),
        });
    }

    /// <summary>Opens the task of the examples, whatever was decided before: only one decision of each can be tried.</summary>
    public Task OpenTask() => _app.Services.GetRequiredService<PortalStore>().WriteAcross(async (db, cancellation) =>
    {
        var task = TaskExamples.Approval;
        await db.Across<WorkflowTask>().Where(row => row.Id == task.Id).ExecuteDeleteAsync(cancellation);
        db.Add(new WorkflowTask
        {
            Id = task.Id, OrganizationId = "org_docs", Kind = task.Type, WorkflowId = task.WorkflowId, ExecutionId = task.ExecutionId, NodeId = task.NodeId, Title = task.Title,
            Details = JsonSerializer.Serialize(new ApprovalDetails(task.Message, JsonSerializer.SerializeToElement(task.Data), null, []), PortalJson.Options), CreatedAt = DateTimeOffset.UnixEpoch,
        });
        return true;
    }, CancellationToken.None);

    private async Task MakeInbound(PortalDbContext db, CancellationToken cancellation)
    {
        var (source, message) = (InboundExamples.UsedSource, InboundExamples.WholeMessage);
        if (!await db.Across<InboundSource>().AnyAsync(row => row.Id == source.Id, cancellation))
            db.Add(new InboundSource { Id = source.Id, OrganizationId = "org_docs", Provider = source.Provider, Name = source.Name, Secret = _app.Services.GetRequiredService<InboundSecrets>().Protect(Key), SecretHint = "" });
        if (await db.Across<InboundMessage>().SingleOrDefaultAsync(row => row.Id == message.Id, cancellation) is not { } existing)
        {
            db.Add(existing = new InboundMessage
            {
                Id = message.Id, OrganizationId = "org_docs", SourceId = source.Id, Provider = source.Provider, EventId = message.EventId, Type = message.Type,
                Headers = "{}", Body = System.Text.Encoding.UTF8.GetBytes(message.Body!), CreatedAt = DateTimeOffset.UnixEpoch,
            });
        }

        // Only such a one can be tried again, which is among what is tried.
        (existing.Status, existing.DueAt) = (InboundStatus.Failed, null);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        if (_model is not null) await _model.DisposeAsync();
    }

    private static async Task<JsonObject> Document(HttpClient client, string name) =>
        JsonNode.Parse(await client.GetStringAsync(new Uri($"/openapi/{name}.json", UriKind.Relative)))!.AsObject();
}
