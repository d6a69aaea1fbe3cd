using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;
using Portal.Core.Webhooks.Endpoints;
using Portal.Core.Webhooks.Signing;

namespace Portal.Core.Webhooks.Tester;

/// <summary>The kinds of <see cref="SendTarget"/>.</summary>
public enum SendTargetKind
{
    Inbox,

    /// <summary>One of the organization's webhook endpoints, which has secrets of its own.</summary>
    Endpoint,
}

/// <summary>Something of the organization's that a test can be sent to.</summary>
/// <param name="Id">The inbox's or the endpoint's id.</param>
/// <param name="Name">What a person knows it by.</param>
/// <param name="SignsItself">Whether it is signed for with its own secrets, so that none is asked for.</param>
public sealed record SendTarget(SendTargetKind Kind, string Id, string Name, bool SignsItself);

/// <summary>Where a test goes and what signs it: never handed to a page.</summary>
/// <param name="Secrets">Empty where the sender brings a secret.</param>
internal sealed record SendDestination(string Url, IReadOnlyList<SigningSecret> Secrets);

/// <summary>What tests can be sent to without typing an address: the organization's endpoints and inboxes.</summary>
public sealed class TesterTargets(PortalStore store, InboxAddress addresses, EndpointSecrets secrets, TimeProvider time)
{
    /// <summary>All of them, in the order in which they are offered.</summary>
    public async Task<IReadOnlyList<SendTarget>> List(Actor actor, CancellationToken cancellation)
    {
        await using var db = store.Read(actor.Tenant);
        var endpoints = await db.WebhookEndpoints.OrderBy(row => row.Name).ThenBy(row => row.Id).Select(row => new SendTarget(SendTargetKind.Endpoint, row.Id, row.Name, true)).ToListAsync(cancellation);
        var inboxes = await db.TesterInboxes.OrderBy(row => row.Id).Select(row => new SendTarget(SendTargetKind.Inbox, row.Id, row.Name, false)).ToListAsync(cancellation);
        return [.. endpoints, .. inboxes];
    }

    /// <param name="root">As for <see cref="InboxAddress.Of"/>.</param>
    /// <exception cref="ProblemException">There is no such target.</exception>
    internal async Task<SendDestination> Find(Actor actor, string id, string root, CancellationToken cancellation)
    {
        await using var db = store.Read(actor.Tenant);
        if (await db.WebhookEndpoints.FirstOrDefaultAsync(row => row.Id == id, cancellation) is { } endpoint)
            return new(endpoint.Url, secrets.Keys(endpoint.Secrets).Signing(time.GetUtcNow()));
        var token = await db.TesterInboxes.Where(row => row.Id == id).Select(row => row.Token).FirstOrDefaultAsync(cancellation);
        return token is null ? throw Problem.NotFound("target", id).AsException() : new(addresses.Of(token, root), []);
    }
}
