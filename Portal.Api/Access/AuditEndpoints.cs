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
internal sealed record AuditQuery
{
    /// <summary>The actor's id, or a part of its name in any case.</summary>
    [FromQuery(Name = "actor")]
    public string? Actor { get; init; }

    /// <summary>As <c>key.created</c>, or the part before the dot for all of them.</summary>
    [FromQuery(Name = "action")]
    public string? Action { get; init; }

    /// <summary>The id of the thing that it was done to, or its kind, as <c>api_key</c>.</summary>
    [FromQuery(Name = "target")]
    public string? Target { get; init; }

    /// <summary>From this moment.</summary>
    [FromQuery(Name = "from")]
    public DateTimeOffset? From { get; init; }

    /// <summary>Before this moment.</summary>
    [FromQuery(Name = "until")]
    public DateTimeOffset? Until { get; init; }

    public AuditFilter Filter => new(Actor, Action, Target, From, Until);
}
