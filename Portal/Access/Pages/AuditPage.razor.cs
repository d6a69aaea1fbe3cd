using Microsoft.AspNetCore.Components;
using Portal.Core.Access;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;

namespace Portal.Access.Pages;

/// <summary>The organization's audit log: filters, the page and the entry that is open stand in the address.</summary>
public sealed partial class AuditPage
{
    private const int PerPage = 50;

    private Page<AuditEntryResource>? page;
    private IReadOnlyList<string> actions = [];
    private AuditEntryResource? entry;
    private bool isGone;

    [SupplyParameterFromQuery]
    private string? Actor { get; set; }

    /// <summary>As <c>key.created</c>, or only the part before the dot.</summary>
    [SupplyParameterFromQuery]
    private string? Action { get; set; }

    /// <summary>The id or kind of the thing.</summary>
    [SupplyParameterFromQuery]
    private string? Target { get; set; }

    /// <summary>The first day (UTC), <c>yyyy-MM-dd</c>.</summary>
    [SupplyParameterFromQuery]
    private string? From { get; set; }

    /// <summary>The last day (UTC), <c>yyyy-MM-dd</c>.</summary>
    [SupplyParameterFromQuery]
    private string? Until { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private int? Number { get; set; }

    /// <summary>The entry that is open.</summary>
    [SupplyParameterFromQuery(Name = "entry")]
    private string? EntryId { get; set; }

    private bool MayRead => User?.May("audit:read") == true;

    private bool IsFiltered => !string.IsNullOrEmpty($"{Actor}{Action}{Target}{From}{Until}");

    // What the address asks for is offered also where the log does not hold it (any more).
    private IEnumerable<string> Known => string.IsNullOrEmpty(Action) ? actions : actions.Append(Action).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    private string ExportAddress => AuditExport.Path[1..] + new Uri(With(("page", null), ("entry", null))).Query;

    /// <inheritdoc />
    protected override Task OnParametersSetAsync() => LoadAsync();

    private protected override async Task Read(Actor actor)
    {
        if (!MayRead) return;
        page = await Trail.List(actor, AuditExport.Filter(Actor, Action, Target, From, Until), new PageRequest(Math.Clamp(Number ?? 1, 1, 10_000), PerPage), Leaving);
        actions = await Trail.Actions(actor, Leaving);
        if (EntryId == entry?.Id) return;
        (entry, isGone) = (null, false);
        if (EntryId is not { } id) return;
        try
        {
            entry = page.Items.FirstOrDefault(shown => shown.Id == id) ?? await Trail.Get(actor, id, Leaving);
        }
        catch (ProblemException e) when (e.Problem.Code == ErrorCode.NotFound)
        {
            isGone = true;
        }
    }

    private void Go(string name, ChangeEventArgs typed) =>
        Navigation.NavigateTo(With((name, string.IsNullOrWhiteSpace((string?)typed.Value) ? null : typed.Value), ("page", null), ("entry", null)), replace: true);

    private void Close()
    {
        if (EntryId is not null) Navigation.NavigateTo(With(("entry", null)));
    }
}
