using Microsoft.Extensions.Localization;
using Microsoft.Playwright;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Docs;
using Portal.Tests.Access.Browser;
using Portal.Tests.Infrastructure.Browser;
using static Microsoft.Playwright.Assertions;
using Member = Portal.Tests.Access.Browser.Member;

namespace Portal.Tests.Docs.Browser;

/// <summary>A portal whose visitors stand before the playground.</summary>
public sealed class PlaygroundSite : IAsyncLifetime
{
    /// <summary>The site with its people and keys.</summary>
    public KeysSite Keys { get; } = new();

    public IStringLocalizer<PlaygroundTexts> Texts => Keys.Get<IStringLocalizer<PlaygroundTexts>>();

    public ValueTask InitializeAsync() => Keys.InitializeAsync();

    public ValueTask DisposeAsync() => Keys.DisposeAsync();

    public Task<IssuedApiKey> NewKey(Member member, string name, params string[] scopes) =>
        Keys.Get<ApiKeyService>().Create(member.Actor, new ApiKeyInput { Name = name, Mode = ApiMode.Test, Scopes = scopes }, default);

    /// <summary>A browser at the playground, once the island is there.</summary>
    public async Task<BrowserSession> Open(Member member, string query = "", int width = 1440, ColorScheme scheme = ColorScheme.Light)
    {
        var session = await Keys.Open(member, width: width, scheme: scheme);
        await Go(session.Page, query);
        return session;
    }

    public static async Task Go(IPage page, string query)
    {
        await page.GotoAsync($"/playground{query}");
        await Expect(page.Locator(".play-title")).ToBeAttachedAsync();
    }

    public ILocator Button(IPage page, string text) => page.GetByRole(AriaRole.Button, new() { Name = Texts[text], Exact = true });

    /// <summary>Sends and waits for an answer of this status.</summary>
    public async Task Send(IPage page, string status)
    {
        await page.Locator(".play-send").ClickAsync();
        await Expect(page.Locator(".play-status")).ToHaveTextAsync(status);
    }

    public Task ExpectValid(IPage page, int status) => Expect(page.Locator(".play-check")).ToHaveTextAsync(Texts["Check.Valid", status]);
}
