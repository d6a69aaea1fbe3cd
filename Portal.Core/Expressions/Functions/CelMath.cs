using Portal.Core.Expressions.Evaluation;

namespace Portal.Core.Expressions.Functions;

/// <summary>The functions of cel-go's extension for numbers that filters and mappings need. A number of JSON stays one of JSON.</summary>
internal static class CelMath
{
    public static IEnumerable<CelFunction> All =>
    [
        Extreme("math.greatest", 1),
        Extreme("math.least", -1),
        Of("math.abs", Absolute),
        Of("math.sign", value => value.Kind switch
        {
            CelKind.Int => CelValue.Of((long)Math.Sign(value.AsInt)),
            CelKind.UInt => CelValue.Of(value.AsUInt == 0 ? 0UL : 1UL),
            _ => CelValue.Of(double.IsNaN(value.AsDouble) ? double.NaN : Math.Sign(value.AsDouble)),
        }),
        Rounding("math.ceil", Math.Ceiling),
        Rounding("math.floor", Math.Floor),
        Rounding("math.trunc", Math.Truncate),
        Rounding("math.round", number => Math.Round(number, MidpointRounding.AwayFromZero)),
    ];

    private static CelFunction Of(string name, Func<CelValue, CelValue> apply)
    {
        CelFunction? self = null;
        return self = new(name, false, 1, 1, null, (_, arguments) =>
        {
            if (!arguments[0].IsNumber) return self!.NoOverload(arguments);
            var result = apply(arguments[0]);
            return arguments[0].IsFromJson ? result.FromJson() : result;
        });
    }

    // A whole number of JSON is one already; CEL refuses ints that were written as such.
    private static CelFunction Rounding(string name, Func<double, double> round)
    {
        CelFunction? self = null;
        return self = new(name, false, 1, 1, null, (_, arguments) => arguments[0] switch
        {
            { Kind: CelKind.Double } number => number.IsFromJson ? CelValue.Of(round(number.AsDouble)).FromJson() : CelValue.Of(round(number.AsDouble)),
            { IsNumber: true, IsFromJson: true } whole => whole,
            _ => self!.NoOverload(arguments),
        });
    }

    private static CelValue Absolute(CelValue value) => value.Kind switch
    {
        CelKind.Int => value.AsInt == long.MinValue ? CelValue.Failure(CelArithmetic.Overflow) : CelValue.Of(Math.Abs(value.AsInt)),
        CelKind.UInt => value,
        _ => CelValue.Of(Math.Abs(value.AsDouble)),
    };

    private static CelFunction Extreme(string name, int sign)
    {
        CelFunction? self = null;
        return self = new(name, false, 1, int.MaxValue, null, (evaluation, arguments) =>
        {
            var values = arguments is [{ Kind: CelKind.List } list] ? list.AsList.Items : arguments;
            CelValue? best = null;
            foreach (var value in values)
            {
                evaluation.Charge(1);
                if (value.IsError) return value;
                if (!value.IsNumber) return self!.NoOverload(arguments);
                if (best is not { } known || CelOrder.Numbers(value, known) * sign > 0) best = value;
            }

            return best ?? CelValue.Failure($"“{name}” of an empty list has no value.");
        });
    }
}
