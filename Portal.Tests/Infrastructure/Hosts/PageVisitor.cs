using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Portal.Tests.Infrastructure.Hosts;

/// <summary>A browser without a window: keeps cookies, follows no redirect, sends forms with their hidden fields.</summary>
internal sealed partial class PageVisitor(PortalApp app)
{
    public const string Password = "correct horse battery";

    private readonly HttpClient _client = app.Client(cookies: true);

    /// <summary>Opens a page.</summary>
    public async Task<HttpResponseMessage> Open(string path, string accept = "text/html")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept", accept);
        return await _client.SendAsync(request);
    }

    /// <summary>Sends a form.</summary>
    /// <param name="path">Where it is sent.</param>
    /// <param name="token">The antiforgery token; null sends none.</param>
    /// <param name="fields">Names and values.</param>
    public async Task<HttpResponseMessage> Post(string path, string? token, params (string Name, string Value)[] fields)
    {
        var all = fields.Select(field => new KeyValuePair<string, string>(field.Name, field.Value));
        if (token is not null) all = all.Append(new("__RequestVerificationToken", token));
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(all) };
        request.Headers.Add("Accept", "text/html");
        return await _client.SendAsync(request);
    }

    /// <summary>The antiforgery token that a page holds for this visitor.</summary>
    public async Task<string> TokenOf(string path)
    {
        using var page = await Open(path);
        return WebUtility.HtmlDecode(Token().Match(await page.Content.ReadAsStringAsync()).Groups[1].Value);
    }

    /// <summary>Signs in by the page.</summary>
    public async Task SignIn(string email, string password = Password)
    {
        using var answer = await Post(
            "/sign-in", await TokenOf("/sign-in"), ("_handler", "sign-in"), ("Input.Email", email), ("Input.Password", password), ("Input.Keep", "true"));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Token();
}

/// <summary>Services that tests replace.</summary>
internal static class TestServices
{
    /// <summary>One round instead of 100,000, where it is not the hash that is tested.</summary>
    public static IServiceCollection AddFastPasswords(this IServiceCollection services) =>
        services.Configure<PasswordHasherOptions>(options => options.IterationCount = 1);

    /// <summary>Two addresses that end badly, behind the portal's error pages: <c>/fails</c> throws, <c>/refuses</c> answers 403.</summary>
    public static IServiceCollection AddEndings(this IServiceCollection services) => services.AddSingleton<IStartupFilter, Endings>();

    private sealed class Endings : IStartupFilter
    {
        // What a start-up filter adds after the rest of the pipeline is reached by what no endpoint answers.
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            next(app);
            app.Map("/fails", branch => branch.Run(_ => throw new InvalidOperationException("The secret reason.")));
            app.Map("/refuses", branch => branch.Run(http =>
            {
                http.Response.StatusCode = StatusCodes.Status403Forbidden;
                return Task.CompletedTask;
            }));
        };
    }
}
