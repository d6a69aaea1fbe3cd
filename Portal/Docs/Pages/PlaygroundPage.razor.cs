using System.Diagnostics;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Microsoft.JSInterop;
using Portal.Access;
using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;
using Portal.Shared;
using Portal.Shared.Layout;

namespace Portal.Docs.Pages;

/// <summary>The API playground: what the island needs of the server, and what it asks for.</summary>
public sealed partial class PlaygroundPage : ComponentBase, IDisposable
{
    private const string LogsAddress = "/logs";

    private readonly CancellationTokenSource leaving = new();
    private PlaygroundProps? props;
    private LoadFailure? failure;

    [Inject]
    private PageContext Context { get; set; } = default!;

    [Inject]
    private PageKeys Keys { get; set; } = default!;

    [Inject]
    private IStringLocalizer<DocsTexts> Guides { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private RequestLogReader Log { get; set; } = default!;

    [Inject]
    private ILogger<PlaygroundPage> Logger { get; set; } = default!;

    /// <summary>The key to begin with, as after making one.</summary>
    [SupplyParameterFromQuery(Name = "key")]
    private string? Key { get; set; }

    /// <summary>The operation's id in the OpenAPI document.</summary>
    [SupplyParameterFromQuery(Name = "operation")]
    private string? Operation { get; set; }

    /// <summary>The id of a logged request to be opened.</summary>
    [SupplyParameterFromQuery(Name = "request")]
    private string? Request { get; set; }

    /// <inheritdoc />
    public void Dispose()
    {
        leaving.Cancel();
        leaving.Dispose();
    }

    /// <summary>The island asks for a token that stands for a key.</summary>
    [JSInvokable]
    public Task<Answered<LentToken>> Lend(string keyId, string? loanId) => Keys.Lend(keyId, loanId, leaving.Token);

    /// <summary>The island asks for a key to try things with.</summary>
    [JSInvokable]
    public Task<Answered<KeyChoice>> MakeTestKey() => Keys.MakeTestKey(leaving.Token);

    /// <summary>The island shows another operation: the address says so.</summary>
    [JSInvokable]
    public void Show(string operationId)
    {
        if (operationId == Operation) return;
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["operation"] = operationId,
            ["request"] = null,
        }));
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (props is null) await LoadAsync();
        else if (props.Operation != Operation) props = props with { Operation = Operation };
    }

    private static bool IsBeyondUs(Exception e) => e is OutOfMemoryException or ObjectDisposedException;

    private async Task LoadAsync()
    {
        failure = null;
        try
        {
            var user = await Context.Get();
            props = new PlaygroundProps(
                "openapi/v1.json",
                Assets["assets/validator.js"],
                NavigationCatalog.Exists(LogsAddress) ? LogsAddress[1..] : null,
                await Keys.List(user, Key, leaving.Token),
                user.May(KeyLoans.Scope),
                Key,
                Operation,
                await ReadLoggedAsync(user),
                $"{user.OrganizationId}:{user.UserId}",
                ErrorGuide.All.ToDictionary(guide => guide.Code, guide => new ErrorText(Guides[guide.Meaning], Guides[guide.Remedy]), StringComparer.Ordinal),
                T.GetAllStrings().ToDictionary(text => text.Name, text => text.Value, StringComparer.Ordinal));
        }
        catch (ProblemException e)
        {
            failure = new LoadFailure(e.Problem.Message, null);
        }
        catch (Exception e) when (!IsBeyondUs(e))
        {
            var trace = (Activity.Current?.TraceId ?? ActivityTraceId.CreateRandom()).ToHexString();
            Logger.LogError(e, "The playground could not load; the user was shown trace id {TraceId}", trace);
            failure = new LoadFailure(null, trace);
        }
    }

    /// <summary>The request that the address names, in whichever mode it was made; null for one that the log does not have.</summary>
    private async Task<LoggedRequest?> ReadLoggedAsync(PageUser user)
    {
        if (string.IsNullOrEmpty(Request)) return null;
        try
        {
            return LoggedRequest.Of(await Log.Get(user.AsActor(), Request, leaving.Token));
        }
        catch (ProblemException e) when (e.Problem.Code == ErrorCode.NotFound)
        {
            Logger.LogDebug(e, "No logged request {RequestId}", Request);
            return null;
        }
    }
}
