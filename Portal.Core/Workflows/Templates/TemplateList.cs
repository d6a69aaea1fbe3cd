using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Workflows.Templates;

/// <summary>
/// Lists templates of the database and of the portal's files as one. They are put together in memory: there are hundreds,
/// not millions, and their definitions stay where they are.
/// </summary>
internal static class TemplateList
{
    private const int Most = 10_000;

    private static readonly Dictionary<string, Comparison<TemplateSummary>> Orders = new(StringComparer.Ordinal)
    {
        ["created_at"] = (one, other) => one.CreatedAt.CompareTo(other.CreatedAt),
        ["updated_at"] = (one, other) => one.UpdatedAt.CompareTo(other.UpdatedAt),
        ["name"] = (one, other) => string.Compare(one.Name, other.Name, StringComparison.OrdinalIgnoreCase),
        ["usage_count"] = (one, other) => one.UsageCount.CompareTo(other.UsageCount),
        ["rating"] = (one, other) => one.Rating.CompareTo(other.Rating),
    };

    public static IEnumerable<string> SortFields => Orders.Keys;

    /// <summary>The stored templates that the context's organization sees.</summary>
    public static IQueryable<WorkflowTemplate> Visible(PortalDbContext db)
    {
        var organization = db.OrganizationId;
        return db.Across<WorkflowTemplate>().Where(row => row.OrganizationId == organization || row.IsPublic);
    }

    public static async Task<Page<TemplateSummary>> Cut(PortalDbContext db, TemplateFilter filter, PageRequest page, CancellationToken cancellation)
    {
        var sort = page.Sort ?? "-created_at";
        if (!Orders.TryGetValue(sort.TrimStart('-', '+'), out var order))
            throw Problem.Field(ErrorCode.Validation, "sort", $"sort must be one of {string.Join(", ", SortFields)}, with - in front for descending order.").AsException();

        var found = await Matching(db, filter, cancellation);
        var direction = sort.StartsWith('-') ? -1 : 1;
        found.Sort((one, other) => direction * (order(one, other) is not 0 and var difference ? difference : string.CompareOrdinal(one.Id, other.Id)));
        var start = page.Cursor is { } cursor ? After(found, Cursor.Read(cursor, TemplateSummary.Plural, sort)) : (page.Page - 1) * page.PerPage;
        var items = found.Skip(start).Take(page.PerPage).ToList();
        var next = start + items.Count < found.Count && items.Count > 0 ? Cursor.At(TemplateSummary.Plural, sort, start + items.Count, items[^1].Id).Write() : null;
        return new(items, page.Cursor is null ? page.Page : null, page.PerPage, found.Count, next);
    }

    // Behind the template that was last, wherever it is by now; the place that it had where it is gone.
    private static int After(List<TemplateSummary> found, Cursor cursor) =>
        found.FindIndex(template => template.Id == cursor.Id) is >= 0 and var index ? index + 1 : Math.Max(0, cursor.KeyAs<int>());

    private static async Task<List<TemplateSummary>> Matching(PortalDbContext db, TemplateFilter filter, CancellationToken cancellation)
    {
        // One's own come first: others make as many public ones as they like.
        var organization = db.OrganizationId;
        var rows = await Stored(db, filter).OrderByDescending(row => row.OrganizationId == organization).ThenByDescending(row => row.CreatedAt).Take(Most)
            .Select(row => new { row.Id, row.Name, row.Description, row.Category, row.Tags, row.Version, row.IsPublic, row.OrganizationId, row.CreatedBy, row.CreatedAt, row.UpdatedAt })
            .ToListAsync(cancellation);
        var uses = await db.TemplateUses.ToDictionaryAsync(use => use.TemplateId, use => use.Count, StringComparer.Ordinal, cancellation);
        var ratings = await db.TemplateReviews.GroupBy(review => review.TemplateId).Select(group => new { group.Key, Mean = group.Average(review => (double)review.Rating), Count = group.Count() })
            .ToDictionaryAsync(group => group.Key, group => (group.Mean, group.Count), StringComparer.Ordinal, cancellation);
        var stored = rows.Select(row => new Template
        {
            Id = row.Id, Name = row.Name, Description = row.Description, Category = row.Category, Tags = row.Tags, Version = row.Version, IsPublic = row.IsPublic, OrganizationId = row.OrganizationId,
            CreatedBy = row.CreatedBy, CreatedAt = row.CreatedAt, UpdatedAt = row.UpdatedAt, Definition = new(),
        });
        return [.. stored.Concat(ShippedTemplates.All.Values).Where(template => Fits(template, filter)).Select(template =>
        {
            var (mean, count) = ratings.GetValueOrDefault(template.Id);
            return template.Summary(uses.GetValueOrDefault(template.Id), mean, count);
        })];
    }

    private static IQueryable<WorkflowTemplate> Stored(PortalDbContext db, TemplateFilter filter) => filter.PublicOnly ? db.Across<WorkflowTemplate>().Where(row => row.IsPublic) : Visible(db);

    private static bool Fits(Template template, TemplateFilter filter) =>
        (string.IsNullOrEmpty(filter.Category) || template.Category == filter.Category)
        && (string.IsNullOrEmpty(filter.Search) || Has(template.Name, filter.Search) || Has(template.Description, filter.Search) || template.Tags.Any(tag => Has(tag, filter.Search)));

    private static bool Has(string text, string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase);
}
