using Microsoft.Extensions.Localization;
using Portal.Core.Access;
using Portal.Core.Shared.Data;

namespace Portal.Shared.Palette;

/// <summary>What can be done from every page. Most press a control of the shell, so that there is one way to do each.</summary>
internal sealed class CommandItems(IStringLocalizer<PaletteTexts> texts, Organizations organizations) : IPaletteSource
{
    /// <summary>On the control that chooses the other mode.</summary>
    internal const string Mode = "mode";

    /// <summary>On the control that signs out.</summary>
    internal const string SignOut = "sign-out";

    /// <summary>On the control that opens an organization.</summary>
    internal static string Organization(string id) => $"organization:{id}";

    /// <summary>On the control that chooses a theme: <c>light</c>, <c>dark</c> or <c>system</c>.</summary>
    internal static string Theme(string choice) => $"theme:{choice}";

    /// <inheritdoc />
    public async Task<IReadOnlyList<PaletteItem>> Find(PageUser user, CancellationToken cancellation)
    {
        var items = new List<PaletteItem>();
        if (user.May("keys:write")) items.Add(Command("new-key", texts["Command.NewKey"], texts["Words.NewKey"]) with { Href = "keys?new=1" });
        if (user.May("webhooks:write")) items.Add(Command("new-webhook", texts["Command.NewWebhook"], texts["Words.NewWebhook"]) with { Href = "webhooks/new" });
        items.Add(Command(Mode, texts[user.Mode == ApiMode.Test ? "Command.LiveMode" : "Command.TestMode"], texts["Words.Mode"]) with { Press = Mode });
        items.Add(Press(Theme("light"), texts["Command.Light"], texts["Words.Theme"]));
        items.Add(Press(Theme("dark"), texts["Command.Dark"], texts["Words.Theme"]));
        items.Add(Press(Theme("system"), texts["Command.System"], texts["Words.Theme"]));
        foreach (var member in await organizations.Of(user.UserId, cancellation))
        {
            if (member.Organization.Id == user.OrganizationId) continue;
            items.Add(Press(Organization(member.Organization.Id), texts["Command.Organization", member.Organization.Name], texts["Words.Organization"]));
        }

        items.Add(Command("new-organization", texts["Command.NewOrganization"], texts["Words.Organization"]) with { Href = "organization/new" });
        items.Add(Press(SignOut, texts["Command.SignOut"], texts["Words.SignOut"]));
        return items;
    }

    private static PaletteItem Press(string command, string title, string words) => Command(command, title, words) with { Press = command };

    private static PaletteItem Command(string name, string title, string words) => new("command:" + name, PaletteGroup.Commands, title) { Words = words };
}
