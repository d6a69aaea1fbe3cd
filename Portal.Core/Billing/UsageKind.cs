namespace Portal.Core.Billing;

/// <summary>What is counted for an organization. Stored by name, so a name stays as it is.</summary>
public enum UsageKind
{
    /// <summary>Workflow executions that were started.</summary>
    WorkflowExecutions,

    /// <summary>Calls of AI models that were answered.</summary>
    AiCalls,

    /// <summary>Tokens that AI models read and wrote.</summary>
    AiTokens,
}
