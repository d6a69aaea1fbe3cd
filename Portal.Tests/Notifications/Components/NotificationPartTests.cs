using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Portal.Access;
using Portal.Core.Access;
using Portal.Core.Notifications;
using Portal.Core.Shared.Data;
using Portal.Notifications;
using Portal.Notifications.Parts;
using Portal.Shared;
using Portal.Tests.Access.Data;
using Portal.Tests.Shared.Components;

namespace Portal.Tests.Notifications.Components;

public sealed class NotificationPartTests : PartTest
{
    private static readonly PageUser Reader = new("usr_1", "Ada Byron", "ada@example.com", "org_1", "Acme", Plan.Free, Role.Owner, ApiMode.Live, false);

    public static TheoryData<NotificationKind> Kinds => [.. Enum.GetValues<NotificationKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_has_its_words(NotificationKind kind)
    {
        var view = NotificationView.Of(
            Row(kind, "one", "two", "three"), Reader, Services.GetRequiredService<IStringLocalizer<NotificationTexts>>(),
            Services.GetRequiredService<IStringLocalizer<AccessTexts>>());

        Assert.DoesNotContain('{', view.Title + view.Text);
        Assert.DoesNotContain(kind.ToString(), view.Title, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "All of this month’s calls are used")]
    [InlineData("monthly_calls", "All of this month’s calls are used")]
    [InlineData("workflow_executions", "All of this month’s workflow executions are used")]
    [InlineData("ai_api_calls", "All of this month’s AI calls are used")]
    [InlineData("ai_tokens", "All of this month’s AI tokens are used")]
    public void Every_quota_has_its_name(string quota, string title)
    {
        var view = NotificationView.Of(
            Row(NotificationKind.QuotaUsedUp, "100", "100", quota), Reader, Services.GetRequiredService<IStringLocalizer<NotificationTexts>>(),
            Services.GetRequiredService<IStringLocalizer<AccessTexts>>());

        Assert.Equal(title, view.Title);
    }

    [Fact]
    public void Unread_row_leads_to_its_key_and_can_be_marked()
    {
        Notification? read = null;
        var row = Render<NotificationRow>(p => p
            .Add(r => r.Row, Row(NotificationKind.KeyRevoked, "Shop", "dyn_live_Ab3x…9zZz", "Grace"))
            .Add(r => r.User, Reader).Add(r => r.OnRead, (Notification value) => read = value));

        Assert.Equal("keys?mode=all&key=key_1", row.Find("a").GetAttribute("href"));
        Assert.Contains("Grace revoked dyn_live_Ab3x…9zZz", row.Markup, StringComparison.Ordinal);
        row.Find("button").Click();
        Assert.Equal("ntf_1", read?.Id);
    }

    [Fact]
    public void End_of_a_key_is_a_time_that_the_browser_shows_in_its_zone()
    {
        var row = Render<NotificationRow>(p => p
            .Add(r => r.Row, Row(NotificationKind.KeyExpires, "Shop", "dyn_live_Ab3x…9zZz", "2026-11-29T12:00:00.0000000Z"))
            .Add(r => r.User, Reader).Add(r => r.OnRead, (Notification _) => { }));

        Assert.Equal("2026-11-29T12:00:00.000Z", row.Find(".muted time").GetAttribute("datetime"));
    }

    [Fact]
    public void Read_row_offers_nothing_to_mark()
    {
        var notification = Row(NotificationKind.QuotaUsedUp, "100", "100");
        notification.ReadAt = AccessHost.Now;

        var row = Render<NotificationRow>(p => p.Add(r => r.Row, notification).Add(r => r.User, Reader).Add(r => r.OnRead, (Notification _) => { }));

        Assert.Empty(row.FindAll("button"));
        Assert.Equal("yes", row.Find(".notification").GetAttribute("data-read"));
    }

    private static Notification Row(NotificationKind kind, params string[] arguments) => new()
    {
        Id = "ntf_1", OrganizationId = "org_1", UserId = "usr_1", Kind = kind, Key = "k", SubjectId = "key_1", Arguments = [.. arguments], CreatedAt = AccessHost.Now,
    };
}
