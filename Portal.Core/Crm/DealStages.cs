namespace Portal.Core.Crm;

/// <summary>A step of the sales pipeline.</summary>
/// <param name="Id">What <c>stage_id</c> names.</param>
/// <param name="Status">The status that a deal gets on entering it.</param>
public sealed record DealStage(int Id, string Name, string Status);

/// <summary>The pipeline, in its order.</summary>
public static class DealStages
{
    public static IReadOnlyList<DealStage> All { get; } =
    [
        new(1, "Prospecting", "open"),
        new(2, "Qualification", "open"),
        new(3, "Proposal", "open"),
        new(4, "Negotiation", "open"),
        new(5, "Closed won", "won"),
        new(6, "Closed lost", "lost"),
    ];

    public static DealStage First => All[0];

    internal static readonly string[] Statuses = [.. All.Select(stage => stage.Status).Distinct(StringComparer.Ordinal)];

    public static DealStage? Find(int id) => id >= 1 && id <= All.Count ? All[id - 1] : null;

    /// <summary>Where a deal goes that is given a status rather than a stage.</summary>
    public static DealStage? FirstOf(string status) => All.FirstOrDefault(stage => stage.Status == status);

    public static string NameOf(int id) => Find(id)?.Name ?? "";

    /// <summary>Moves a deal to a stage; its status follows.</summary>
    internal static void Enter(this Deal deal, DealStage stage) => (deal.StageId, deal.Status) = (stage.Id, stage.Status);
}
