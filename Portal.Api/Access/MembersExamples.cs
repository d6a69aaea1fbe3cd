using System.Text.Json.Nodes;
using Portal.Api.Gateway;
using Portal.Core.Access;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Paging;

namespace Portal.Api.Access;

/// <summary>The examples of members, invitations and the audit log in the API's documents.</summary>
internal static class MembersExamples
{
    private const string UserId = "usr_06bv59hk2xq4s0d2k8h1r3n7zh";
    private static readonly DateTimeOffset Created = new(2024, 3, 20, 10, 30, 0, TimeSpan.Zero);

    public static readonly ChangeRoleRequest RoleChange = new(Role.Admin);

    public static readonly CreateInvitationRequest NewInvitation = new("charles@analytical.example", Role.Developer);

    public static readonly MemberResource Member = new()
    {
        Id = "usr_06bv59m3pxq4s0d2k8h1r3n7zk",
        Name = "Charles Babbage",
        Email = "charles@analytical.example",
        Role = Role.Developer,
        TwoFactor = true,
        JoinedAt = Created,
        LastSeenAt = Created.AddHours(3),
    };

    public static readonly MemberResource ChangedMember = Member with { Role = Role.Admin };

    public static readonly InvitationResource Invitation = new()
    {
        Id = "inv_06bv5a1rhxq4s0d2k8h1r3n7zt",
        Email = "charles@analytical.example",
        Role = Role.Developer,
        Status = InvitationStatus.Pending,
        InvitedById = UserId,
        InvitedBy = "Ada Lovelace",
        CreatedAt = Created,
        SentAt = Created,
        ExpiresAt = Created.AddDays(7),
    };

    public static readonly InvitationResource ChangedInvitation = Invitation with { Role = Role.Admin };

    public static readonly AuditEntryResource Entry = new()
    {
        Id = "aud_06bv5c2k9xq4s0d2k8h1r3n7zw",
        Action = "member.role_changed",
        Summary = "Charles Babbage is now admin",
        ActorType = "user",
        ActorId = UserId,
        ActorName = "Ada Lovelace",
        TargetType = "user",
        TargetId = Member.Id,
        Address = "203.0.113.7",
        Changes = new JsonObject { ["role"] = new JsonObject { ["from"] = "developer", ["to"] = "admin" } },
        CreatedAt = Created,
    };

    public static ResourcePage<T> Page<T>(T only) where T : IResource => ResourcePage.Of(new Page<T>([only], 1, PageRequest.DefaultPerPage, 1, null));
}
