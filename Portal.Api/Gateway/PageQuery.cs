using Microsoft.AspNetCore.Mvc;
using Portal.Core.Shared.Paging;

namespace Portal.Api.Gateway;

/// <summary>The query parameters that every list takes.</summary>
/// <param name="Page">The page, from 1.</param>
/// <param name="PerPage">How many items a page has: 1 to 100, 20 when absent.</param>
/// <param name="Limit">Another name of <c>per_page</c>.</param>
/// <param name="Cursor">The <c>next_cursor</c> of an earlier answer; it wins over the page number.</param>
/// <param name="Sort">The field to sort by, with <c>-</c> in front for descending order; newest first when absent.</param>
internal sealed record PageQuery(
    [FromQuery(Name = "page")] int? Page,
    [FromQuery(Name = "per_page")] int? PerPage,
    [FromQuery(Name = "limit")] int? Limit,
    [FromQuery(Name = "cursor")] string? Cursor,
    [FromQuery(Name = "sort")] string? Sort)
{
    public PageRequest Request => PageRequest.From(Page, PerPage, Limit, Cursor, Sort);
}
