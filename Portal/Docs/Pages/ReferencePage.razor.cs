using System.Diagnostics;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Portal.Access;
using Portal.Core.Shared.Problems;
using Portal.Shared;

namespace Portal.Docs.Pages;

/// <summary>The API reference, which carries the newest test key where the user may borrow one.</summary>
public sealed partial class ReferencePage : ComponentBase, IDisposable
{
    private const string DocumentAddress = "openapi/v1.json";

    private readonly CancellationTokenSource leaving = new();
    private ReferenceProps? props;
    private KeyChoice? key;
    private LoadFailure? failure;

    [Inject]
    private PageContext Context { get; set; } = default!;

    [Inject]
    private PageKeys Keys { get; set; } = default!;

    [Inject]
    private ILogger<ReferencePage> Logger { get; set; } = default!;

    /// <inheritdoc />
    public void Dispose()
    {
        leaving.Cancel();
        leaving.Dispose();
    }

    /// <summary>The island asks for a token that stands for the key.</summary>
    [JSInvokable]
    public Task<Answered<LentToken>> Lend(string keyId, string? loanId) => Keys.Lend(keyId, loanId, leaving.Token);

    /// <inheritdoc />
    protected override Task OnInitializedAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        failure = null;
        try
        {
            var user = await Context.Get();
            key = (await Keys.List(user, null, leaving.Token)).FirstOrDefault(choice => choice.Mode == "test");
            props = new ReferenceProps(DocumentAddress, key?.Id, T["Code.Copy"], T["Reference.Try"]);
        }
        catch (ProblemException e)
        {
            failure = new LoadFailure(e.Problem.Message, null);
        }
        catch (Exception e) when (e is not (OutOfMemoryException or ObjectDisposedException))
        {
            var trace = (Activity.Current?.TraceId ?? ActivityTraceId.CreateRandom()).ToHexString();
            Logger.LogError(e, "The reference could not load; the user was shown trace id {TraceId}", trace);
            failure = new LoadFailure(null, trace);
        }
    }
}

/// <summary>What the reference's island gets: wwwroot-assets/src/islands/reference.ts.</summary>
/// <param name="DocumentUrl">The OpenAPI document.</param>
/// <param name="KeyId">The test key that requests carry; null without any.</param>
/// <param name="CopyText">What a button that copies is called.</param>
/// <param name="TryText">The link from an operation to the playground.</param>
public sealed record ReferenceProps(string DocumentUrl, string? KeyId, string CopyText, string TryText);
