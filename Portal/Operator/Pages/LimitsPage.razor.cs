using Microsoft.AspNetCore.Components;
using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Problems;
using Portal.Shared;
using Portal.Shared.Parts;

namespace Portal.Operator.Pages;

public sealed partial class LimitsPage
{
    private LimitsDraft draft = LimitsDraft.Of(LimitsDocument.Default);
    private IReadOnlyList<string> faults = [];
    private IReadOnlyList<string> wrong = [];
    private string? done;
    private ConfirmDialog question = default!;

    [Inject]
    private LimitCatalog Catalog { get; set; } = default!;

    [Inject]
    private PageContext PageContext { get; set; } = default!;

    /// <inheritdoc />
    protected override void OnInitialized() => draft = LimitsDraft.Of(Catalog.Current);

    private async Task Save()
    {
        done = null;
        var document = draft.Read(out wrong);
        faults = document is null ? [T["NotNumbers"]] : [.. document.Faults()];
        if (faults.Count > 0) return;
        await Catalog.Save(document!, CancellationToken.None, await Operator());
        draft = LimitsDraft.Of(Catalog.Current);
        done = T["Saved"];
    }

    private async Task Reset()
    {
        if (!await question.AskAsync()) return;
        await Catalog.Reset(await Operator(), CancellationToken.None);
        draft = LimitsDraft.Of(Catalog.Current);
        (faults, wrong, done) = ([], [], T["WasReset"]);
    }

    // The page may have been open since before the right was taken away.
    private async Task<Actor> Operator() => await PageContext.Get() is { IsOperator: true } user
        ? user.AsActor()
        : throw new Problem(ErrorCode.AuthorizationFailed, "Only an operator changes the limits.").AsException();

    private string Cell(string limit, PlanDraft plan) => T["Cell", limit, T[LimitNames.Of(plan.Plan)]];
}
