using Microsoft.AspNetCore.Components;
using Portal.Access;
using Portal.Core.Notifications;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Paging;
using Portal.Shared;
using Portal.Shared.Parts;

namespace Portal.Notifications.Pages;

/// <summary>Everything that the reader was told in the open organization. New ones appear without a reload.</summary>
public sealed partial class NotificationsPage : ComponentBase, IDisposable
{
    private const string UnreadFilter = "unread";

    private DataGrid<Notification> grid = default!;
    private PageUser? user;
    private IDisposable? subscription;
    private int unread;

    [Inject]
    private PageContext Context { get; set; } = default!;

    [Inject]
    private UserNotifications Notifications { get; set; } = default!;

    [Inject]
    private IClusterSignals Signals { get; set; } = default!;

    /// <summary><c>unread</c> leaves out what was read.</summary>
    [SupplyParameterFromQuery(Name = "show")]
    private string? Show { get; set; }

    private bool UnreadOnly => Show == UnreadFilter;

    /// <inheritdoc />
    public void Dispose() => subscription?.Dispose();

    protected override void OnAfterRender(bool firstRender)
    {
        if (!firstRender) return;
        subscription = Signals.Subscribe(SignalTopics.Notification, userId =>
        {
            if (userId.Length == 0 || userId == user?.UserId) _ = InvokeAsync(grid.ReloadAsync);
        });
    }

    private async Task<Page<Notification>> ListAsync(PageRequest request, CancellationToken cancellation)
    {
        user = await Context.Get();
        var actor = user.AsActor();
        var page = await Notifications.List(actor, UnreadOnly, request, cancellation);
        unread = await Notifications.Unread(actor, cancellation);
        return page;
    }

    // The heading and the tabs count too.
    private void Loaded(Page<Notification> page) => StateHasChanged();

    // Marking signals, and the signal reads the list anew.
    private async Task ReadAsync(Notification row) => await Notifications.MarkRead((await Context.Get()).AsActor(), row.Id, CancellationToken.None);

    private async Task ReadAllAsync() => await Notifications.MarkAllRead((await Context.Get()).AsActor(), CancellationToken.None);
}
