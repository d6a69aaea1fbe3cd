using System.Diagnostics;
using Microsoft.AspNetCore.Components;
using Portal.Access;
using Portal.Core.Notifications;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;
using Portal.Shared;

namespace Portal.Notifications.Pages;

/// <summary>Everything that the reader was told in the open organization. New ones appear without a reload.</summary>
public sealed partial class NotificationsPage : ComponentBase, IDisposable
{
    private const string UnreadFilter = "unread";

    private PageUser? user;
    private Page<Notification>? page;
    private LoadFailure? failure;
    private IDisposable? subscription;
    private int unread;

    [Inject]
    private PageContext Context { get; set; } = default!;

    [Inject]
    private UserNotifications Notifications { get; set; } = default!;

    [Inject]
    private IClusterSignals Signals { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private ILogger<NotificationsPage> Logger { get; set; } = default!;

    /// <summary><c>unread</c> leaves out what was read.</summary>
    [SupplyParameterFromQuery(Name = "show")]
    private string? Show { get; set; }

    /// <summary>From 1.</summary>
    [SupplyParameterFromQuery(Name = "page")]
    private int? Number { get; set; }

    private bool UnreadOnly => Show == UnreadFilter;

    private int Current => page!.PageNumber ?? 1;

    private int First => (Current - 1) * page!.PerPage + 1;

    /// <inheritdoc />
    public void Dispose() => subscription?.Dispose();

    protected override Task OnParametersSetAsync() => LoadAsync();

    protected override void OnAfterRender(bool firstRender)
    {
        if (!firstRender) return;
        subscription = Signals.Subscribe(SignalTopics.Notification, userId =>
        {
            if (userId.Length == 0 || userId == user?.UserId) _ = InvokeAsync(RefreshAsync);
        });
    }

    private async Task RefreshAsync()
    {
        await LoadAsync();
        StateHasChanged();
    }

    private async Task LoadAsync()
    {
        try
        {
            user = await Context.Get();
            var actor = user.AsActor();
            var wanted = PageRequest.From(Math.Clamp(Number ?? 1, 1, 10_000), null, null, null, null);
            (page, failure) = (await Notifications.List(actor, UnreadOnly, wanted, CancellationToken.None), null);
            unread = await Notifications.Unread(actor, CancellationToken.None);
        }
        catch (ProblemException e)
        {
            failure = new LoadFailure(e.Problem.Message, null);
        }
        catch (Exception e) when (e is not (OutOfMemoryException or ObjectDisposedException))
        {
            var trace = (Activity.Current?.TraceId ?? ActivityTraceId.CreateRandom()).ToHexString();
            Logger.LogError(e, "The notifications could not load; the user was shown trace id {TraceId}", trace);
            failure = new LoadFailure(null, trace);
        }
    }

    // Marking signals, and the signal reads the list anew.
    private async Task ReadAsync(Notification row) => await Notifications.MarkRead((await Context.Get()).AsActor(), row.Id, CancellationToken.None);

    private async Task ReadAllAsync() => await Notifications.MarkAllRead((await Context.Get()).AsActor(), CancellationToken.None);

    private string AddressOf(bool unreadOnly) => unreadOnly ? $"notifications?show={UnreadFilter}" : "notifications";

    private string AddressOfPage(int number) =>
        Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>(StringComparer.Ordinal) { ["page"] = number == 1 ? null : number });
}
