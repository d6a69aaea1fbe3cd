namespace Portal.Core.Expressions.Evaluation;

/// <summary>A list, wherever its items lie. An item that cannot be read is an error value.</summary>
internal abstract class CelList
{
    public abstract int Count { get; }

    public abstract CelValue this[int index] { get; }

    /// <summary>Steps for reaching an item.</summary>
    public virtual int LookupCost => 0;

    /// <summary>All items, each reached at once from the one before.</summary>
    public virtual IEnumerable<CelValue> Items
    {
        get
        {
            for (var index = 0; index < Count; index++) yield return this[index];
        }
    }
}

/// <summary>A map, wherever its entries lie.</summary>
internal abstract class CelMap
{
    public abstract int Count { get; }

    /// <summary>Steps for finding a key.</summary>
    public virtual int LookupCost => 0;

    /// <summary>Steps for counting the keys or walking over them.</summary>
    public virtual int WalkCost => 0;

    public abstract IEnumerable<CelValue> Keys { get; }

    /// <summary>The value of a key, which is of any type: 1, 1u and 1.0 are the same key.</summary>
    public abstract bool TryGet(in CelValue key, out CelValue value);

    /// <summary>The value of a key that is a string.</summary>
    public abstract bool TryGet(string key, out CelValue value);
}

/// <summary>A list in memory.</summary>
internal sealed class ArrayList(CelValue[] items) : CelList
{
    public override int Count => items.Length;

    public override CelValue this[int index] => items[index];

    public override IEnumerable<CelValue> Items => items;
}

/// <summary>A map that an expression builds.</summary>
internal sealed class BuiltMap : CelMap
{
    private readonly OrderedDictionary<CelValue, CelValue> _entries = new(CelKeys.Comparer);

    public override int Count => _entries.Count;

    public override IEnumerable<CelValue> Keys => _entries.Keys;

    /// <returns>What is wrong with the key, or null.</returns>
    public string? Add(in CelValue key, in CelValue value)
    {
        if (key.Kind is not (CelKind.Bool or CelKind.Int or CelKind.UInt or CelKind.String)) return $"The key of a map cannot be {key.Kind.Described()}.";
        return _entries.TryAdd(key, value) ? null : "The map has this key twice.";
    }

    public override bool TryGet(in CelValue key, out CelValue value) => _entries.TryGetValue(key, out value);

    public override bool TryGet(string key, out CelValue value) => _entries.TryGetValue(CelValue.Of(key), out value);
}

/// <summary>A map whose keys are strings.</summary>
internal abstract class FieldMap : CelMap
{
    public override bool TryGet(in CelValue key, out CelValue value)
    {
        value = default;
        return key.Kind == CelKind.String && TryGet(key.AsString, out value);
    }
}

/// <summary>A dictionary of .NET.</summary>
internal sealed class ClrMap<TValue>(IReadOnlyDictionary<string, TValue> fields) : FieldMap
{
    public override int Count => fields.Count;

    public override IEnumerable<CelValue> Keys => fields.Keys.Select(CelValue.Of);

    public override bool TryGet(string key, out CelValue value)
    {
        var isThere = fields.TryGetValue(key, out var found);
        value = isThere ? CelValue.From(found) : default;
        return isThere;
    }
}

/// <summary>Keys of maps are equal as values are: numbers by what they count, whatever their type.</summary>
internal sealed class CelKeys : IEqualityComparer<CelValue>
{
    public static CelKeys Comparer { get; } = new();

    public bool Equals(CelValue x, CelValue y) => x.Kind switch
    {
        CelKind.String => y.Kind == CelKind.String && x.AsString == y.AsString,
        CelKind.Bool => y.Kind == CelKind.Bool && x.IsTrue == y.IsTrue,
        _ => x.IsNumber && y.IsNumber && CelOrder.Numbers(x, y) == 0,
    };

    // Of equal numbers also those have one hash that only a double compares alike.
    public int GetHashCode(CelValue obj) => obj.Kind switch
    {
        CelKind.String => obj.AsString.GetHashCode(StringComparison.Ordinal),
        CelKind.Bool => obj.IsTrue ? 1 : 2,
        CelKind.Int => ((double)obj.AsInt).GetHashCode(),
        CelKind.UInt => ((double)obj.AsUInt).GetHashCode(),
        CelKind.Double => (obj.AsDouble + 0.0).GetHashCode(),
        _ => 0,
    };
}
