using Portal.Core.Workflows.Tasks;

namespace Portal.Workflows.Parts;

/// <summary>The task that is open, for its reader.</summary>
/// <param name="MayDecide">Whether the reader was asked.</param>
public sealed record OpenTask(TaskResource Task, bool MayDecide);

/// <summary>What the reader decides.</summary>
public sealed record TaskDecision(bool Approves, string Comment);
