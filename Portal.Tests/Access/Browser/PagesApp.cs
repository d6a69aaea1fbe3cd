using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Tests.Infrastructure.Browser;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Access.Browser;

/// <summary>A portal on a socket with an operator, for browsers; forms are not limited, so that tests do not meet each other's limits.</summary>
public class PagesApp : IAsyncLifetime
{
    internal const string Operator = "operator@example.com";

    private static int s_last;

    public PagesApp() : this(null) { }

    private protected PagesApp(TimeProvider? time) => App = PortalApp.OnKestrel(new PortalAppOptions
    {
        Time = time,
        Settings =
        {
            ["Bootstrap:AdminEmail"] = Operator,
            ["Bootstrap:AdminPassword"] = PageVisitor.Password,
            ["Bootstrap:OrganizationName"] = "Meridian",
            ["Limits:Free:Categories:Authentication"] = "1000",
        },
        Services = services => services.AddFastPasswords(),
    });

    internal PortalApp App { get; }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return App.DisposeAsync();
    }

    internal T Get<T>() where T : notnull => (T)App.Services.GetService(typeof(T))!;

    internal Task<BrowserSession> Open(ColorScheme scheme = ColorScheme.Light, int width = 1280, int height = 900) =>
        BrowserSession.OpenAsync(new BrowserOptions { BaseUrl = App.Address, ColorScheme = scheme, Width = width, Height = height });

    /// <summary>An account of its own for a test.</summary>
    internal async Task<User> NewUser(string first = "Jane", string last = "Doe")
    {
        var email = $"user{Interlocked.Increment(ref s_last)}@example.com";
        var registered = await Get<Accounts>().Register(new Registration(email, PageVisitor.Password, first, last, "Acme"), new Origin("192.0.2.7"), default);
        return registered.User;
    }

    /// <summary>A browser that calls the portal by a name, as passkeys need: they know no bare addresses.</summary>
    internal Task<BrowserSession> OpenByName() =>
        BrowserSession.OpenAsync(new BrowserOptions { BaseUrl = new UriBuilder(App.Address) { Host = "localhost" }.Uri, Width = 1280, Height = 900 });

    /// <summary>The path and query of the link in the newest mail to somebody: mails name the public address, which a portal on a free port does not have.</summary>
    internal async Task<string> LinkFor(string email)
    {
        await using var db = Get<PortalStore>().ReadAcross();
        var mail = await db.Mails.Where(mail => mail.To == email).OrderByDescending(mail => mail.Id).FirstAsync();
        var line = mail.Body.Split('\n').First(line => line.StartsWith("http", StringComparison.Ordinal));
        return new Uri(line.Trim()).PathAndQuery;
    }

    /// <summary>A browser in which somebody is signed in.</summary>
    internal async Task<BrowserSession> SignedIn(string email, ColorScheme scheme = ColorScheme.Light, int width = 1280, int height = 900)
    {
        var session = await Open(scheme, width, height);
        await session.Page.GotoAsync("/sign-in");
        await SignIn(session.Page, email);
        await session.Page.WaitForURLAsync("**/");
        // The circuit renders the page anew; a menu that was opened before would be closed by it.
        await BrowserSession.InteractiveAsync(session.Page);
        return session;
    }

    internal static async Task SignIn(IPage page, string email, string password = PageVisitor.Password)
    {
        await page.GetByLabel("E-mail address").FillAsync(email);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
    }

    internal async Task Store(Func<PortalDbContext, Task> change)
    {
        await Get<PortalStore>().WriteAcross(async (db, _) =>
        {
            await change(db);
            return true;
        }, default);
    }
}
