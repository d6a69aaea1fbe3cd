using System.Runtime.InteropServices;

namespace Portal.Core.Workflows.Engine;

/// <summary>
/// The places for runs on this node: so many in all, and no more of one organization than its share, so that one whose
/// runs hang leaves room for the others.
/// </summary>
internal sealed class RunPlaces(int most, int mostOfOne)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _taken = new(StringComparer.Ordinal);
    private readonly HashSet<string> _queued = new(StringComparer.Ordinal);
    private int _all;
    private bool _isAwaited;

    /// <summary>How many more runs fit. Where none do, the next place that is left is taken to be waited for.</summary>
    public int Room()
    {
        lock (_gate)
        {
            _isAwaited |= _all >= most;
            return most - _all;
        }
    }

    /// <summary>For a run that has not queued: none where others of its organization do, who come first.</summary>
    public bool TryTakeAtOnce(string organizationId)
    {
        lock (_gate) return !_queued.Contains(organizationId) && Take(organizationId);
    }

    public bool TryTake(string organizationId)
    {
        lock (_gate) return Take(organizationId);
    }

    /// <returns>Whether somebody may wait for the place.</returns>
    public bool Leave(string organizationId)
    {
        lock (_gate)
        {
            ref var count = ref CollectionsMarshal.GetValueRefOrNullRef(_taken, organizationId);
            if (--count == 0) _taken.Remove(organizationId);
            _all--;
            return _isAwaited || _queued.Contains(organizationId);
        }
    }

    /// <summary>The organizations that have all of their places, for whoever is about to look for runs of others.</summary>
    public string[] Full()
    {
        lock (_gate)
        {
            // Whether runs of theirs wait is not known, and costs one look at most.
            _queued.Clear();
            foreach (var (organizationId, count) in _taken)
            {
                if (count >= mostOfOne) _queued.Add(organizationId);
            }

            _isAwaited = false;
            return [.. _queued];
        }
    }

    private bool Take(string organizationId)
    {
        if (_all >= most)
        {
            _isAwaited = true;
            return false;
        }

        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_taken, organizationId, out _);
        if (count >= mostOfOne)
        {
            _queued.Add(organizationId);
            return false;
        }

        count++;
        _all++;
        return true;
    }
}
