namespace Portal.Core.Billing;

/// <summary>What an organization may use and what it uses, live and test together.</summary>
public sealed record UsageQuota
{
    public required string OrganizationId { get; init; }

    /// <summary>The span of the calendar (UTC) that <c>current_usage</c> is of.</summary>
    public required UsagePeriod Period { get; init; }

    /// <summary>
    /// What the plan allows; null is unlimited. Plans limit executions, AI calls and AI tokens by the month, so these are
    /// null for other periods.
    /// </summary>
    public required QuotaLimits Limits { get; init; }
    public required QuotaUsage CurrentUsage { get; init; }

    /// <summary>When the period ends and what is counted by it begins at 0 again.</summary>
    public required DateTimeOffset ResetDate { get; init; }
}

/// <summary>What a plan allows; null is unlimited.</summary>
public sealed record QuotaLimits
{
    public required long? WorkflowExecutions { get; init; }
    public required long? AiApiCalls { get; init; }
    public required long? AiTokens { get; init; }

    /// <summary>Mebibytes.</summary>
    public required long? StorageMb { get; init; }

    /// <summary>Members of the organization.</summary>
    public required long? Collaborators { get; init; }
}

/// <summary>What an organization uses.</summary>
public sealed record QuotaUsage
{
    /// <summary>Executions that were started in the period.</summary>
    public required long WorkflowExecutions { get; init; }

    /// <summary>Calls of AI models that were answered in the period.</summary>
    public required long AiApiCalls { get; init; }

    /// <summary>Tokens that AI models read and wrote in the period.</summary>
    public required long AiTokens { get; init; }

    /// <summary>Mebibytes that are stored now, with two decimals.</summary>
    public required decimal StorageMb { get; init; }

    /// <summary>Members that the organization has now.</summary>
    public required long Collaborators { get; init; }
}
