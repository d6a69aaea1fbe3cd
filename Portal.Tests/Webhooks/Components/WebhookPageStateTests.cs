using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Shared;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Problems;
using Portal.Core.Webhooks.Catalogue;
using Portal.Core.Webhooks.Tester;
using Portal.Shared;
using Portal.Tests.Shared.Components;
using Portal.Webhooks;
using Portal.Webhooks.Pages;
using Portal.Webhooks.Parts.Tester;

namespace Portal.Tests.Webhooks.Components;

/// <summary>What stands there while nothing is loaded yet, and when loading fails: before any service is asked.</summary>
public sealed class WebhookPageStateTests : PartTest
{
    private readonly TaskCompletionSource<AuthenticationState> user = new();

    public WebhookPageStateTests()
    {
        Services.AddSingleton(new PageContext(new Arriving(user.Task), null!));
        Services.AddSingleton(new InboxAddress(new PublicAddress(new ConfigurationBuilder().Build())));
        Services.AddSingleton(new TesterInboxes(null!, null!, null!, Time, null!, new TesterOptions()));
        Services.AddSingleton(new EventTypeService(null!, null!, Time));
        Services.AddSingleton(new TesterTargets(null!, null!, null!, null!));
        Services.AddSingleton(new TestSender(null!, null!, null!, null!, null!, null!, null!, Time, new TesterOptions()));
        Services.AddSingleton<IClusterSignals>(new NoSignals());
    }

    [Fact]
    public void Catalogue_loads_and_fails_visibly() => LoadsAndFails(Render<EventTypesPage>());

    [Fact]
    public void Inbox_loads_and_fails_visibly() => LoadsAndFails(Render<InboxTab>());

    [Fact]
    public void Sending_loads_and_fails_visibly() => LoadsAndFails(Render<SendTab>(p => p.Add(tab => tab.Memory, new TesterMemory())));

    private void LoadsAndFails<T>(IRenderedComponent<T> page) where T : IComponent
    {
        Assert.NotEmpty(page.FindAll(".skeleton"));
        user.SetException(new Problem(ErrorCode.AuthenticationFailed, "The user is not signed in.").AsException());
        page.WaitForAssertion(() => Assert.Contains("The user is not signed in.", page.Find(".error-state").TextContent, StringComparison.Ordinal));
        Assert.Empty(page.FindAll(".skeleton"));
        Assert.NotEmpty(page.FindAll(".error-state button"));
    }

    private sealed class Arriving(Task<AuthenticationState> state) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() => state;
    }

    private sealed class NoSignals : IClusterSignals, IDisposable
    {
        public void Send(string topic, string subject) => throw new NotSupportedException();

        public IDisposable Subscribe(string topic, Action<string> handler) => this;

        public void Dispose()
        {
        }
    }
}
