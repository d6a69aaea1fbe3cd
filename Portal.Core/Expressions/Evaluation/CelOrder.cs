namespace Portal.Core.Expressions.Evaluation;

/// <summary>Equality and order of values. Equality holds between all types, order within a type and among numbers.</summary>
internal static class CelOrder
{
    // A value that expressions build is no deeper than they are; one of memory could be, and would end the stack.
    private const int MostDepth = 500;

    /// <returns>True, false, or an error where a part cannot be read.</returns>
    public static CelValue AreEqual(CelEvaluation evaluation, in CelValue left, in CelValue right) => AreEqual(evaluation, left, right, 0);

    /// <returns>Whether a list or a map holds a value, or an error.</returns>
    public static CelValue Contains(CelEvaluation evaluation, in CelValue container, in CelValue wanted)
    {
        if (container.Kind == CelKind.Map)
        {
            var map = container.AsMap;
            evaluation.Charge(map.LookupCost);
            return CelValue.Of(map.TryGet(wanted, out _));
        }

        if (container.Kind != CelKind.List) return CelValue.Failure($"“in” needs a list or a map, and this is {container.Kind.Described()}.");
        var problem = default(CelValue?);
        foreach (var item in container.AsList.Items)
        {
            evaluation.Charge(1);
            var isEqual = AreEqual(evaluation, item, wanted);
            if (isEqual.IsTrue) return isEqual;
            if (isEqual.IsError) problem ??= isEqual;
        }

        return problem ?? CelValue.False;
    }

    /// <summary>Compares by the sign of the result.</summary>
    /// <returns>Null where there is no order: other types, types without one, not a number.</returns>
    public static int? Compare(CelEvaluation evaluation, in CelValue left, in CelValue right)
    {
        if (left.IsNumber && right.IsNumber) return Numbers(left, right);
        if (left.Kind != right.Kind) return null;
        switch (left.Kind)
        {
            case CelKind.Bool:
                return left.IsTrue.CompareTo(right.IsTrue);
            case CelKind.String:
                evaluation.ChargeLength(Math.Min(left.AsString.Length, right.AsString.Length));
                return Texts(left.AsString, right.AsString);
            case CelKind.Bytes:
                evaluation.ChargeLength(Math.Min(left.AsBytes.Length, right.AsBytes.Length));
                return left.AsBytes.AsSpan().SequenceCompareTo(right.AsBytes);
            case CelKind.Timestamp or CelKind.Duration:
                return left.AsTicks.CompareTo(right.AsTicks);
            default:
                return null;
        }
    }

    /// <summary>Numbers of different types are compared as doubles where one is a double; null beside not-a-number.</summary>
    public static int? Numbers(in CelValue left, in CelValue right) => (left.Kind, right.Kind) switch
    {
        (CelKind.Int, CelKind.Int) => left.AsInt.CompareTo(right.AsInt),
        (CelKind.UInt, CelKind.UInt) => left.AsUInt.CompareTo(right.AsUInt),
        (CelKind.Int, CelKind.UInt) => left.AsInt < 0 ? -1 : ((ulong)left.AsInt).CompareTo(right.AsUInt),
        (CelKind.UInt, CelKind.Int) => right.AsInt < 0 ? 1 : left.AsUInt.CompareTo((ulong)right.AsInt),
        _ => ToDouble(left) is var x && ToDouble(right) is var y && (double.IsNaN(x) || double.IsNaN(y)) ? null : x.CompareTo(y),
    };

    public static double ToDouble(in CelValue number) => number.Kind switch
    {
        CelKind.Int => number.AsInt,
        CelKind.UInt => number.AsUInt,
        _ => number.AsDouble,
    };

    // By code points: UTF-16 would sort the characters beyond 0xFFFF before the last of those below.
    private static int Texts(string left, string right)
    {
        var length = left.AsSpan().CommonPrefixLength(right);
        if (length == left.Length || length == right.Length) return left.Length.CompareTo(right.Length);
        var (x, y) = (left[length], right[length]);
        return char.IsSurrogate(x) == char.IsSurrogate(y) ? x.CompareTo(y) : char.IsSurrogate(x) ? 1 : -1;
    }

    private static CelValue AreEqual(CelEvaluation evaluation, in CelValue left, in CelValue right, int depth)
    {
        if (left.IsError) return left;
        if (right.IsError) return right;
        if (left.IsNumber && right.IsNumber) return CelValue.Of(Numbers(left, right) == 0);
        if (left.Kind != right.Kind) return CelValue.False;
        if (depth > MostDepth) return CelValue.Failure("The values are nested too deeply to be compared.");
        switch (left.Kind)
        {
            case CelKind.Null:
                return CelValue.True;
            case CelKind.List:
                return Lists(evaluation, left.AsList, right.AsList, depth + 1);
            case CelKind.Map:
                return Maps(evaluation, left.AsMap, right.AsMap, depth + 1);
            case CelKind.String:
                evaluation.ChargeLength((long)left.AsString.Length + right.AsString.Length);
                return CelValue.Of(left.AsString == right.AsString);
            case CelKind.Type:
                return CelValue.Of(left.AsType == right.AsType);
            default:
                return CelValue.Of(Compare(evaluation, left, right) == 0);
        }
    }

    private static CelValue Lists(CelEvaluation evaluation, CelList left, CelList right, int depth)
    {
        if (left.Count != right.Count) return CelValue.False;
        return All(evaluation, left.Items.Zip(right.Items), depth);
    }

    private static CelValue Maps(CelEvaluation evaluation, CelMap left, CelMap right, int depth)
    {
        evaluation.Charge(left.WalkCost + right.WalkCost);
        if (left.Count != right.Count) return CelValue.False;
        return All(evaluation, Pairs(), depth);

        IEnumerable<(CelValue, CelValue)> Pairs()
        {
            foreach (var key in left.Keys)
            {
                evaluation.Charge(left.LookupCost + right.LookupCost);
                yield return left.TryGet(key, out var one) && right.TryGet(key, out var other) ? (one, other) : (CelValue.True, CelValue.False);
            }
        }
    }

    private static CelValue All(CelEvaluation evaluation, IEnumerable<(CelValue Left, CelValue Right)> pairs, int depth)
    {
        var problem = default(CelValue?);
        foreach (var (left, right) in pairs)
        {
            evaluation.Charge(1);
            var isEqual = AreEqual(evaluation, left, right, depth);
            if (isEqual.IsFalse) return isEqual;
            if (isEqual.IsError) problem ??= isEqual;
        }

        return problem ?? CelValue.True;
    }
}
