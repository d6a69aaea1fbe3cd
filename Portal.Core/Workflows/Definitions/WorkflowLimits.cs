namespace Portal.Core.Workflows.Definitions;

/// <summary>How large a definition and its parts may be; what is larger is not stored.</summary>
internal static class WorkflowLimits
{
    public const int LongestId = 64;
}
