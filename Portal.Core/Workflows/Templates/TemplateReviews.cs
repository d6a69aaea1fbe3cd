using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;
using Portal.Core.Workflows.Definitions;

namespace Portal.Core.Workflows.Templates;

/// <summary>What users say of templates: each says it once, and may change it. Every fault is a <see cref="ProblemException"/>.</summary>
public sealed class TemplateReviews
{
    private static readonly Sorting<TemplateReviewRow> Sorting = new Sorting<TemplateReviewRow>(TemplateReview.Plural, row => row.Id)
        .By("created_at", row => row.CreatedAt)
        .By("rating", row => row.Rating);

    private readonly PortalStore _store;
    private readonly IdGenerator _ids;
    private readonly WorkflowRows _rows;

    internal TemplateReviews(PortalStore store, IdGenerator ids, WorkflowRows rows) => (_store, _ids, _rows) = (store, ids, rows);

    /// <summary>The fields that a list can be sorted by.</summary>
    public static IEnumerable<string> SortFields => Sorting.Fields;

    public async Task<Page<TemplateReview>> List(Tenant tenant, string templateId, PageRequest page, CancellationToken cancellation)
    {
        await using var db = _store.Read(tenant);
        await TemplateService.Find(db, templateId, cancellation);
        return (await Sorting.Cut(db.TemplateReviews.Where(review => review.TemplateId == templateId), page, cancellation)).Select(Show);
    }

    public async Task<TemplateReview> Get(Tenant tenant, string templateId, string reviewId, CancellationToken cancellation)
    {
        await using var db = _store.Read(tenant);
        await TemplateService.Find(db, templateId, cancellation);
        return Show(await Find(db, templateId, reviewId, cancellation) ?? throw NotFound(reviewId));
    }

    /// <summary>Says what a user thinks, in place of what they said before. A key says it for the user who made it.</summary>
    public Task<TemplateReview> Add(Actor actor, string templateId, ReviewInput input, CancellationToken cancellation)
    {
        var faults = new Faults();
        if (input.Rating is null) faults.Add("rating", "rating is required.", ErrorCode.MissingField);
        else if (input.Rating is < 1 or > 5) faults.Add("rating", "rating is 1 to 5.");
        faults.Text("comment", input.Comment, WorkflowLimits.LongestDescription);
        faults.ThrowIfAny();
        var user = actor.UserId ?? actor.Id ?? throw new Problem(ErrorCode.AuthorizationFailed, "Only users review templates.").AsException();
        return _store.Write(actor, async (db, token) =>
        {
            await TemplateService.Find(db, templateId, token);
            var row = await db.TemplateReviews.FirstOrDefaultAsync(review => review.TemplateId == templateId && review.UserId == user, token);
            if (row is null) db.Add(row = new TemplateReviewRow { Id = _ids.New("rev"), TemplateId = templateId, OrganizationId = actor.Tenant.OrganizationId, UserId = user, UserName = actor.Name });
            (row.Rating, row.Comment, row.CreatedAt, row.UserName) = (input.Rating!.Value, input.Comment, _rows.Now(), actor.Name);
            return Show(row);
        }, cancellation);
    }

    /// <summary>Takes back what a user said themselves; others' reviews are not theirs to delete.</summary>
    public Task Delete(Actor actor, string templateId, string reviewId, CancellationToken cancellation) => _store.Write(actor, async (db, token) =>
    {
        await TemplateService.Find(db, templateId, token);
        var row = await Find(db, templateId, reviewId, token);
        db.Remove(row is not null && row.UserId == (actor.UserId ?? actor.Id) ? row : throw NotFound(reviewId));
        return true;
    }, cancellation);

    private static async Task<TemplateReviewRow?> Find(PortalDbContext db, string templateId, string reviewId, CancellationToken cancellation) =>
        Faults.IsStorable(reviewId) ? await db.TemplateReviews.FirstOrDefaultAsync(review => review.Id == reviewId && review.TemplateId == templateId, cancellation) : null;

    private static ProblemException NotFound(string reviewId) => Problem.NotFound(TemplateReview.Kind, reviewId).AsException();

    internal static TemplateReview Show(TemplateReviewRow row) =>
        new() { Id = row.Id, UserId = row.UserId, UserName = row.UserName, Rating = row.Rating, Comment = row.Comment, CreatedAt = row.CreatedAt };
}
