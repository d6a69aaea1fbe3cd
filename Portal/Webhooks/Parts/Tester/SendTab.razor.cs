using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using Portal.Access;
using Portal.Core.Access;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;
using Portal.Core.Webhooks.Catalogue;
using Portal.Core.Webhooks.Tester;
using Portal.Shared;
using Portal.Shared.Parts;
using Portal.Webhooks.Parts.Catalogue;

namespace Portal.Webhooks.Parts.Tester;

/// <summary>Writes a signed event and sends it, to an inbox or anywhere.</summary>
public sealed partial class SendTab : TesterTab
{
    private const string Prefix = "send";
    private const int Everything = 10_000;
    private static readonly string[] Fields = ["url", "secret", "payload"];

    private IReadOnlyList<EventTypeResource>? types;
    private IReadOnlyList<SendTarget> targets = [];
    private EventTypeResource? chosen;
    private SendDraft? draft;
    private FormFaults faults = new();
    private string? general;
    private string? sentTo;

    /// <summary>What the tabs know of each other.</summary>
    [Parameter, EditorRequired]
    public TesterMemory Memory { get; set; } = default!;

    /// <summary>The event type to begin with.</summary>
    [Parameter]
    public string? Type { get; set; }

    /// <summary>The target to begin with.</summary>
    [Parameter]
    public string? Target { get; set; }

    /// <summary>A stored request to be sent again.</summary>
    [Parameter]
    public string? RequestId { get; set; }

    [Inject]
    private EventTypeService Catalogue { get; set; } = default!;

    [Inject]
    private TesterTargets Targets { get; set; } = default!;

    [Inject]
    private TesterInboxes Inboxes { get; set; } = default!;

    [Inject]
    private TestSender Sender { get; set; } = default!;

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (types is null && Failure is null) await LoadAsync();
        else if (types is not null) await FollowAddressAsync();
    }

    private protected override async Task Read(Actor actor)
    {
        types = [.. (await Catalogue.List(actor.Tenant, new EventTypeFilter(), new PageRequest(PerPage: Everything), Leaving)).Items
            .OrderBy(type => EventTypeList.ResourceOf(type.Type), StringComparer.Ordinal).ThenBy(type => type.Type, StringComparer.Ordinal)];
        targets = await Targets.List(actor, Leaving);
        await FollowAddressAsync();
    }

    // What the address names wins over what was written before; what it does not name stays as it was.
    private async Task FollowAddressAsync()
    {
        var isNew = Memory.Send is null;
        draft = Memory.Send ??= new SendDraft { TargetId = targets is [var first, ..] ? first.Id : "" };
        if (targets.All(target => target.Id != draft.TargetId)) draft.TargetId = "";
        if (Target is not null && targets.Any(target => target.Id == Target)) draft.TargetId = Target;
        if (RequestId is not null && RequestId != draft.Source) await TakeAsync(RequestId);
        else if (Type is not null && Type != draft.EventType && types!.Any(type => type.Type == Type)) Choose(Type);
        else if (isNew) Choose(types!.FirstOrDefault(type => type.Type == "deal.updated")?.Type ?? types![0].Type);
        chosen = types!.FirstOrDefault(type => type.Type == draft.EventType);
    }

    private async Task TakeAsync(string requestId)
    {
        draft!.Source = requestId;
        try
        {
            Take(await Inboxes.Request(User!.AsActor(), requestId, Leaving));
        }
        catch (ProblemException e)
        {
            general = e.Problem.Message;
        }
    }

    // An event is taken apart, so that its data can be edited against its schema; anything else goes as it came.
    private void Take(InboxRequest request)
    {
        var body = Encoding.UTF8.GetString(request.Body);
        draft!.TargetId = targets.Any(target => target.Id == request.InboxId) ? request.InboxId : draft.TargetId;
        var data = request.Row.EventType is { } name && types!.Any(type => type.Type == name) ? DataOf(body) : null;
        draft.EventType = data is null ? "" : request.Row.EventType!;
        draft.Payload = data is null ? body : EventTypeDraft.Text(data);
    }

    private static JsonObject? DataOf(string body)
    {
        try
        {
            return JsonNode.Parse(body)?["data"] as JsonObject;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // It is sent as it came.
            return null;
        }
    }

    private void Choose(string type)
    {
        draft!.EventType = type;
        chosen = types!.FirstOrDefault(known => known.Type == type);
        if (chosen is not null) FillIn();
    }

    private void FillIn()
    {
        draft!.Payload = EventTypeDraft.Text(chosen!.Sample);
        faults = new();
    }

    private void TypeChosen()
    {
        Choose(draft!.EventType);
        Navigation.NavigateTo(Navigation.With(("type", draft.EventType.Length > 0 ? draft.EventType : null), ("request", null)), replace: true);
    }

    private void Aim() => Navigation.NavigateTo(Navigation.With(("target", draft!.TargetId.Length > 0 ? draft.TargetId : null)), replace: true);

    private async Task MakeInboxAsync()
    {
        var done = await DoAsync(async actor =>
        {
            var made = await Inboxes.Create(actor, T["Inbox.Name", 1], Leaving);
            targets = await Targets.List(actor, Leaving);
            draft!.TargetId = made.Id;
        });
        general = Refusal;
        if (done) Aim();
    }

    private IReadOnlyList<EditorFault> Check(string text) =>
        draft!.EventType.Length == 0 ? [] : [.. PayloadCheck.Of(chosen?.Schema, text).Select(fault => EditorFault.Of(fault.Path, fault.Reason))];

    private string? Invalid(string field) => faults.Of(field).Count > 0 ? "true" : null;

    private async Task SendAsync()
    {
        if (IsBusy || draft is null) return;
        (faults, general) = (new(), null);
        var target = draft.TargetId.Length > 0 ? draft.TargetId : null;
        var done = await DoAsync(async actor =>
        {
            try
            {
                draft.Sent = await Sender.Send(actor, new TestSend
                {
                    TargetId = target, Url = draft.Url, EventType = draft.EventType.Length > 0 ? draft.EventType : null, Payload = draft.Payload, Secret = Memory.Secret, Root = Navigation.BaseUri,
                }, Leaving);
                sentTo = targets.FirstOrDefault(known => known.Id == target)?.Kind == SendTargetKind.Inbox ? target : null;
            }
            catch (ProblemException e)
            {
                faults = FormFaults.Of(e.Problem, Fields);
            }
        });
        general = done ? faults.General : Refusal;
    }
}
