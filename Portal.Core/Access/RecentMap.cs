using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Portal.Core.Access;

/// <summary>
/// A bounded cache that keeps what was added or asked for lately: two generations of half the size each. When the young
/// one is full it becomes the old one, and what nobody asked for meanwhile goes with the old one before it.
/// </summary>
/// <param name="capacity">Most entries at a time; under concurrent use a few more.</param>
internal sealed class RecentMap<TKey, TValue>(int capacity) where TKey : notnull where TValue : class
{
    private readonly Lock _turning = new();
    private volatile Generations _generations = new([], []);
    private int _young;

    public int Count => _generations.Young.Count + _generations.Old.Count;

    public bool TryGet(TKey key, [NotNullWhen(true)] out TValue? value)
    {
        var generations = _generations;
        if (generations.Young.TryGetValue(key, out value)) return true;
        if (!generations.Old.TryRemove(key, out value)) return false;
        Add(key, value);
        return true;
    }

    public void Add(TKey key, TValue value)
    {
        if (!_generations.Young.TryAdd(key, value) || Interlocked.Increment(ref _young) < capacity / 2) return;
        lock (_turning)
        {
            if (_young < capacity / 2) return;
            _generations = new Generations([], _generations.Young);
            _young = 0;
        }
    }

    private sealed record Generations(ConcurrentDictionary<TKey, TValue> Young, ConcurrentDictionary<TKey, TValue> Old);
}
