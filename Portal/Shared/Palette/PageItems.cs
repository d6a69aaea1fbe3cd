using Microsoft.Extensions.Localization;
using Portal.Shared.Layout;

namespace Portal.Shared.Palette;

/// <summary>The pages of the side navigation, each with its area, and the reader's account.</summary>
internal sealed class PageItems(IStringLocalizer<SharedTexts> navigation, IStringLocalizer<PaletteTexts> texts) : IPaletteSource
{
    private const string AccountPath = "/account";

    /// <inheritdoc />
    public Task<IReadOnlyList<PaletteItem>> Find(PageUser user, CancellationToken cancellation)
    {
        var items = new List<PaletteItem>();
        foreach (var section in NavigationCatalog.For(user.IsOperator))
        {
            items.AddRange(section.Entries.Select(entry => Page(entry.Address, navigation[entry.TextKey]) with { Detail = navigation[section.TitleKey] }));
        }

        if (items.TrueForAll(item => item.Href != AccountPath[1..]))
            items.Add(Page(AccountPath, texts["Page.Account"]) with { Words = texts["Words.Account"] });
        return Task.FromResult<IReadOnlyList<PaletteItem>>(items);
    }

    private static PaletteItem Page(string address, string title) => new("page:" + address, PaletteGroup.Pages, title) { Href = address[1..] };
}
