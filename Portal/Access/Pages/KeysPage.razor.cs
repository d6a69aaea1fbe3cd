using Microsoft.AspNetCore.Components;
using Portal.Access.Parts;
using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Paging;
using Portal.Shared;

namespace Portal.Access.Pages;

/// <summary>The organization's API keys: the list, and in a drawer the form, one key, and a new key's secret.</summary>
public sealed partial class KeysPage : ComponentBase, IDisposable
{
    private const string PagePath = "keys";
    private const string AllModes = "all";
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(1.5);

    private readonly CancellationTokenSource leaving = new();
    private PageUser? user;
    private Page<ApiKeyRow>? page;
    private LoadFailure? failure;
    private ApiKeyDetails? details;
    private LoadFailure? detailsFailure;
    private (string?, string?, string?, int) shownList;
    private string? shownKey;
    private int listVersion;

    [Inject]
    private PageContext Context { get; set; } = default!;

    [Inject]
    private ApiKeyService Keys { get; set; } = default!;

    [Inject]
    private ApiKeyOverview Overview { get; set; } = default!;

    [Inject]
    private LimitCatalog Limits { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private ILogger<KeysPage> Logger { get; set; } = default!;

    /// <summary>A part of a name, or of a visible prefix.</summary>
    [SupplyParameterFromQuery(Name = "q")]
    private string? Search { get; set; }

    /// <summary>One of <see cref="ApiKeyStatus.All"/>; anything else shows all.</summary>
    [SupplyParameterFromQuery(Name = "status")]
    private string? Status { get; set; }

    /// <summary><c>live</c>, <c>test</c> or <c>all</c>; otherwise the mode chosen in the top bar.</summary>
    [SupplyParameterFromQuery(Name = "mode")]
    private string? Mode { get; set; }

    /// <summary>From 1.</summary>
    [SupplyParameterFromQuery(Name = "page")]
    private int? Number { get; set; }

    /// <summary>The key that is open.</summary>
    [SupplyParameterFromQuery(Name = "key")]
    private string? KeyId { get; set; }

    /// <summary><c>1</c> opens the form for a new key.</summary>
    [SupplyParameterFromQuery(Name = "new")]
    private string? New { get; set; }

    private bool CanWrite => user?.May("keys:write") == true;

    private bool IsCreating => New == "1" && CanWrite;

    private bool IsDrawerOpen => IsCreating || KeyId is not null;

    private string? StatusFilter => ApiKeyStatus.All.FirstOrDefault(status => status == Status);

    private string ModeFilter => Mode is "live" or "test" or AllModes ? Mode : user?.Mode == ApiMode.Test ? "test" : "live";

    private bool IsFiltered => !string.IsNullOrEmpty(Search) || StatusFilter is not null || Mode is not null;

    private string NewAddress => Navigation.With(("new", "1"), ("key", null));

    private string DrawerTitle => IsCreating ? T["Form.Title"] : editing is not null ? T["Form.EditTitle", editing.Name] : details?.Key.Name ?? T["Drawer.Title"];

    /// <inheritdoc />
    public void Dispose()
    {
        leaving.Cancel();
        leaving.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (shownKey != KeyId)
        {
            shownKey = KeyId;
            (details, detailsFailure, refusal, editing) = (null, null, null, null);
        }

        var list = (Search, Status, Mode, Number ?? 1);
        if (page is null || list != shownList)
        {
            shownList = list;
            await LoadAsync();
        }

        if (IsCreating) draft ??= KeyDraft.New(user!.Mode, Limits.Current.DefaultKeyRateLimit);
        // A form that was closed keeps its values; one that became a key is done.
        else if (issued is not null) draft = null;
        if (KeyId is not null && details is null) await LoadDetailsAsync();
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) _ = RefreshAsync(leaving.Token);
    }

    private async Task LoadAsync()
    {
        var version = ++listVersion;
        try
        {
            var loaded = await ReadListAsync();
            if (version == listVersion) (page, failure) = (loaded, null);
        }
        catch (Exception e) when (LoadFailure.IsShowable(e))
        {
            if (version == listVersion) failure = Explain(e);
        }
    }

    private async Task LoadDetailsAsync()
    {
        var id = KeyId;
        if (id is null) return;
        try
        {
            user ??= await Context.Get();
            var loaded = await Overview.Get(user.AsActor(), id, leaving.Token);
            if (id == KeyId) (details, detailsFailure) = (loaded, null);
        }
        catch (Exception e) when (LoadFailure.IsShowable(e))
        {
            if (id == KeyId) detailsFailure = Explain(e);
        }
    }

    private async Task<Page<ApiKeyRow>> ReadListAsync()
    {
        user = await Context.Get();
        var filter = new ApiKeyFilter { Search = Search, Status = StatusFilter, Mode = ModeFilter switch { AllModes => null, "test" => ApiMode.Test, _ => ApiMode.Live } };
        return await Overview.List(user.AsActor(), filter, PageRequest.From(Math.Clamp(Number ?? 1, 1, 10_000), null, null, null, null), leaving.Token);
    }

    private LoadFailure Explain(Exception exception) => LoadFailure.Of(exception, Logger, "The keys page");

    // What happens elsewhere (a call, another administrator) is seen without reloading.
    private async Task RefreshAsync(CancellationToken left)
    {
        using var timer = new PeriodicTimer(RefreshInterval, Time);
        try
        {
            while (await timer.WaitForNextTickAsync(left)) await InvokeAsync(RefreshOnceAsync);
        }
        catch (OperationCanceledException)
        {
            // The page has gone.
        }
    }

    private async Task RefreshOnceAsync()
    {
        if (failure is not null || page is null || busy) return;
        var hadCall = details?.Recent.Count > 0;
        try
        {
            var version = listVersion;
            var loaded = await ReadListAsync();
            if (version == listVersion) page = loaded;
            if (KeyId is not null && detailsFailure is null) await LoadDetailsAsync();
        }
        catch (Exception e) when (LoadFailure.IsShowable(e))
        {
            // What is shown stays until the next try succeeds; the log says why it is old.
            Logger.LogWarning(e, "The keys page could not refresh");
            return;
        }

        if (!hadCall && issued is not null && details?.Recent.Count > 0 && details.Key.Id == issued.Id) announcement = T["Secret.Received"];
        StateHasChanged();
    }

    private string AddressOf(string keyId) => Navigation.With(("key", keyId), ("new", null));

    private string AddressOfPage(int number) => Navigation.With(("page", number == 1 ? null : number), ("key", null), ("new", null));

    private string AddressOfStatus(string? status) => Navigation.With(("status", status), ("page", null));

    private string AddressOfMode(string mode) => Navigation.With(("mode", mode), ("page", null));

    private void Find(string? text) => Navigation.NavigateTo(Navigation.With(("q", text), ("page", null)), replace: true);

    private void CloseAsync()
    {
        if (IsDrawerOpen) Navigation.NavigateTo(Navigation.With(("key", null), ("new", null)));
    }
}
