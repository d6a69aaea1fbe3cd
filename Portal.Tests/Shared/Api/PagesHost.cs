using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Shared.Api;

/// <summary>The portal outside of development, with an administrator and two addresses that end badly.</summary>
public sealed class PagesHost : IAsyncLifetime
{
    private readonly PortalApp _app = new(new PortalAppOptions
    {
        Environment = "Production",
        Settings = { ["Bootstrap:AdminEmail"] = "ada@example.com", ["Bootstrap:AdminPassword"] = PageVisitor.Password },
        Services = services => services.AddFastPasswords().AddEndings(),
    });

    private PageVisitor? _visitor;
    private PageVisitor? _user;

    public async ValueTask InitializeAsync()
    {
        _visitor = new PageVisitor(_app);
        _user = new PageVisitor(_app);
        await _user.SignIn("ada@example.com");
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>Asks as a browser does when a page is opened.</summary>
    internal Task<HttpResponseMessage> OpenAsync(string path, bool signedIn = false, string accept = "text/html") =>
        (signedIn ? _user! : _visitor!).Open(path, accept);
}
