using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Portal.Access;
using Portal.Access.Parts;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;
using Portal.Shared;
using Portal.Tests.Access.Data;
using Portal.Tests.Infrastructure;
using Portal.Tests.Shared.Components;

namespace Portal.Tests.Access.Components;

public sealed class KeysPartTests : PartTest
{
    private static readonly ApiKeyResource Key = new()
    {
        Id = "key_1", Name = "Shop", Mode = ApiMode.Live, Prefix = "dyn_live_Ab3x", LastFour = "9zZz", Scopes = ["contacts:read"], RateLimit = 1000, ExpiresAt = null,
        AllowedAddresses = [], Enabled = true, Status = ApiKeyStatus.Active, UserId = null, CreatedAt = AccessHost.Now, RevokedAt = null, ReplacedById = null,
        LastUsedAt = null, LastUsedAddress = null,
    };

    public KeysPartTests() => Services.AddSingleton<TimeProvider>(new ManualTime(AccessHost.Now));

    [Fact]
    public void Loading_list_is_a_skeleton() => Assert.NotEmpty(List(null).FindAll(".skeleton"));

    [Fact]
    public void Failed_list_names_the_trace_and_tries_again()
    {
        var retried = false;
        var list = List(null, new LoadFailure(null, "4bf92f"), onRetry: () => retried = true);

        Assert.Equal("4bf92f", list.Find(".copy-field__value").TextContent);
        list.Find(".error-state .actions button").Click();
        Assert.True(retried);
    }

    [Fact]
    public void Empty_list_has_one_button_to_begin_with_and_for_viewers_none()
    {
        Assert.Equal("keys?new=1", List(PageOf()).Find(".empty-state a").GetAttribute("href"));
        Assert.Empty(List(PageOf(), canWrite: false).FindAll("a"));
    }

    [Fact]
    public void Filtered_list_without_matches_leads_back_to_all() => Assert.Equal("keys", List(PageOf(), filtered: true).Find("a").GetAttribute("href"));

    [Fact]
    public void Row_shows_prefix_and_last_four_and_opens_by_its_name()
    {
        var list = List(PageOf(new ApiKeyRow(Key, [0, 0, 0, 0, 0, 1, 3], "Ada")));

        Assert.Equal("keys?key=key_1", list.Find("th a").GetAttribute("href"));
        Assert.Equal("dyn_live_Ab3x…9zZz", list.Find("th code").TextContent);
        Assert.Equal("4", list.Find(".keys__calls > span").TextContent);
    }

    [Theory]
    [InlineData(13, "badge--warning")]
    [InlineData(15, "badge--success")]
    public void Near_end_is_warned_of(int days, string expected) => Assert.Contains(
        expected, Render<KeyStatusBadge>(p => p.Add(badge => badge.Key, Key with { ExpiresAt = AccessHost.Now.AddDays(days) })).Markup, StringComparison.Ordinal);

    [Fact]
    public void Preset_fills_the_scopes_and_single_ones_can_be_changed()
    {
        var selection = new ScopeSelection();
        var picker = Picker(selection, Role.Owner);

        picker.FindAll(".preset").Single(preset => preset.TextContent.Contains("CRM", StringComparison.Ordinal)).Click();
        Assert.Equal("crm", selection.Preset?.Id);
        picker.Find("input[aria-label='contacts:write']").Change(false);
        Assert.Equal(["contacts:read", "leads:*", "deals:*", "activities:*", "interactions:*"], selection.ToScopes());
        Assert.Empty(picker.FindAll(".preset[aria-pressed='true']"));
    }

    [Fact]
    public void Filter_finds_resources_by_what_they_are_about()
    {
        var picker = Picker(new ScopeSelection(), Role.Owner);

        picker.Find("input[type=search]").Input("ledger");

        Assert.Equal("gl", Assert.Single(picker.FindAll(".scope-row code")).TextContent);
    }

    [Fact]
    public void Nobody_is_offered_scopes_they_lack()
    {
        var picker = Picker(new ScopeSelection(), Role.Developer);

        Assert.True(picker.Find("input[aria-label='organization:write']").HasAttribute("disabled"));
        Assert.False(picker.Find("input[aria-label='organization:read']").HasAttribute("disabled"));
        Assert.True(picker.FindAll(".preset")[^1].HasAttribute("disabled"));
    }

    [Fact]
    public void Write_can_be_split_into_its_parts_and_put_together_again()
    {
        var selection = ScopeSelection.Of(["contacts:write"]);

        selection.Set("contacts", "delete", false);
        Assert.Equal(["contacts:create", "contacts:update"], selection.ToScopes());
        selection.Set("contacts", "delete", true);
        Assert.Equal(["contacts:write"], selection.ToScopes());
    }

