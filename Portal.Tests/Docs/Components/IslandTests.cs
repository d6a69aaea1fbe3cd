using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.JSInterop;
using Portal.Shared.Parts;
using Portal.Tests.Shared.Components;

namespace Portal.Tests.Docs.Components;

public sealed class IslandTests : PartTest
{
    private const string Module = "assets/playground.js";

    private sealed record Props(string Name);

    [Fact]
    public void Island_is_a_skeleton_while_it_loads()
    {
        Services.AddSingleton<IJSRuntime>(new Script(new TaskCompletionSource<IJSObjectReference>().Task));

        var island = Show(new Props("a"));

        Assert.NotEmpty(island.FindAll(".skeleton"));
        Assert.True(island.Find(".island").HasAttribute("hidden"));
    }

    [Fact]
    public void Mounted_island_takes_the_skeletons_place()
    {
        var module = JSInterop.SetupModule("./" + Module);
        module.SetupModule("mount", _ => true);

        var island = Show(new Props("a"));

        Assert.Empty(island.FindAll(".skeleton"));
        Assert.False(island.Find(".island").HasAttribute("hidden"));
        Assert.Equal(new Props("a"), Assert.Single(module.Invocations["mount"]).Arguments[1]);
    }

    [Fact]
    public void Changed_parameters_are_handed_over_and_the_same_are_not()
    {
        var module = JSInterop.SetupModule("./" + Module);
        var handle = module.SetupModule("mount", _ => true);
        handle.SetupVoid("update", _ => true).SetVoidResult();
        var first = new Props("a");
        var island = Show(first);

        island.Render(p => p.Add(part => part.Props, first));
        Assert.Empty(handle.Invocations["update"]);
        island.Render(p => p.Add(part => part.Props, new Props("b")));

        Assert.Equal(new Props("b"), Assert.Single(handle.Invocations["update"]).Arguments[0]);
    }

    [Fact]
    public void Script_that_does_not_load_is_said_and_tried_again()
    {
        var script = new Script(Task.FromException<IJSObjectReference>(new JSException("404")));
        Services.AddSingleton<IJSRuntime>(script);

        var island = Show(new Props("a"));

        Assert.NotEmpty(island.FindAll(".error-state"));
        island.Find(".error-state button").Click();
        Assert.Equal(2, script.Imports);
        Assert.True(island.Find(".island").HasAttribute("hidden"));
    }

    [Fact]
    public async Task Island_is_disposed_with_its_page()
    {
        var module = JSInterop.SetupModule("./" + Module);
        var handle = module.SetupModule("mount", _ => true);
        handle.SetupVoid("dispose").SetVoidResult();
        Show(new Props("a"));

        await DisposeComponentsAsync();

        Assert.Single(handle.Invocations["dispose"]);
    }

    private IRenderedComponent<Island> Show(Props props) =>
        Render<Island>(p => p.Add(part => part.Module, Module).Add(part => part.Props, props).Add(part => part.Host, this));

    /// <summary>A browser whose module is that task.</summary>
    private sealed class Script(Task<IJSObjectReference> module) : IJSRuntime
    {
        public int Imports { get; private set; }

        public async ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args)
        {
            Imports++;
            return (TValue)await module;
        }

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args) => InvokeAsync<TValue>(identifier, args);
    }
}
