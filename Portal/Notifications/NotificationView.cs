using System.Globalization;
using Microsoft.Extensions.Localization;
using Portal.Access;
using Portal.Core.Access;
using Portal.Core.Notifications;
using Portal.Shared;
using Portal.Shared.Layout;
using Portal.Shared.Parts;

namespace Portal.Notifications;

/// <summary>A notification in the reader's words.</summary>
/// <param name="Title">What happened.</param>
/// <param name="Text">What it means for them.</param>
/// <param name="Href">Where something can be done about it, relative to the portal's root; null where there is no such page.</param>
/// <param name="Icon">What it is about.</param>
internal sealed record NotificationView(string Title, string Text, string? Href, IconName Icon)
{
    /// <summary>When what it is about ends; null where nothing does.</summary>
    internal DateTimeOffset? Ends { get; private init; }

    /// <summary>Puts a notification into words.</summary>
    /// <param name="row">What was told.</param>
    /// <param name="user">The reader.</param>
    /// <param name="t">The feature's texts.</param>
    /// <param name="access">The texts that name roles.</param>
    internal static NotificationView Of(Notification row, PageUser user, IStringLocalizer<NotificationTexts> t, IStringLocalizer<AccessTexts> access)
    {
        var (first, second, third) = (Argument(row, 0), Argument(row, 1), Argument(row, 2));
        return row.Kind switch
        {
            NotificationKind.KeyExpires => new(t["KeyExpires.Title", first], t["KeyExpires.Text", second], KeyAddress(row), IconName.Clock) { Ends = Moment(third) },
            NotificationKind.KeyRevoked => new(t["KeyRevoked.Title", first], t["KeyRevoked.Text", second, third], KeyAddress(row), IconName.Key),
            NotificationKind.KeyRotated => new(t["KeyRotated.Title", first], t["KeyRotated.Text", second, third], KeyAddress(row), IconName.Key),
            NotificationKind.QuotaNearlyUsed => new(t["QuotaNearlyUsed.Title", QuotaOf(third, t)], t["QuotaNearlyUsed.Text", Number(first), Number(second), QuotaOf(third, t)], Page("/usage"), IconName.Chart),
            NotificationKind.QuotaUsedUp => new(t["QuotaUsedUp.Title", QuotaOf(third, t)], t["QuotaUsedUp.Text", Number(first), Number(second), QuotaOf(third, t)], Page("/usage"), IconName.Alert),
            NotificationKind.RoleChanged => new(t["RoleChanged.Title", RoleOf(first, access)], t["RoleChanged.Text", second, user.OrganizationName], Page("/organization/members"), IconName.Person),
            NotificationKind.MemberJoined => new(t["MemberJoined.Title", first], t["MemberJoined.Text", first, user.OrganizationName, RoleOf(second, access)], Page("/organization/members"), IconName.People),
            NotificationKind.WebhookFailing => new(t["WebhookFailing.Title", first], t["WebhookFailing.Text"], EndpointAddress(row), IconName.Alert),
            NotificationKind.WebhookDisabled => new(t["WebhookDisabled.Title", first], t["WebhookDisabled.Text"], EndpointAddress(row), IconName.Pause),
            NotificationKind.ApprovalRequested => new(t["ApprovalRequested.Title", first], t["ApprovalRequested.Text"], TaskAddress(row), IconName.Check),
            _ => throw new ArgumentOutOfRangeException(nameof(row), row.Kind, "A kind without words."),
        };
    }

    private static string Argument(Notification row, int index) => index < row.Arguments.Count ? row.Arguments[index] : "";

    private static string? KeyAddress(Notification row) => row.SubjectId is { } id ? $"keys?mode=all&key={Uri.EscapeDataString(id)}" : null;

    private static string? EndpointAddress(Notification row) => row.SubjectId is { } id ? $"webhooks/{Uri.EscapeDataString(id)}" : null;

    private static string? TaskAddress(Notification row) => row.SubjectId is { } id ? $"tasks?task={Uri.EscapeDataString(id)}" : null;

    private static string? Page(string address) => NavigationCatalog.Exists(address) ? address[1..] : null;

    private static string RoleOf(string name, IStringLocalizer<AccessTexts> access) =>
        Enum.TryParse<Role>(name, ignoreCase: true, out var role) ? access[RoleNames.Of(role)] : name;

    // Those of before there were others name none.
    // What was told before quotas had names was told of calls.
    private static string QuotaOf(string name, IStringLocalizer<NotificationTexts> t) => name switch
    {
        "" or "monthly_calls" => t["Quota.monthly_calls"],
        "workflow_executions" => t["Quota.workflow_executions"],
        "ai_api_calls" => t["Quota.ai_api_calls"],
        "ai_tokens" => t["Quota.ai_tokens"],
        _ => name,
    };

    private static long Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static DateTimeOffset? Moment(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : null;
}
