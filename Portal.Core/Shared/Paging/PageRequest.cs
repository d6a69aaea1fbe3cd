using Portal.Core.Shared.Problems;

namespace Portal.Core.Shared.Paging;

/// <summary>Which part of a list is wanted: by page number, or from where an earlier answer's cursor left off.</summary>
/// <param name="Page">From 1.</param>
/// <param name="PerPage">1 to 100.</param>
/// <param name="Cursor">The <c>next_cursor</c> of an earlier answer; it wins over the page number.</param>
/// <param name="Sort">A field's name, with a minus in front for descending order; null for newest first.</param>
public sealed record PageRequest(int Page = 1, int PerPage = PageRequest.DefaultPerPage, string? Cursor = null, string? Sort = null)
{
    public const int DefaultPerPage = 20;
    public const int MostPerPage = 100;

    /// <summary>Pages beyond this are not counted to; use a cursor.</summary>
    public const int LastPage = 1_000_000;

    /// <summary>Takes query parameters as they came; <c>limit</c> is another name of <c>per_page</c>.</summary>
    /// <exception cref="ProblemException">A number is out of its range.</exception>
    public static PageRequest From(int? page, int? perPage, int? limit, string? cursor, string? sort)
    {
        var faults = new Faults();
        if (page is < 1 or > LastPage) faults.Add("page", $"page must be from 1 to {LastPage}.");
        var size = perPage ?? limit ?? DefaultPerPage;
        if (size is < 1 or > MostPerPage) faults.Add(perPage is null ? "limit" : "per_page", $"A page has 1 to {MostPerPage} items.");
        faults.ThrowIfAny();
        return new PageRequest(page ?? 1, size, string.IsNullOrEmpty(cursor) ? null : cursor, string.IsNullOrEmpty(sort) ? null : sort);
    }
}

/// <summary>A part of a list, with what is needed to ask for the next.</summary>
/// <param name="PageNumber">Null where a cursor was followed.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, int? PageNumber, int PerPage, int Total, string? NextCursor)
{
    public int TotalPages => (Total + PerPage - 1) / PerPage;

    public Page<TOther> Select<TOther>(Func<T, TOther> selector) => new([.. Items.Select(selector)], PageNumber, PerPage, Total, NextCursor);
}
