using Portal.Core.Shared.Paging;
using Portal.Core.Webhooks.Endpoints;
using Portal.Shared;
using Portal.Shared.Palette;

namespace Portal.Webhooks;

/// <summary>The organization's webhook endpoints in the command palette, by name and URL.</summary>
internal sealed class EndpointItems(EndpointService endpoints) : IPaletteSource
{
    /// <inheritdoc />
    public async Task<IReadOnlyList<PaletteItem>> Find(PageUser user, CancellationToken cancellation)
    {
        if (!user.May("webhooks:read")) return [];
        var page = await endpoints.List(user.Tenant, new EndpointFilter(), new PageRequest(1, PageRequest.MostPerPage, null, "name"), cancellation);
        return [.. page.Items.Select(Item)];
    }

    private static PaletteItem Item(EndpointResource endpoint) => new("webhook:" + endpoint.Id, PaletteGroup.Webhooks, endpoint.Name)
    {
        Detail = endpoint.Url,
        Words = endpoint.Id,
        Href = $"webhooks/{endpoint.Id}",
    };
}
