using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Access;
using Portal.Core.Access;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;
using Portal.Core.Webhooks.Catalogue;
using Portal.Shared;
using Portal.Shared.Parts;
using Portal.Webhooks.Parts.Catalogue;

namespace Portal.Webhooks.Pages;

/// <summary>The catalogue of event types: the portal's own and those of the organization, which are written here.</summary>
public sealed partial class EventTypesPage : ComponentBase, IDisposable
{
    private const string WriteScope = "webhooks:write";
    private const string Own = "own";

    // More than there can be: the catalogue is read whole and searched here.
    private const int Everything = 10_000;
    private static readonly (string? Kind, string Text)[] Kinds = [(null, "Kind.All"), ("portal", "Kind.Portal"), (Own, "Kind.Own")];

    private readonly CancellationTokenSource leaving = new();
    private readonly CancellationToken left;
    private ConfirmDialog confirm = default!;
    private DetailDrawer<EventTypeResource> detail = default!;
    private PageUser? user;
    private IReadOnlyList<EventTypeResource>? types;
    private LoadFailure? failure;
    private EventTypeDraft? draft;
    private EventTypeResource? edited;
    private IReadOnlyList<SchemaChange>? changes;
    private FormFaults faults = new();
    private bool busy;

    /// <summary>Begins with nothing loaded.</summary>
    // The token is read once: a deed that ends after the page was left asks for it again, when its source has gone.
    public EventTypesPage() => left = leaving.Token;

    [Inject]
    private PageContext Context { get; set; } = default!;

