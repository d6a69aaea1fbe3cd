using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Portal.Core.Access;

namespace Portal.Core.Gateway;

/// <summary>What kind of work an operation is, for the limits by category.</summary>
public enum RateCategory
{
    Authentication,
    CrmRead,
    CrmWrite,
    Ai,
    Upload,
    Bulk,
}

/// <summary>For whom a pattern's limit is counted.</summary>
public enum LimitScope
{
    /// <summary>Each user; a call that no user stands behind is counted by its API key or, without one, its address.</summary>
    User,

    /// <summary>All of an organization's callers together.</summary>
    Organization,

    /// <summary>All callers together.</summary>
    Global,
}

/// <summary>A limit on the paths that a pattern names.</summary>
public sealed record PatternLimit
{
    /// <summary>A path below <c>/api</c>, without version; <c>*</c> stands for one segment, or at the end for all that follow.</summary>
    public string Pattern { get; init; } = "";

    /// <summary>Calls a minute.</summary>
    public int RequestsPerMinute { get; init; }

    /// <summary>Calls on top, for a short time.</summary>
    public int Burst { get; init; }

    public LimitScope Scope { get; init; }
}

/// <summary>What a plan allows. Null is unlimited.</summary>
public sealed record PlanLimits
{
    /// <summary>Calls a minute by category, for each caller.</summary>
    public Dictionary<RateCategory, int?> Categories { get; init; } = [];
    public List<PatternLimit> Patterns { get; init; } = [];

    /// <summary>Calls a calendar month (UTC) for the organization, live and test together.</summary>
    public long? MonthlyCalls { get; init; }

    /// <summary>Webhook endpoints of the organization.</summary>
    public int? WebhookEndpoints { get; init; }

    /// <summary>Workflow executions a calendar month (UTC), live and test together.</summary>
    public long? WorkflowExecutions { get; init; }

    /// <summary>Calls of AI models a calendar month (UTC), live and test together.</summary>
    public long? AiCalls { get; init; }

    /// <summary>Tokens that AI models read and write, a calendar month (UTC), live and test together.</summary>
    public long? AiTokens { get; init; }

    /// <summary>Mebibytes that the organization stores, live and test together.</summary>
    public int? StorageMb { get; init; }

    /// <summary>Members of the organization.</summary>
    public int? Collaborators { get; init; }

    /// <summary>Features whose endpoints the plan opens, as <c>cash_flow_forecast</c>; <see cref="EveryFeature"/> opens all.</summary>
    public List<string> Features { get; init; } = [];

    /// <summary>Stands for all features.</summary>
    public const string EveryFeature = "*";

    /// <summary>Whether the plan opens a feature.</summary>
    public bool Opens(string feature) => Features.Exists(name => name is EveryFeature || name == feature);

    internal IEnumerable<(string Setting, long? Most)> Totals() =>
    [
        (nameof(MonthlyCalls), MonthlyCalls), (nameof(WebhookEndpoints), WebhookEndpoints), (nameof(WorkflowExecutions), WorkflowExecutions),
        (nameof(AiCalls), AiCalls), (nameof(AiTokens), AiTokens), (nameof(StorageMb), StorageMb), (nameof(Collaborators), Collaborators),
    ];
}

/// <summary>All limits, as an administrator edits them. The defaults are the product's published ones.</summary>
public sealed partial record LimitsDocument
{
    public PlanLimits Free { get; init; } = new();
    public PlanLimits Premium { get; init; } = new();
    public PlanLimits Enterprise { get; init; } = new();

    /// <summary>Calls a minute of all callers together; null is unlimited.</summary>
    public int? GlobalPerMinute { get; init; }

    /// <summary>Calls a minute for a new key whose maker names no limit.</summary>
    public int DefaultKeyRateLimit { get; init; } = 1000;

    [JsonIgnore]
    public static LimitsDocument Default { get; } = new()
    {
        Free = Published(100, 1) with { WorkflowExecutions = 100, AiCalls = 50, AiTokens = 100_000, StorageMb = 100, Collaborators = 5 },
        Premium = Published(10_000, 5) with
        {
            WorkflowExecutions = 10_000, AiCalls = 2000, AiTokens = 5_000_000, StorageMb = 10_000, Collaborators = 50, Features = [PlanLimits.EveryFeature],
        },
        // By contract: nothing is limited until someone writes it down here.
        Enterprise = new PlanLimits { Features = [PlanLimits.EveryFeature] },
    };

    public PlanLimits Of(Plan plan) => plan switch
    {
        Plan.Enterprise => Enterprise,
        Plan.Premium => Premium,
        _ => Free,
    };

    /// <summary>What is wrong with the document, each with the path of the setting; empty when it can be used.</summary>
    public IEnumerable<string> Faults()
    {
        if (GlobalPerMinute is < 1) yield return "GlobalPerMinute must be at least 1, or absent for no limit.";
        if (DefaultKeyRateLimit < 1) yield return "DefaultKeyRateLimit must be at least 1.";
        foreach (var (name, plan) in new[] { (nameof(Free), Free), (nameof(Premium), Premium), (nameof(Enterprise), Enterprise) })
        {
            foreach (var (category, limit) in plan.Categories)
                if (limit is < 1) yield return $"{name}:Categories:{category} must be at least 1, or absent for no limit.";
            foreach (var pattern in plan.Patterns)
            {
                if (!pattern.Pattern.StartsWith("/api/", StringComparison.Ordinal)) yield return $"{name}:Patterns: '{pattern.Pattern}' must begin with /api/.";
                if (pattern.RequestsPerMinute < 1) yield return $"{name}:Patterns: RequestsPerMinute of '{pattern.Pattern}' must be at least 1.";
                if (pattern.Burst < 0) yield return $"{name}:Patterns: Burst of '{pattern.Pattern}' must not be negative.";
            }

            foreach (var (setting, most) in plan.Totals())
                if (most < 0) yield return $"{name}:{setting} must not be negative.";
            foreach (var feature in plan.Features)
                if (feature is not PlanLimits.EveryFeature && !FeatureName().IsMatch(feature)) yield return $"{name}:Features: '{feature}' must be made of lower-case letters, digits and underscores.";
        }
    }

    [GeneratedRegex("^[a-z0-9_]{1,100}$", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex FeatureName();

    private static PlanLimits Published(long monthlyCalls, int webhookEndpoints) => new()
    {
        Categories = new Dictionary<RateCategory, int?>
        {
            [RateCategory.Authentication] = 10,
            [RateCategory.CrmRead] = 1000,
            [RateCategory.CrmWrite] = 100,
            [RateCategory.Ai] = 50,
            [RateCategory.Upload] = 20,
            [RateCategory.Bulk] = 5,
        },
        Patterns =
        [
            new() { Pattern = "/api/auth/*", RequestsPerMinute = 10, Burst = 5, Scope = LimitScope.User },
            new() { Pattern = "/api/workflows/*/execute", RequestsPerMinute = 60, Burst = 10, Scope = LimitScope.Organization },
            new() { Pattern = "/api/ai/*", RequestsPerMinute = 30, Burst = 5, Scope = LimitScope.Organization },
        ],
        MonthlyCalls = monthlyCalls,
        WebhookEndpoints = webhookEndpoints,
    };
}
