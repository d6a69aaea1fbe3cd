using Microsoft.AspNetCore.Components;
using Portal.Access.Parts.People;
using Portal.Core.Access;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Paging;
using Portal.Shared;
using Portal.Shared.Parts;

namespace Portal.Access.Pages;

/// <summary>The organization's members and invitations. What others change is seen without reloading.</summary>
public sealed partial class MembersPage
{
    private const string InvitationsTab = "invitations";
    private static readonly PageRequest Counting = new(1, 1);

    private MemberGrid? memberGrid;
    private InvitationGrid? invitationGrid;
    private int memberCount;
    private int invitationCount;
    private IDisposable? subscription;
    private ConfirmDialog question = default!;
    private IReadOnlyList<string> sent = [];
    private IReadOnlyList<string> refused = [];
    private string? announcement;

    [Inject]
    private Members Members { get; set; } = default!;

    [Inject]
    private Invitations Invitations { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    [Inject]
    private IClusterSignals Signals { get; set; } = default!;

    /// <summary><c>invitations</c>; anything else shows the members.</summary>
    [SupplyParameterFromQuery(Name = "tab")]
    private string? Tab { get; set; }

    /// <summary>A part of a name or e-mail address.</summary>
    [SupplyParameterFromQuery(Name = "q")]
    private string? Search { get; set; }

    /// <summary>The member whose details are open.</summary>
    [SupplyParameterFromQuery(Name = "member")]
    private string? MemberId { get; set; }

    /// <summary><c>1</c> opens the form that invites.</summary>
    [SupplyParameterFromQuery(Name = "invite")]
    private string? InviteOpen { get; set; }

    private bool ShowsInvitations => Tab == InvitationsTab;

    private bool CanWrite => User?.May("members:write") == true;

    private bool IsInviting => InviteOpen == "1" && CanWrite;

    /// <inheritdoc />
    protected override Task OnInitializedAsync() => LoadAsync();

    /// <inheritdoc />
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) subscription = Signals.Subscribe(SignalTopics.Organization, organization => _ = Refresh(organization));
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing) subscription?.Dispose();
        base.Dispose(disposing);
    }

    private protected override async Task Read(Actor actor)
    {
        memberCount = (await Members.List(actor, new MemberFilter(), Counting, Leaving)).Total;
        invitationCount = (await Invitations.List(actor, Counting, Leaving)).Total;
        // The first time the grid reads by itself.
        await ((ShowsInvitations ? invitationGrid?.ReloadAsync() : memberGrid?.ReloadAsync()) ?? Task.CompletedTask);
    }

    private async Task<Page<MemberResource>> ListMembersAsync(PageRequest request, CancellationToken cancellation) =>
        await Members.List(await ActorAsync(), new MemberFilter(Search), request, cancellation);

    private async Task<Page<InvitationResource>> ListInvitationsAsync(PageRequest request, CancellationToken cancellation) =>
        await Invitations.List(await ActorAsync(), request, cancellation);

    private async Task<MemberFile> ReadAsync(string id, CancellationToken cancellation)
    {
        var actor = await ActorAsync();
        return new MemberFile(await Members.Get(actor, id, cancellation), await Members.Traces(actor, id, cancellation));
    }

    private async Task Refresh(string organization)
    {
        if (User is not { } user || (organization.Length > 0 && organization != user.OrganizationId)) return;
        await InvokeAsync(async () =>
        {
            if (Leaving.IsCancellationRequested) return;
            await LoadAsync();
            StateHasChanged();
        });
    }

    private Task<bool> Asks(string title, string deed, string text, IReadOnlyList<string>? damage = null, string? typed = null) =>
        question.AskAsync(new ConfirmQuestion(title, deed, text) { Damage = damage ?? [], TypeToConfirm = typed });

    private async Task ChangeRole((MemberResource Member, Role Role) change)
    {
        var (member, role) = change;
        var before = member.Role;
        if (role == Role.Owner && !await Asks(T["Ask.OwnerTitle", member.Name], T["Ask.OwnerDo"], T["Ask.OwnerText"])) return;
        if (member.Id == User!.UserId && !await Asks(T["Ask.SelfTitle"], T["Ask.SelfDo"], T["Ask.SelfText", Roles[RoleNames.Of(role)]])) return;
        if (await DoAsync(actor => Members.ChangeRole(actor, member.Id, role, Leaving)))
            Toasts.Show(T["Said.Role", member.Name, Roles[RoleNames.Of(role)]], member.Id == User.UserId ? null : () => DoAsync(actor => Members.ChangeRole(actor, member.Id, before, Leaving)));
    }

    private async Task Transfer(MemberResource member)
    {
        if (!await Asks(T["Ask.TransferTitle", member.Name], T["Ask.TransferDo"], T["Ask.TransferText", member.Name], typed: User!.OrganizationName)) return;
        if (await DoAsync(actor => Members.Transfer(actor, member.Id, Leaving))) Toasts.Show(T["Said.Transferred", member.Name]);
    }

    private async Task Remove(MemberResource member)
    {
        var self = member.Id == User!.UserId;
        var traces = await Members.Traces(User.AsActor(), member.Id, Leaving);
        List<string> damage = [];
        if (traces.Keys > 0) damage.Add(T["Ask.Keys", traces.Keys]);
        if (traces.Sessions > 0) damage.Add(T["Ask.Sessions", traces.Sessions]);
        var agreed = self
            ? await Asks(T["Ask.LeaveTitle", User.OrganizationName], T["Ask.LeaveDo"], T["Ask.LeaveText", User.OrganizationName], damage)
            : await Asks(T["Ask.RemoveTitle", member.Name, User.OrganizationName], T["Ask.RemoveDo"], T["Ask.RemoveText", member.Name], damage);
        if (!agreed) return;
        if (self)
        {
            // The page goes with the membership: the circuit hears of it and leads to the sign-in.
            await DoAsync(actor => Members.Leave(actor, Leaving));
        }
        else if (await DoAsync(actor => Members.Remove(actor, member.Id, Leaving)))
        {
            Toasts.Show(T["Said.Removed", member.Name]);
        }
    }

    private async Task Invite(InviteDraft draft)
    {
        var (done, failed) = (new List<string>(), new List<string>());
        foreach (var address in draft.Addresses)
        {
            var invited = await DoAsync(actor => Invitations.Create(actor, address, draft.Role, Leaving));
            if (invited) done.Add(address);
            else failed.Add(T["Invite.Refused", address, Refusal!]);
        }

        Refusal = null;
        (sent, refused) = (done, failed);
        draft.Keep(failed.Count == 0 ? [] : draft.Addresses.Except(done, StringComparer.Ordinal));
        if (done.Count > 0) announcement = T["Invite.Sent", done.Count];
    }

    private void CloseInvite()
    {
        var next = sent.Count > 0 ? InvitationsTab : Tab;
        (sent, refused) = ([], []);
        if (IsInviting) Navigation.NavigateTo(Navigation.With(("invite", null), ("tab", next), ("page", null)));
    }

    private async Task ChangeInvitation((InvitationResource Invitation, Role Role) change)
    {
        if (await DoAsync(actor => Invitations.ChangeRole(actor, change.Invitation.Id, change.Role, Leaving)))
            Toasts.Show(T["Said.Role", change.Invitation.Email, Roles[RoleNames.Of(change.Role)]], () => DoAsync(actor => Invitations.ChangeRole(actor, change.Invitation.Id, change.Invitation.Role, Leaving)));
    }

    private async Task Resend(InvitationResource invitation)
    {
        if (await DoAsync(actor => Invitations.Resend(actor, invitation.Id, Leaving))) Toasts.Show(T["Said.Resent", invitation.Email]);
    }

    private async Task Withdraw(InvitationResource invitation)
    {
        if (!await Asks(T["Ask.WithdrawTitle", invitation.Email], T["Ask.WithdrawDo"], T["Ask.WithdrawText"])) return;
        if (await DoAsync(actor => Invitations.Withdraw(actor, invitation.Id, Leaving))) Toasts.Show(T["Said.Withdrawn", invitation.Email]);
    }

    /// <summary>A member with what they have that works.</summary>
    private sealed record MemberFile(MemberResource Member, MemberTraces Traces);
}