    [Inject]
    private EventTypeService Catalogue { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private IStringLocalizer<EventTexts> T { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    [Inject]
    private ILogger<EventTypesPage> Logger { get; set; } = default!;

    [SupplyParameterFromQuery(Name = "q")]
    private string? Search { get; set; }

    [SupplyParameterFromQuery(Name = "kind")]
    private string? Kind { get; set; }

    [SupplyParameterFromQuery(Name = "resource")]
    private string? Resource { get; set; }

    [SupplyParameterFromQuery(Name = "type")]
    private string? Type { get; set; }

    [SupplyParameterFromQuery(Name = "view")]
    private string? View { get; set; }

    [SupplyParameterFromQuery(Name = "edit")]
    private string? Edit { get; set; }

    [SupplyParameterFromQuery(Name = "new")]
    private string? New { get; set; }

    private bool MayWrite => user?.May(WriteScope) == true;

    private bool IsEditing => MayWrite && (New is not null || (Edit is not null && Type is not null));

    private string NewAddress => Navigation.With(("new", "1"), ("type", null), ("edit", null));

    private IReadOnlyList<EventTypeResource> Shown => [.. (types ?? []).Where(Matches)];

    /// <inheritdoc />
    public void Dispose()
    {
        leaving.Cancel();
        leaving.Dispose();
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (types is null && failure is null) await LoadAsync();
        BeginEditing();
    }

    private bool Matches(EventTypeResource type) =>
        (Kind is null || type.Custom == (Kind == Own))
        && (string.IsNullOrWhiteSpace(Search) || Search.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word =>
            type.Type.Contains(word, StringComparison.OrdinalIgnoreCase) || type.Description.Contains(word, StringComparison.OrdinalIgnoreCase)));

    private void Find(string? text) => Navigation.NavigateTo(Navigation.With(("q", text), ("resource", null), ("type", null)), replace: true);

    private async Task LoadAsync()
    {
        try
        {
            user = await Context.Get();
            types = (await Catalogue.List(user.Tenant, new EventTypeFilter(), new PageRequest(PerPage: Everything), left)).Items;
            failure = null;
        }
        catch (Exception e) when (LoadFailure.IsShowable(e))
        {
            failure = LoadFailure.Of(e, Logger, "The event catalogue");
        }

        BeginEditing();
    }

    private async Task<EventTypeResource> ReadAsync(string type, CancellationToken cancellation)
    {
        user ??= await Context.Get();
        return await Catalogue.Get(user.Tenant, type, cancellation);
    }

    private (string?, string?) StepsOf(EventTypeResource open)
    {
        var order = Shown.Where(type => Resource is null || EventTypeList.ResourceOf(type.Type) == Resource)
            .OrderBy(type => EventTypeList.ResourceOf(type.Type), StringComparer.Ordinal).ThenBy(type => type.Type, StringComparer.Ordinal).Select(type => type.Type).ToList();
        var at = order.IndexOf(open.Type);
        return at < 0 ? (null, null) : (at > 0 ? order[at - 1] : null, at + 1 < order.Count ? order[at + 1] : null);
    }

    // The form belongs to the address: it opens, stays and closes with it.
    private void BeginEditing()
    {
        if (!IsEditing || types is null)
        {
            if (types is not null) (draft, edited, changes) = (null, null, null);
            return;
        }

        var wanted = New is not null ? null : types.FirstOrDefault(type => type.Type == Type && type.Custom);
        if (draft is not null && edited?.Type == wanted?.Type) return;
        (edited, changes, faults) = (wanted, null, new());
        draft = New is not null ? EventTypeDraft.New() : wanted is null ? null : EventTypeDraft.Of(wanted);
    }

    private void StopEditing() => Navigation.NavigateTo(Navigation.With(("new", null), ("edit", null)));

    private async Task SaveAsync(bool force)
    {
        if (busy || draft is null || !IsReadable(draft)) return;
        busy = true;
        try
        {
            user = await Context.Get();
            if (edited is null) await AddAsync(draft);
            else await ChangeAsync(edited, draft, force);
        }
        catch (ProblemException e)
        {
            (faults, changes) = (FormFaults.Of(e.Problem, EventTypeDraft.Fields), null);
        }
        catch (Exception e) when (LoadFailure.IsShowable(e))
        {
            (faults, changes) = (FormFaults.Whole(T["Form.Failed", LoadFailure.Of(e, Logger, "Saving an event type").TraceId!]), null);
        }
        finally
        {
            busy = false;
        }
    }

    private bool IsReadable(EventTypeDraft written)
    {
        faults = new();
        foreach (var (field, found) in new[] { ("schema", written.SchemaFaults()), ("sample", PayloadCheck.Of(null, written.Sample, "sample")) })
        {
            if (found is [var first, ..]) faults.Add(field, first.Reason);
        }

        return !faults.Any;
    }

    private async Task AddAsync(EventTypeDraft written)
    {
        var added = await Catalogue.Create(user!.AsActor(), written.ToInput(), left);
        await ShowSavedAsync(added, T["Saved.Added", added.Type]);
    }

    private async Task ChangeAsync(EventTypeResource before, EventTypeDraft written, bool force)
    {
        var actor = user!.AsActor();
        if (!force)
        {
            // A change that harms nobody is saved at once; any other is looked at first.
            var found = await Catalogue.Preview(actor.Tenant, before.Type, JsonElement.Parse(written.Schema), left);
            if (found.Any(change => change.Breaks is not null) && PayloadFits(written))
            {
                changes = found;
                return;
            }
        }

        var changed = await Catalogue.Update(actor, before.Type, written.ToPatch(force), left);
        await ShowSavedAsync(changed, T["Saved.Changed", changed.Type, changed.Version]);
    }

    private static bool PayloadFits(EventTypeDraft written) => written.SampleFaults().Count == 0;

    private async Task ShowSavedAsync(EventTypeResource saved, string text)
    {
        await LoadAsync();
        Toasts.Show(text);
        Navigation.NavigateTo(Navigation.With(("new", null), ("edit", null), ("type", saved.Type)));
    }

    private async Task<ConfirmQuestion> QuestionAsync(PageUser asked, string type)
    {
        var used = await Catalogue.Published(asked.Tenant, type, left);
        return new ConfirmQuestion(T["Delete.Title", type], T["Delete.Do"], T["Delete.Text"])
        {
            Damage = [T["Delete.Publish", type], T["Delete.Subscribed"], used > 0 ? T["Delete.Used", used] : T["Delete.Unused"]],
            TypeToConfirm = used > 0 ? type : null,
        };
    }

    private async Task DeleteAsync(EventTypeResource type)
    {
        try
        {
            user = await Context.Get();
            if (!await confirm.AskAsync(await QuestionAsync(user, type.Type))) return;
            await Catalogue.Delete(user.AsActor(), type.Type, left);
            await LoadAsync();
            Toasts.Show(T["Saved.Deleted", type.Type]);
            Navigation.NavigateTo(Navigation.With(("type", null)));
        }
        catch (Exception e) when (LoadFailure.IsShowable(e))
        {
            var failed = LoadFailure.Of(e, Logger, "Deleting an event type");
            Toasts.Show(failed.Reason ?? T["Form.Failed", failed.TraceId!]);
        }
    }
}