    [Fact]
    public async Task Rotation_asks_for_the_overlap()
    {
        var dialog = Render<RotateDialog>();
        Task<TimeSpan?>? answer = null;
        await dialog.InvokeAsync(() => { answer = dialog.Instance.AskAsync("Shop"); });

        dialog.FindAll("input")[3].Change(true);
        dialog.Find(".button--primary").Click();

        Assert.Equal(TimeSpan.FromDays(7), await answer!);
        Assert.Equal("closed", dialog.Find("dialog").GetAttribute("data-modal"));
    }

    [Fact]
    public async Task Rotation_can_be_left_by_escape()
    {
        var dialog = Render<RotateDialog>();
        Task<TimeSpan?>? answer = null;
        await dialog.InvokeAsync(() => { answer = dialog.Instance.AskAsync("Shop"); });

        await dialog.Find("dialog").TriggerEventAsync("onclose", EventArgs.Empty);

        Assert.Null(await answer!);
    }

    [Fact]
    public void Secret_comes_with_curl_lines_that_the_key_may_call()
    {
        var panel = Secret(Key, null);
        Assert.Equal(
            ["s3cret", "curl http://p/api/v1/ping -H \"X-API-Key: s3cret\"", "curl http://p/api/v1/contacts -H \"X-API-Key: s3cret\""],
            panel.FindAll("[data-copy]").Select(button => button.GetAttribute("data-copy")));
        Assert.Equal(2, Secret(Key with { Scopes = ["deals:read"] }, null).FindAll("[data-copy]").Count);
    }

    [Theory]
    [InlineData(200, "received")]
    [InlineData(403, "refused")]
    public void Secret_tells_of_the_first_call(int status, string expected)
    {
        Assert.Equal("waiting", Secret(Key, null).Find(".first-call").GetAttribute("data-state"));
        var call = new ApiKeyCall("req_1", "GET", "/api/v1/ping", status, 1500, "203.0.113.7", AccessHost.Now);
        Assert.Equal(expected, Secret(Key, call).Find(".first-call").GetAttribute("data-state"));
    }

    [Fact]
    public void Faults_of_list_elements_stand_at_their_field_and_strange_ones_for_the_whole()
    {
        var faults = new Faults();
        faults.Add("allowed_addresses[2]", "Not an address.");
        faults.Add("preset", "Unknown.");
        var problem = Assert.Throws<ProblemException>(faults.ThrowIfAny).Problem;

        var form = FormFaults.Of(problem, KeyDraft.Fields);

        Assert.Equal(["Not an address."], form.Of(KeyDraft.AddressesField));
        Assert.Equal("Unknown.", form.General);
    }

    [Fact]
    public void Only_what_was_changed_is_sent()
    {
        var draft = KeyDraft.Of(Key);
        draft.RateLimit = "";

        var patch = draft.ToPatch(Key, AccessHost.Now);

        Assert.True(patch.RateLimit.IsSet);
        Assert.Null(patch.RateLimit.Value);
        Assert.False(patch.Name.IsSet || patch.Scopes.IsSet || patch.ExpiresAt.IsSet || patch.AllowedAddresses.IsSet);
    }

    private static Page<ApiKeyRow> PageOf(params ApiKeyRow[] rows) => new(rows, 1, 20, rows.Length, null);

    private IRenderedComponent<KeyList> List(Page<ApiKeyRow>? page, LoadFailure? failure = null, bool filtered = false, bool canWrite = true, Action? onRetry = null) =>
        Render<KeyList>(p => p.Add(list => list.Page, page).Add(list => list.Failure, failure).Add(list => list.IsFiltered, filtered).Add(list => list.CanWrite, canWrite)
            .Add(list => list.KeyAddress, id => $"keys?key={id}").Add(list => list.PageAddress, number => $"keys?page={number}")
            .Add(list => list.NewAddress, "keys?new=1").Add(list => list.AllAddress, "keys").Add(list => list.OnRetry, onRetry ?? (() => { })));

    private IRenderedComponent<ScopePicker> Picker(ScopeSelection selection, Role role) =>
        Render<ScopePicker>(p => p.Add(picker => picker.Selection, selection).Add(picker => picker.Actor, AccessHost.Member(role)));

    private IRenderedComponent<SecretPanel> Secret(ApiKeyResource key, ApiKeyCall? call) =>
        Render<SecretPanel>(p => p.Add(panel => panel.Secret, "s3cret").Add(panel => panel.Key, key).Add(panel => panel.BaseAddress, "http://p/").Add(panel => panel.Call, call));
}
