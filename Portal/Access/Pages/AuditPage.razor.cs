using Microsoft.AspNetCore.Components;
using Portal.Core.Access;
using Portal.Core.Shared.Paging;
using Portal.Shared;
using Portal.Shared.Parts;

namespace Portal.Access.Pages;

/// <summary>The organization's audit log: filters, the page and the entry that is open stand in the address.</summary>
public sealed partial class AuditPage
{
    private IReadOnlyList<string> actions = [];
    private int total;

    [SupplyParameterFromQuery]
    private string? Actor { get; set; }

    [SupplyParameterFromQuery]
    private string? Action { get; set; }

    [SupplyParameterFromQuery]
    private string? Target { get; set; }

    [SupplyParameterFromQuery]
    private string? From { get; set; }

    [SupplyParameterFromQuery]
    private string? Until { get; set; }

    /// <summary>The entry that is open.</summary>
    [SupplyParameterFromQuery(Name = "entry")]
    private string? EntryId { get; set; }

    private AuditQuery Query => new(Actor, Action, Target, From, Until);

    // The search field shows who; what the closed menu hides must be seen.
    private IReadOnlyList<FilterChips.FilterChip> Chips =>
    [
        new("target", T["Audit.Target"], Target),
        new("from", T["Audit.From"], From),
        new("until", T["Audit.Until"], Until),
    ];

    private string ExportAddress => AuditExport.Path[1..] + new Uri(Navigation.With(("page", null), ("entry", null), ("sort", null), ("cols", null))).Query;

    /// <inheritdoc />
    protected override Task OnInitializedAsync() => LoadAsync();

    private protected override async Task Read(Actor actor)
    {
        if (User!.May("audit:read")) actions = await Trail.Actions(actor, Leaving);
    }

    private async Task<Page<AuditEntryResource>> ListAsync(PageRequest request, CancellationToken cancellation) =>
        await Trail.List(await ActorAsync(), Query.Filter, request, cancellation);

    private async Task<AuditEntryResource> ReadAsync(string id, CancellationToken cancellation) => await Trail.Get(await ActorAsync(), id, cancellation);

    private void Loaded(Page<AuditEntryResource> page) => total = page.Total;
}
