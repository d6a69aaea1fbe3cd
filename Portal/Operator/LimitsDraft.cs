using System.Globalization;
using Portal.Core.Access;
using Portal.Core.Gateway;

namespace Portal.Operator;

/// <summary>The limits while somebody edits them: what is typed, whether it is a number or not.</summary>
internal sealed class LimitsDraft
{
    private LimitsDraft(LimitsDocument document)
    {
        Plans = [.. Enum.GetValues<Plan>().Select(plan => new PlanDraft(plan, document.Of(plan)))];
        GlobalPerMinute = Text(document.GlobalPerMinute);
        DefaultKeyRateLimit = Text(document.DefaultKeyRateLimit);
    }

    public IReadOnlyList<PlanDraft> Plans { get; }
    public string? GlobalPerMinute { get; set; }
    public string? DefaultKeyRateLimit { get; set; }

    public static LimitsDraft Of(LimitsDocument document) => new(document);

    /// <summary>The document, if everything is a number.</summary>
    /// <param name="wrong">The places of what is none, as <see cref="PlanDraft.Place"/> names them.</param>
    public LimitsDocument? Read(out IReadOnlyList<string> wrong)
    {
        var faults = new List<string>();
        var document = new LimitsDocument
        {
            Free = Plans[(int)Plan.Free].Read(faults),
            Premium = Plans[(int)Plan.Premium].Read(faults),
            Enterprise = Plans[(int)Plan.Enterprise].Read(faults),
            GlobalPerMinute = Number(GlobalPerMinute, "global", faults),
            DefaultKeyRateLimit = Number(DefaultKeyRateLimit, "default-key", faults, required: true) ?? 0,
        };
        wrong = faults;
        return faults.Count == 0 ? document : null;
    }

    internal static string? Text(long? number) => number?.ToString(CultureInfo.InvariantCulture);

    /// <summary>What was typed as a number; nothing is null, which is unlimited.</summary>
    internal static int? Number(string? text, string place, List<string> faults, bool required = false) =>
        (int?)Long(text, int.MaxValue, place, faults, required);

    internal static long? Long(string? text, long most, string place, List<string> faults, bool required = false)
    {
        if (string.IsNullOrWhiteSpace(text) && !required) return null;
        if (long.TryParse(text?.Trim(), NumberStyles.AllowThousands | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number <= most && number >= -most) return number;
        faults.Add(place);
        return null;
    }
}

/// <summary>The limits of a plan that are one number for the whole organization.</summary>
public enum PlanTotal
{
    MonthlyCalls,
    WebhookEndpoints,
    WorkflowExecutions,
    AiCalls,
    AiTokens,
    StorageMb,
    Collaborators,
}

/// <summary>A plan's limits while somebody edits them.</summary>
public sealed class PlanDraft(Plan plan, PlanLimits limits)
{
    public Plan Plan => plan;
    public Dictionary<RateCategory, string?> Categories { get; } =
        Enum.GetValues<RateCategory>().ToDictionary(category => category, category => LimitsDraft.Text(limits.Categories.GetValueOrDefault(category)));

    public List<PatternDraft> Patterns { get; } = [.. limits.Patterns.Select(PatternDraft.Of)];
    public Dictionary<PlanTotal, string?> Totals { get; } = Enum.GetValues<PlanTotal>().ToDictionary(total => total, total => LimitsDraft.Text(Of(limits, total)));

    /// <summary>Names of features with commas between; see <see cref="PlanLimits.Features"/>.</summary>
    public string? Features { get; set; } = string.Join(", ", limits.Features);

    /// <summary>Names a field of the plan, for its id and its fault.</summary>
    public string Place(string field) => $"{plan}-{field}".ToLowerInvariant();

    public PlanLimits Read(List<string> faults) => new()
    {
        Categories = Categories.ToDictionary(pair => pair.Key, pair => LimitsDraft.Number(pair.Value, Place(pair.Key.ToString()), faults)),
        Patterns = [.. Patterns.Select((pattern, at) => pattern.Read(Place($"pattern{at}"), faults))],
        MonthlyCalls = Long(PlanTotal.MonthlyCalls, faults),
        WebhookEndpoints = Number(PlanTotal.WebhookEndpoints, faults),
        WorkflowExecutions = Long(PlanTotal.WorkflowExecutions, faults),
        AiCalls = Long(PlanTotal.AiCalls, faults),
        AiTokens = Long(PlanTotal.AiTokens, faults),
        StorageMb = Number(PlanTotal.StorageMb, faults),
        Collaborators = Number(PlanTotal.Collaborators, faults),
        Features = [.. (Features ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
    };

    private int? Number(PlanTotal total, List<string> faults) => LimitsDraft.Number(Totals[total], Place(total.ToString()), faults);

    private long? Long(PlanTotal total, List<string> faults) => LimitsDraft.Long(Totals[total], long.MaxValue, Place(total.ToString()), faults);

    private static long? Of(PlanLimits limits, PlanTotal total) => total switch
    {
        PlanTotal.MonthlyCalls => limits.MonthlyCalls,
        PlanTotal.WebhookEndpoints => limits.WebhookEndpoints,
        PlanTotal.WorkflowExecutions => limits.WorkflowExecutions,
        PlanTotal.AiCalls => limits.AiCalls,
        PlanTotal.AiTokens => limits.AiTokens,
        PlanTotal.StorageMb => limits.StorageMb,
        _ => limits.Collaborators,
    };
}

/// <summary>A pattern's limit while somebody edits it.</summary>
public sealed class PatternDraft
{
    public string Pattern { get; set; } = "/api/";
    public string? RequestsPerMinute { get; set; } = "60";
    public string? Burst { get; set; } = "0";
    public LimitScope Scope { get; set; } = LimitScope.Organization;

    public static PatternDraft Of(PatternLimit limit) => new()
    {
        Pattern = limit.Pattern,
        RequestsPerMinute = LimitsDraft.Text(limit.RequestsPerMinute),
        Burst = LimitsDraft.Text(limit.Burst),
        Scope = limit.Scope,
    };

    public PatternLimit Read(string place, List<string> faults) => new()
    {
        Pattern = Pattern.Trim(),
        RequestsPerMinute = LimitsDraft.Number(RequestsPerMinute, place + "-rate", faults, required: true) ?? 0,
        Burst = LimitsDraft.Number(Burst, place + "-burst", faults) ?? 0,
        Scope = Scope,
    };
}
