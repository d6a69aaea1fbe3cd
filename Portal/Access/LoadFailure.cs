namespace Portal.Access;

/// <summary>Why something could not be shown.</summary>
/// <param name="Reason">The refusal in its own words; null for a failure that is nobody's business but the log's.</param>
/// <param name="TraceId">Finds the failure in the server's log; null for a refusal, which is in no log.</param>
public sealed record LoadFailure(string? Reason, string? TraceId);
