namespace Portal.Core.Webhooks.Tester;

/// <summary>The settings <c>Webhooks:Tester:*</c>.</summary>
public sealed class TesterOptions
{
    /// <summary>The section's name in the configuration.</summary>
    public const string Section = "Webhooks:Tester";

    /// <summary>Most bytes that are kept of each body; default 262,144. What is longer is cut, and its length noted.</summary>
    public int LargestBody { get; set; } = 256 * 1024;

    /// <summary>How many requests an inbox keeps, the newest; default 500.</summary>
    public int RequestsKept { get; set; } = 500;

    /// <summary>How long an inbox lives after it was last used; default 7 days.</summary>
    public TimeSpan InboxLifetime { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Most requests a minute that an inbox takes; default 600. Further ones are answered 429 and not kept.</summary>
    public int RequestsPerMinute { get; set; } = 600;

    /// <summary>Most test requests a minute that an organization sends; default 60.</summary>
    public int SendsPerMinute { get; set; } = 60;

    /// <summary>Most inboxes of an organization in each mode; default 20.</summary>
    public int MostInboxes { get; set; } = 20;

    /// <summary>What is wrong with the settings, each by its name.</summary>
    public IEnumerable<string> Faults()
    {
        if (LargestBody is < 0 or > 4 * 1024 * 1024) yield return $"{Section}:LargestBody must be from 0 to 4194304 bytes.";
        if (RequestsKept is < 1 or > 10_000) yield return $"{Section}:RequestsKept must be from 1 to 10000.";
        if (InboxLifetime < TimeSpan.FromHours(1)) yield return $"{Section}:InboxLifetime must be at least an hour.";
        if (RequestsPerMinute is < 1 or > 1_000_000) yield return $"{Section}:RequestsPerMinute must be from 1 to 1000000.";
        if (SendsPerMinute is < 1 or > 1_000_000) yield return $"{Section}:SendsPerMinute must be from 1 to 1000000.";
        if (MostInboxes is < 1 or > 1000) yield return $"{Section}:MostInboxes must be from 1 to 1000.";
    }
}
