using Microsoft.AspNetCore.Mvc;
using Portal.Core.Shared.Paging;

namespace Portal.Api.Gateway;

/// <summary>The query parameters that every list takes.</summary>
internal sealed record PageQuery
{
    /// <summary>The page, from 1.</summary>
    [FromQuery(Name = "page")]
    public int? Page { get; init; }

    /// <summary>How many items a page has: 1 to 100, 20 when absent.</summary>
    [FromQuery(Name = "per_page")]
    public int? PerPage { get; init; }

    /// <summary>Another name of <c>per_page</c>.</summary>
    [FromQuery(Name = "limit")]
    public int? Limit { get; init; }

    /// <summary>The <c>next_cursor</c> of an earlier answer; it wins over the page number.</summary>
    [FromQuery(Name = "cursor")]
    public string? Cursor { get; init; }

    /// <summary>The field to sort by, with <c>-</c> in front for descending order; newest first when absent.</summary>
    [FromQuery(Name = "sort")]
    public string? Sort { get; init; }

    public PageRequest Request => PageRequest.From(Page, PerPage, Limit, Cursor, Sort);
}
