using System.Collections.Concurrent;

namespace Portal.Core.Workflows.Engine;

/// <summary>The runs that this node has in memory, each with its place among <see cref="RunPlaces"/>.</summary>
/// <param name="places">The places, which are taken by whoever adds a run.</param>
/// <param name="wake">Called when a place was left that somebody may wait for.</param>
internal sealed class HeldRuns(RunPlaces places, Action wake)
{
    private readonly ConcurrentDictionary<string, RunState> _runs = new(StringComparer.Ordinal);

    public bool IsEmpty => _runs.IsEmpty;

    /// <summary>Those that are held at this moment.</summary>
    public IEnumerable<RunState> All => _runs.Values;

    public bool Has(string executionId) => _runs.ContainsKey(executionId);

    public RunState? Find(string executionId) => _runs.GetValueOrDefault(executionId);

    public void Add(RunState run) => _runs[run.Row.Id] = run;

    /// <returns>Whether somebody may wait for its place.</returns>
    public bool Leave(RunState run) => _runs.TryRemove(KeyValuePair.Create(run.Row.Id, run)) && places.Leave(run.Row.OrganizationId);

    /// <summary>Another node has the run, or nobody any more: what it does here does not count.</summary>
    public void Lose(RunState run)
    {
        lock (run.Gate)
        {
            run.IsLost = true;
            foreach (var step in run.Active) _ = step.Stop?.CancelAsync();
        }

        run.Timer?.Dispose();
        if (Leave(run)) wake();
        // Whoever waits for its end here looks into the database.
        run.Ended.TrySetCanceled();
    }
}
