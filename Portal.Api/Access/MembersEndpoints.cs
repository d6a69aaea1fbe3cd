using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Portal.Api.Docs;
using Portal.Api.Gateway;
using Portal.Core.Access;
using Portal.Core.Shared.Problems;

namespace Portal.Api.Access;

/// <summary>Another role for a member or an invitation.</summary>
/// <param name="Role"><c>owner</c>, <c>admin</c>, <c>developer</c> or <c>viewer</c>.</param>
public sealed record ChangeRoleRequest([property: Required] Role? Role)
{
    /// <exception cref="ProblemException">There is no role.</exception>
    internal Role Read() => Role ?? throw Problem.Field(ErrorCode.MissingField, "role", "role is required.").AsException();
}

/// <summary>Whom to invite.</summary>
/// <param name="Email">Where the link is mailed to; only its user can accept.</param>
/// <param name="Role">What they will be; a caller invites into no role that may do more than itself.</param>
public sealed record CreateInvitationRequest([property: Required] string? Email, [property: Required] Role? Role);

/// <summary>Members and invitations over HTTP.</summary>
internal static class MembersEndpoints
{
    private const string ReadScope = "members:read";
    private const string WriteScope = "members:write";

    public static void MapMembers(this RouteGroupBuilder api)
    {
        var members = api.MapGroup("/members").WithTags("Members");
        members.MapGet("", List).RequireScope(ReadScope).Operation("members_list", "List members")
            .SortableBy(Members.SortFields).Example(response: MembersExamples.Page(MembersExamples.Member));
        members.MapGet("/{id}", Get).RequireScope(ReadScope).Operation("members_get", "Read a member").Example(response: MembersExamples.Member);
        members.MapPatch("/{id}", ChangeRole).RequireScope(WriteScope).Operation("members_update", "Change a member's role",
            "Takes effect on the next request. Only owners make and change owners; the last owner stays one.")
            .Refuses(ErrorCode.Conflict).Example(MembersExamples.RoleChange, MembersExamples.ChangedMember);
        members.MapDelete("/{id}", Remove).RequireScope(WriteScope).Operation("members_delete", "Remove a member",
            "The member's sessions end at once; API keys that they made stay.")
            .Refuses(ErrorCode.Conflict);
        MapInvitations(api.MapGroup("/invitations").WithTags("Members"));
    }

    private static void MapInvitations(RouteGroupBuilder invitations)
    {
        invitations.MapPost("", Invite).RequireScope(WriteScope).Operation("invitations_create", "Invite somebody",
            "Mails a link with which the person joins, with an account or by making one.")
            .Refuses(ErrorCode.Conflict, ErrorCode.QuotaExceeded).Example(MembersExamples.NewInvitation, MembersExamples.Invitation);
        invitations.MapGet("", ListInvitations).RequireScope(ReadScope).Operation("invitations_list", "List invitations",
            "Those that were neither accepted nor taken back.")
            .SortableBy(Invitations.SortFields).Example(response: MembersExamples.Page(MembersExamples.Invitation));
        invitations.MapGet("/{id}", GetInvitation).RequireScope(ReadScope).Operation("invitations_get", "Read an invitation")
            .Example(response: MembersExamples.Invitation);
        invitations.MapPatch("/{id}", ChangeInvitation).RequireScope(WriteScope).Operation("invitations_update", "Change an invitation's role",
            "The link that was mailed stays good.")
            .Example(MembersExamples.RoleChange, MembersExamples.ChangedInvitation);
        invitations.MapPost("/{id}/resend", Resend).RequireScope(WriteScope).Operation("invitations_resend", "Mail an invitation again",
            "Makes a new link with a new end; the one before stops working.")
            .Example(response: MembersExamples.Invitation);
        invitations.MapDelete("/{id}", Withdraw).RequireScope(WriteScope).Operation("invitations_delete", "Take an invitation back", "Its link stops working.");
    }

    private static async Task<Ok<ResourcePage<MemberResource>>> List(
        ApiCall call, Members members, [AsParameters] PageQuery page, [AsParameters] MemberQuery query, CancellationToken cancellation) =>
        TypedResults.Ok(ResourcePage.Of(await members.List(call.Actor, query.Filter, page.Request, cancellation)));

    private static async Task<Ok<MemberResource>> Get(string id, ApiCall call, Members members, CancellationToken cancellation) =>
        TypedResults.Ok(await members.Get(call.Actor, id, cancellation));

    private static async Task<Ok<MemberResource>> ChangeRole(string id, ChangeRoleRequest request, ApiCall call, Members members, CancellationToken cancellation) =>
        TypedResults.Ok(await members.ChangeRole(call.Actor, id, request.Read(), cancellation));

    private static async Task<Done> Remove(string id, ApiCall call, Members members, CancellationToken cancellation)
    {
        await members.Remove(call.Actor, id, cancellation);
        return new Done("Member removed");
    }

    private static async Task<Created<InvitationResource>> Invite(CreateInvitationRequest request, ApiCall call, Invitations invitations, CancellationToken cancellation)
    {
        var invitation = await invitations.Create(call.Actor, request.Email, request.Role, cancellation);
        return TypedResults.Created($"{call.Path}/{invitation.Id}", invitation);
    }

    private static async Task<Ok<ResourcePage<InvitationResource>>> ListInvitations(
        ApiCall call, Invitations invitations, [AsParameters] PageQuery page, CancellationToken cancellation) =>
        TypedResults.Ok(ResourcePage.Of(await invitations.List(call.Actor, page.Request, cancellation)));

    private static async Task<Ok<InvitationResource>> GetInvitation(string id, ApiCall call, Invitations invitations, CancellationToken cancellation) =>
        TypedResults.Ok(await invitations.Get(call.Actor, id, cancellation));

    private static async Task<Ok<InvitationResource>> ChangeInvitation(
        string id, ChangeRoleRequest request, ApiCall call, Invitations invitations, CancellationToken cancellation) =>
        TypedResults.Ok(await invitations.ChangeRole(call.Actor, id, request.Read(), cancellation));

    private static async Task<Ok<InvitationResource>> Resend(string id, ApiCall call, Invitations invitations, CancellationToken cancellation) =>
        TypedResults.Ok(await invitations.Resend(call.Actor, id, cancellation));

    private static async Task<Done> Withdraw(string id, ApiCall call, Invitations invitations, CancellationToken cancellation)
    {
        await invitations.Withdraw(call.Actor, id, cancellation);
        return new Done("Invitation taken back");
    }
}

/// <summary>The query parameters of a list of members; every one that is given must match.</summary>
internal sealed record MemberQuery
{
    /// <summary>A part of the name or e-mail address, in any case.</summary>
    [FromQuery(Name = "search")]
    public string? Search { get; init; }

    /// <summary>owner, admin, developer or viewer.</summary>
    [FromQuery(Name = "role")]
    public string? Role { get; init; }

    /// <exception cref="ProblemException">The role is none.</exception>
    public MemberFilter Filter
    {
        get
        {
            var faults = new Faults();
            faults.OneOf("role", Role, [.. Enum.GetValues<Role>().Select(Scopes.NameOf)]);
            faults.ThrowIfAny();
            return new MemberFilter(Search, Role is null ? null : Enum.Parse<Role>(Role, true));
        }
    }
}
