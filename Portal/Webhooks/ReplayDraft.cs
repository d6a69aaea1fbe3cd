using System.Globalization;
using Microsoft.Extensions.Localization;
using Portal.Access;
using Portal.Core.Webhooks.Replay;

namespace Portal.Webhooks;

/// <summary>How far back a replay goes.</summary>
public enum ReplaySpan
{
    Hour,
    Day,
    Week,

    /// <summary>As far back as events are kept.</summary>
    All,

    /// <summary>From and to as typed.</summary>
    Own,
}

/// <summary>A replay as somebody chooses it.</summary>
public sealed class ReplayDraft
{
    internal const string SelectionField = "selection";
    internal const string RateField = "rate_limit";
    internal static readonly string[] Fields = [SelectionField, RateField];

    private const int MostRate = 60_000;

    /// <summary>Whether events that were delivered are sent again too.</summary>
    public bool TakesAll { get; set; }
    public ReplaySpan Span { get; set; } = ReplaySpan.Day;

    /// <summary>In UTC.</summary>
    public DateTime? From { get; set; }

    /// <summary>In UTC; null is now.</summary>
    public DateTime? To { get; set; }

    /// <summary>Empty takes the endpoint's own types.</summary>
    public EventSelection Events { get; } = new();
    public string Filter { get; set; } = "";
    public string RateText { get; set; } = ReplayInput.DefaultRate.ToString(CultureInfo.InvariantCulture);

    /// <summary>Deliveries a minute; null for what is no rate.</summary>
    internal int? Rate => int.TryParse(RateText, NumberStyles.None, CultureInfo.InvariantCulture, out var rate) && rate is >= 1 and <= MostRate ? rate : null;

    /// <summary>What a link asks for: from a moment on, failed or all.</summary>
    internal static ReplayDraft Of(string? from, string? status)
    {
        var draft = new ReplayDraft { TakesAll = status == "all" };
        if (DateTimeOffset.TryParse(from, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)) (draft.Span, draft.From) = (ReplaySpan.Own, moment.UtcDateTime);
        return draft;
    }

    internal FormFaults Check(IStringLocalizer<EndpointTexts> texts)
    {
        var faults = new FormFaults();
        if (Rate is null) faults.Add(RateField, texts["Replay.RateWrong", MostRate]);
        if (Span == ReplaySpan.Own && From is null) faults.Add(SelectionField, texts["Replay.FromMissing"]);
        return faults;
    }

    /// <param name="now">What the spans end at.</param>
    /// <param name="dryRun">Whether it is only counted.</param>
    internal ReplayInput ToInput(DateTimeOffset now, bool dryRun) => new()
    {
        Selection = new ReplaySelection
        {
            Status = TakesAll ? "all" : "failed",
            From = Span switch
            {
                ReplaySpan.Hour => now.AddHours(-1),
                ReplaySpan.Day => now.AddDays(-1),
                ReplaySpan.Week => now.AddDays(-7),
                ReplaySpan.Own => Utc(From),
                _ => null,
            },
            To = Span == ReplaySpan.Own ? Utc(To) : null,
            Events = Events.IsEmpty ? null : Events.Patterns,
            Filter = string.IsNullOrWhiteSpace(Filter) ? null : Filter.Trim(),
        },
        RateLimit = Rate,
        DryRun = dryRun,
    };

    private static DateTimeOffset? Utc(DateTime? moment) => moment is { } typed ? new DateTimeOffset(DateTime.SpecifyKind(typed, DateTimeKind.Utc)) : null;
}
