using Microsoft.Extensions.Localization;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Shared;
using Portal.Shared.Palette;

namespace Portal.Access;

/// <summary>The organization's API keys in the command palette, by name and visible prefix.</summary>
internal sealed class KeyItems(ApiKeyOverview keys, IStringLocalizer<PaletteTexts> texts) : IPaletteSource
{
    /// <inheritdoc />
    public async Task<IReadOnlyList<PaletteItem>> Find(PageUser user, CancellationToken cancellation) =>
        [.. (await keys.Names(user.AsActor(), cancellation)).Select(Item)];

    private PaletteItem Item(ApiKeyName key) => new("key:" + key.Id, PaletteGroup.Keys, key.Name)
    {
        Detail = $"{key.Prefix}…{key.LastFour}",
        Words = key.Id,
        Mark = texts[key.Mode == ApiMode.Test ? "Key.Test" : "Key.Live"],
        Href = $"keys?mode=all&key={Uri.EscapeDataString(key.Id)}",
    };
}
