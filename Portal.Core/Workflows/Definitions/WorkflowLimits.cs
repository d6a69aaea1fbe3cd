namespace Portal.Core.Workflows.Definitions;

/// <summary>How large a definition and its parts may be; what is larger is not stored. The number of nodes is a setting.</summary>
internal static class WorkflowLimits
{
    public const int LongestId = 64;
    public const int LongestTitle = 200;
    public const int LongestDescription = 2000;
    public const int LongestExpression = 4096;
    public const int EdgesANode = 4;
    public const int MostPorts = 50;
    public const int MostRules = 20;
    public const int MostVariables = 200;
    public const int MostTags = 20;
    public const int LongestTag = 50;
    public const int LongestSecret = 8192;

    /// <summary>Bytes of a node's configuration, or of a variable's value, as JSON.</summary>
    public const int LongestValue = 256 * 1024;

    /// <summary>Levels of a configuration or value: fewer than answers are read with, since they show it within others.</summary>
    public const int DeepestValue = 20;

    /// <summary>Pixels from the canvas's origin.</summary>
    public const double FarthestPlace = 1_000_000;
}
