using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Portal.Api.Docs;
using Portal.Api.Gateway;
using Portal.Core.Access;

namespace Portal.Api.Access;

/// <summary>The audit log over HTTP.</summary>
internal static class AuditEndpoints
{
    public static void MapAudit(this RouteGroupBuilder api)
    {
        var log = api.MapGroup("/audit-log").WithTags("Audit log");
        log.MapGet("", List).RequireScope("audit:read").Operation("audit_log_list", "List the audit log",
            "Who did what to which thing, newest first. Filters that are given must all match.")
            .SortableBy(AuditTrail.SortFields).Example(response: MembersExamples.Page(MembersExamples.Entry));
        log.MapGet("/{id}", Get).RequireScope("audit:read").Operation("audit_log_get", "Read an entry of the audit log").Example(response: MembersExamples.Entry);
    }

    private static async Task<Ok<ResourcePage<AuditEntryResource>>> List(
        ApiCall call, AuditTrail trail, [AsParameters] PageQuery page, [AsParameters] AuditQuery query, CancellationToken cancellation) =>
        TypedResults.Ok(ResourcePage.Of(await trail.List(call.Actor, query.Filter, page.Request, cancellation)));

    private static async Task<Ok<AuditEntryResource>> Get(string id, ApiCall call, AuditTrail trail, CancellationToken cancellation) =>
        TypedResults.Ok(await trail.Get(call.Actor, id, cancellation));
}

/// <summary>The query parameters of the audit log; every one that is given must match.</summary>
/// <param name="Actor">The actor's id, or a part of its name in any case.</param>
/// <param name="Action">As <c>key.created</c>, or the part before the dot for all of them.</param>
/// <param name="Target">The id of the thing that it was done to, or its kind, as <c>api_key</c>.</param>
/// <param name="From">From this moment.</param>
/// <param name="Until">Before this moment.</param>
internal sealed record AuditQuery(
    [FromQuery(Name = "actor")] string? Actor,
    [FromQuery(Name = "action")] string? Action,
    [FromQuery(Name = "target")] string? Target,
    [FromQuery(Name = "from")] DateTimeOffset? From,
    [FromQuery(Name = "until")] DateTimeOffset? Until)
{
    public AuditFilter Filter => new(Actor, Action, Target, From, Until);
}
