using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Portal.Shared.Parts;

/// <summary>
/// A part of the page that is TypeScript (wwwroot-assets/src/islands): loaded with its first rendering, given its
/// parameters and told of their changes, and disposed with the component. What it shows is the browser's own and outlives
/// a lost connection.
/// </summary>
public sealed partial class Island : ComponentBase, IAsyncDisposable
{
    private ElementReference element;
    private IJSObjectReference? module;
    private IJSObjectReference? handle;
    private DotNetObjectReference<object>? reference;
    private object? shown;
    private bool failed;
    private bool left;

    [Inject]
    private IJSRuntime Script { get; set; } = default!;

    [Inject]
    private ILogger<Island> Logger { get; set; } = default!;

    /// <summary>The module's path below the web root, as <c>assets/playground.js</c>; it exports <c>mount</c>.</summary>
    [Parameter, EditorRequired]
    public string Module { get; set; } = string.Empty;

    /// <summary>What the island gets, as JSON; another object is handed over as a change.</summary>
    [Parameter, EditorRequired]
    public object Props { get; set; } = default!;

    /// <summary>Whose <see cref="JSInvokableAttribute"/> methods the island may call.</summary>
    [Parameter, EditorRequired]
    public object Host { get; set; } = default!;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        left = true;
        try
        {
            if (handle is not null)
            {
                await handle.InvokeVoidAsync("dispose");
                await handle.DisposeAsync();
            }

            if (module is not null) await module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The page has gone, and the island with it.
        }
        finally
        {
            // Last: until it is disposed, the island may still be calling.
            reference?.Dispose();
        }
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender) await MountAsync();
        else if (handle is not null && !ReferenceEquals(shown, Props)) await UpdateAsync(handle);
    }

    private async Task MountAsync()
    {
        failed = false;
        try
        {
            reference ??= DotNetObjectReference.Create(Host);
            module ??= await Script.InvokeAsync<IJSObjectReference>("import", "./" + Assets[Module]);
            shown = Props;
            var mounted = await module.InvokeAsync<IJSObjectReference>("mount", element, Props, reference);
            handle = mounted;
            if (left) await DisposeAsync();
        }
        catch (JSException e)
        {
            Logger.LogError(e, "The island {Module} could not start", Module);
            failed = true;
        }
        catch (JSDisconnectedException)
        {
            // The page was left while it loaded.
            return;
        }

        if (!left) StateHasChanged();
    }

    private async Task UpdateAsync(IJSObjectReference mounted)
    {
        shown = Props;
        await mounted.InvokeVoidAsync("update", Props);
    }
}
