using Portal.Core.Shared.Data;
using Portal.Core.Shared.Paging;
using Portal.Core.Webhooks.Catalogue;

namespace Portal.Webhooks;

/// <summary>The whole catalogue of event types, to choose from.</summary>
internal static class EventCatalogue
{
    internal static async Task<IReadOnlyList<EventTypeResource>> All(EventTypeService types, Tenant tenant, CancellationToken cancellation)
    {
        var all = new List<EventTypeResource>();
        Page<EventTypeResource> page;
        var number = 1;
        do
        {
            page = await types.List(tenant, new EventTypeFilter(), new PageRequest(number++, PageRequest.MostPerPage), cancellation);
            all.AddRange(page.Items);
        }
        while (number <= page.TotalPages);

        return all;
    }
}
