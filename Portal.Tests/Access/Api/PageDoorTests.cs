using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portal.Core.Access;
using Portal.Core.Messages;
using Portal.Core.Shared.Data;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Access.Api;

/// <summary>The pages' doors over HTTP: who is let in, and what is refused.</summary>
public sealed class PageDoorTests : IAsyncLifetime
{
    private const string Operator = "operator@example.com";
    private readonly ManualTime _time = new();
    private readonly PortalApp _app;

    public PageDoorTests() => _app = new PortalApp(new PortalAppOptions
    {
        Environment = "Production",
        Time = _time,
        Settings = { ["Bootstrap:AdminEmail"] = Operator, ["Bootstrap:AdminPassword"] = PageVisitor.Password },
        Services = services => services.AddFastPasswords(),
    });

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("https://evil.example")]
    [InlineData("/\t/evil.example")]
    public async Task Sign_in_leads_nobody_to_another_site(string returnUrl)
    {
        var visitor = new PageVisitor(_app);
        using var answer = await visitor.Post("/sign-in?returnUrl=" + Uri.EscapeDataString(returnUrl), await visitor.TokenOf("/sign-in"),
            ("_handler", "sign-in"), ("Input.Email", Operator), ("Input.Password", PageVisitor.Password));

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("/", new Uri(_app.Address, answer.Headers.Location!).PathAndQuery);
        Assert.Equal(_app.Address.Host, new Uri(_app.Address, answer.Headers.Location!).Host);
    }

    [Theory]
    [InlineData("/sign-in")]
    [InlineData("/sign-out")]
    [InlineData("/mode")]
    [InlineData("/organization/open")]
    [InlineData("/account?tab=profile")]
    [InlineData("/account?tab=sessions")]
    [InlineData("/passkeys/creation-options")]
    [InlineData("/passkeys/request-options")]
    public async Task Form_without_the_antiforgery_token_is_refused(string path)
    {
        var user = new PageVisitor(_app);
        await user.SignIn(Operator);

        using var answer = await user.Post(path, null, ("_handler", "sign-in"), ("mode", "test"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("The request was refused", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await user.Open("/account")).StatusCode);
    }

    [Fact]
    public async Task Pages_with_forms_log_no_warning()
    {
        var user = new PageVisitor(_app);
        foreach (var path in new[] { "/sign-in", "/register", "/forgot-password" }) (await user.Open(path)).Dispose();
        await user.SignIn(Operator);
        foreach (var path in new[] { "/", "/account", "/account?tab=sessions", "/security", "/organization" }) (await user.Open(path)).Dispose();

        var warnings = _app.Logs.Lines.Where(line => line.Level >= LogLevel.Warning && !line.Category.Contains("DataProtection", StringComparison.Ordinal)).ToList();
        Assert.True(warnings.Count == 0, string.Join('\n', warnings));
    }

    [Fact]
    public async Task Operators_pages_are_closed_to_everybody_else()
    {
        var member = await Member("jane@example.com");

        Assert.Equal(HttpStatusCode.Forbidden, (await member.Open("/operator/limits")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await member.Open("/mail")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await new PageVisitor(_app).Open("/mail")).StatusCode);
        var page = await (await member.Open("/")).Content.ReadAsStringAsync();
        Assert.DoesNotContain("operator/limits", page, StringComparison.Ordinal);

        var chief = new PageVisitor(_app);
        await chief.SignIn(Operator);
        Assert.Equal(HttpStatusCode.OK, (await chief.Open("/operator/limits")).StatusCode);
        Assert.Contains("jane@example.com", await (await chief.Open("/mail")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operator_reads_the_messages_that_nothing_sends_and_no_others()
    {
        await using var app = new PortalApp(new PortalAppOptions
        {
            Environment = "Production",
            Settings = { ["Bootstrap:AdminEmail"] = Operator, ["Bootstrap:AdminPassword"] = PageVisitor.Password, ["Mail:SmtpHost"] = "127.0.0.1", ["Mail:SmtpPort"] = "1", ["Mail:From"] = "portal@example.com" },
            Services = services => services.AddFastPasswords(),
        });
        var messages = app.Services.GetRequiredService<MessageService>();
        var actor = Actor.System(new Tenant("org_1", ApiMode.Live));
        await messages.Send(actor, new SmsRequest { To = "+15550123456", Message = "<b>Text of the message</b>" }, default);
        await messages.Send(actor, new EmailRequest { To = ["a@example.com"], Subject = "Secret mail", Content = new EmailContent { Text = "x" } }, default);

        var chief = new PageVisitor(app);
        await chief.SignIn(Operator);
        var page = await (await chief.Open("/mail")).Content.ReadAsStringAsync();
        Assert.Contains("&lt;b&gt;Text of the message", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Secret mail", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Organization_of_others_cannot_be_opened()
    {
        var member = await Member("jane@example.com");
        var other = await Register("other@example.com");

        using var answer = await member.Post("/organization/open", await member.TokenOf("/account"), ("organization", other.Organization.Id));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Locked_account_is_told_how_long()
    {
        await Register("jane@example.com");
        var visitor = new PageVisitor(_app);
        var token = await visitor.TokenOf("/sign-in");
        for (var attempt = 0; attempt < 10; attempt++)
        {
            _time.Advance(TimeSpan.FromSeconds(7));
            (await Try("wrong")).Dispose();
        }

        _time.Advance(TimeSpan.FromMinutes(2));
        using var answer = await Try(PageVisitor.Password);
        Assert.Contains("locked for another 3 minutes", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        Task<HttpResponseMessage> Try(string password) =>
            visitor.Post("/sign-in", token, ("_handler", "sign-in"), ("Input.Email", "jane@example.com"), ("Input.Password", password));
    }

    [Fact]
    public async Task Guessing_is_limited_for_each_address()
    {
        var visitor = new PageVisitor(_app);
        var token = await visitor.TokenOf("/sign-in");
        var statuses = new List<HttpStatusCode>();
        for (var attempt = 0; attempt < 11; attempt++)
        {
            using var answer = await visitor.Post("/sign-in", token, ("_handler", "sign-in"), ("Input.Email", $"user{attempt}@example.com"), ("Input.Password", "wrong"));
            statuses.Add(answer.StatusCode);
        }

        Assert.All(statuses[..10], status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[10]);
    }

    [Fact]
    public async Task Cookie_ends_with_the_password_and_lasts_fourteen_days_from_the_last_visit()
    {
        var member = await Member("jane@example.com");
        for (var week = 0; week < 3; week++)
        {
            _time.Advance(TimeSpan.FromDays(10));
            Assert.Equal(HttpStatusCode.OK, (await member.Open("/account")).StatusCode);
        }

        _time.Advance(TimeSpan.FromDays(15));
        Assert.Equal(HttpStatusCode.Redirect, (await member.Open("/account")).StatusCode);

        await member.SignIn("jane@example.com");
        var user = (await Get<SignIns>().Check("jane@example.com", PageVisitor.Password, null, new Origin(null), default)).User;
        await Get<Accounts>().ChangePassword(user.Id, new PasswordChange(PageVisitor.Password, "another battery staple"), new Origin(null), default);
        Assert.Equal(HttpStatusCode.Redirect, (await member.Open("/account")).StatusCode);
    }

    [Fact]
    public async Task Every_error_code_and_version_has_its_page_and_unknown_codes_have_none()
    {
        var visitor = new PageVisitor(_app);
        foreach (var code in Portal.Core.Shared.Problems.ErrorCode.All)
        {
            using var page = await visitor.Open("/docs/errors/" + code.Code);
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            Assert.Contains(code.Reference, await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await visitor.Open("/docs/errors/NO_SUCH_CODE")).StatusCode);
        Assert.Contains("2023-12-01", await (await visitor.Open("/docs/versions")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private T Get<T>() where T : notnull => (T)_app.Services.GetService(typeof(T))!;

    private Task<Registered> Register(string email) =>
        Get<Accounts>().Register(new Registration(email, PageVisitor.Password, "Jane", "Doe", null), new Origin("192.0.2.7"), default);

    private async Task<PageVisitor> Member(string email)
    {
        await Register(email);
        var visitor = new PageVisitor(_app);
        await visitor.SignIn(email);
        return visitor;
    }
}
