namespace Portal.Core.Expressions.Evaluation;

/// <summary>
/// The arithmetic operators. Operands are of one type, as CEL wants it, save numbers that come from JSON or were computed from
/// such: JSON writes 1500 and 1500.5 alike, so a number of it takes the type of its partner, and becomes a double where need be.
/// </summary>
internal static class CelArithmetic
{
    public const string Overflow = "The result is beyond what the type of number holds.";
    private const string DivisionByZero = "Division by zero.";

    public static CelValue Apply(CelEvaluation evaluation, string sign, in CelValue left, in CelValue right)
    {
        if (left.IsNumber && right.IsNumber) return Numbers(sign, left, right);
        if (sign == "+" && left.Kind == right.Kind)
        {
            switch (left.Kind)
            {
                case CelKind.String:
                    return evaluation.Build((long)left.AsString.Length + right.AsString.Length, 64) ?? CelValue.Of(left.AsString + right.AsString);
                case CelKind.Bytes:
                    return evaluation.Build((long)left.AsBytes.Length + right.AsBytes.Length, 64) ?? CelValue.Of([.. left.AsBytes, .. right.AsBytes]);
                case CelKind.List:
                    return evaluation.Build((long)left.AsList.Count + right.AsList.Count, 1) ?? CelValue.Of(new ArrayList([.. left.AsList.Items, .. right.AsList.Items]));
            }
        }

        return CelTime.Apply(sign, left, right) ?? NoOverload(sign, left, right);
    }

    public static CelValue Negate(in CelValue operand) => operand.Kind switch
    {
        CelKind.Int => operand.AsInt == long.MinValue ? CelValue.Failure(Overflow) : Marked(CelValue.Of(-operand.AsInt), operand.IsFromJson),
        CelKind.Double => Marked(CelValue.Of(-operand.AsDouble), operand.IsFromJson),
        _ => CelValue.Failure($"“-” cannot be put before {operand.Kind.Described()}."),
    };

    public static CelValue NoOverload(string sign, in CelValue left, in CelValue right) =>
        CelValue.Failure($"“{sign}” cannot be applied to {left.Kind.Described()} and {right.Kind.Described()}.");

    private static CelValue Numbers(string sign, in CelValue left, in CelValue right)
    {
        var isJson = left.IsFromJson || right.IsFromJson;
        if (left.Kind == right.Kind) return Marked(Alike(sign, left, right), isJson);
        if (!isJson) return NoOverload(sign, left, right);
        if (left.Kind == CelKind.Double || right.Kind == CelKind.Double)
            return Marked(Doubles(sign, CelOrder.ToDouble(left), CelOrder.ToDouble(right), left, right), isJson);
        // An int and a uint: what is computed with a number of JSON is an int where it fits.
        return Fits(left) && Fits(right) ? Marked(Ints(sign, left.AsInt, right.AsInt), isJson) : CelValue.Failure(Overflow);
    }

    private static bool Fits(in CelValue whole) => whole.Kind == CelKind.Int || whole.AsUInt <= long.MaxValue;

    private static CelValue Alike(string sign, in CelValue left, in CelValue right) => left.Kind switch
    {
        CelKind.Int => Ints(sign, left.AsInt, right.AsInt),
        CelKind.UInt => UInts(sign, left.AsUInt, right.AsUInt),
        _ => Doubles(sign, left.AsDouble, right.AsDouble, left, right),
    };

    // Overflow is rare and found without the exceptions of checked arithmetic, which a hostile expression could raise by the thousand.
    private static CelValue Ints(string sign, long left, long right)
    {
        if (sign is "/" or "%")
        {
            if (right == 0) return CelValue.Failure(DivisionByZero);
            if (right == -1) return sign == "%" ? CelValue.Of(0L) : left == long.MinValue ? CelValue.Failure(Overflow) : CelValue.Of(-left);
            return CelValue.Of(sign == "/" ? left / right : left % right);
        }

        var exact = sign switch { "+" => (Int128)left + right, "-" => (Int128)left - right, _ => (Int128)left * right };
        return exact < long.MinValue || exact > long.MaxValue ? CelValue.Failure(Overflow) : CelValue.Of((long)exact);
    }

    private static CelValue UInts(string sign, ulong left, ulong right)
    {
        if (sign is "/" or "%")
        {
            if (right == 0) return CelValue.Failure(DivisionByZero);
            return CelValue.Of(sign == "/" ? left / right : left % right);
        }

        if (sign == "-") return left < right ? CelValue.Failure(Overflow) : CelValue.Of(left - right);
        var exact = sign == "+" ? (UInt128)left + right : (UInt128)left * right;
        return exact > ulong.MaxValue ? CelValue.Failure(Overflow) : CelValue.Of((ulong)exact);
    }

    private static CelValue Doubles(string sign, double left, double right, in CelValue one, in CelValue other) => sign switch
    {
        "+" => CelValue.Of(left + right),
        "-" => CelValue.Of(left - right),
        "*" => CelValue.Of(left * right),
        "/" => CelValue.Of(left / right),
        _ => NoOverload(sign, one, other),
    };

    private static CelValue Marked(in CelValue value, bool isJson) => isJson ? value.FromJson() : value;
}
