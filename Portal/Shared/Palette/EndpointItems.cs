using Portal.Api.Docs;
using Portal.Shared.Layout;

namespace Portal.Shared.Palette;

/// <summary>The API's operations, which the playground opens. Without a playground in the build there is nothing to open.</summary>
internal sealed class EndpointItems(OperationList operations) : IPaletteSource
{
    private const string Playground = "/playground";

    /// <inheritdoc />
    public Task<IReadOnlyList<PaletteItem>> Find(PageUser user, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<PaletteItem>>(NavigationCatalog.Exists(Playground) ? [.. operations.All().Select(Item)] : []);

    internal static PaletteItem Item(ListedOperation operation) => new("operation:" + operation.Id, PaletteGroup.Endpoints, operation.Summary)
    {
        Mark = operation.Method,
        Detail = operation.Path,
        Words = operation.Id,
        Href = $"{Playground[1..]}?operation={Uri.EscapeDataString(operation.Id)}",
    };
}
