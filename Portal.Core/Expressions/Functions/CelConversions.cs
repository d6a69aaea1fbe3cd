using System.Globalization;
using System.Text;
using Portal.Core.Expressions.Evaluation;

namespace Portal.Core.Expressions.Functions;

/// <summary>The functions that make one type of another.</summary>
internal static class CelConversions
{
    private static readonly UTF8Encoding Strict = new(false, true);

    public static IEnumerable<CelFunction> All =>
    [
        Of("int", CelKind.Int, ToInt),
        Of("uint", CelKind.UInt, ToUInt),
        Of("double", CelKind.Double, ToDouble),
        Of("string", CelKind.String, ToText),
        Of("bytes", CelKind.Bytes, value => value.Kind switch { CelKind.Bytes => value, CelKind.String => CelValue.Of(Encoding.UTF8.GetBytes(value.AsString)), _ => null }),
        Of("bool", CelKind.Bool, ToBool),
        Of("timestamp", CelKind.Timestamp, ToTimestamp),
        Of("duration", CelKind.Duration, value => value.Kind switch { CelKind.Duration => value, CelKind.String => CelTime.ParseDuration(value.AsString), _ => null }),
        Of("dyn", null, value => value),
        Of("type", CelKind.Type, value => CelValue.Of(value.Kind)),
    ];

    private static CelFunction Of(string name, CelKind? result, Func<CelValue, CelValue?> convert)
    {
        CelFunction? self = null;
        return self = new(name, false, 1, 1, result, (_, arguments) => convert(arguments[0]) ?? self!.NoOverload(arguments));
    }

    private static CelValue? ToInt(CelValue value) => value.Kind switch
    {
        CelKind.Int => CelValue.Of(value.AsInt),
        CelKind.UInt => value.AsUInt <= long.MaxValue ? CelValue.Of((long)value.AsUInt) : OutOfRange("int"),
        CelKind.Double => value.AsDouble is > -9223372036854775808.0 and < 9223372036854775808.0 ? CelValue.Of((long)value.AsDouble) : OutOfRange("int"),
        CelKind.String => long.TryParse(value.AsString, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? CelValue.Of(number) : NoText("int"),
        CelKind.Timestamp => CelValue.Of(long.CreateSaturating(Math.Floor((decimal)(value.AsTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond))),
        _ => null,
    };

    private static CelValue? ToUInt(CelValue value) => value.Kind switch
    {
        CelKind.UInt => CelValue.Of(value.AsUInt),
        CelKind.Int => value.AsInt >= 0 ? CelValue.Of((ulong)value.AsInt) : OutOfRange("uint"),
        CelKind.Double => value.AsDouble is > -1 and < 18446744073709551616.0 && value.AsDouble >= 0 ? CelValue.Of((ulong)value.AsDouble) : OutOfRange("uint"),
        CelKind.String => ulong.TryParse(value.AsString, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? CelValue.Of(number) : NoText("uint"),
        _ => null,
    };

    private static CelValue? ToDouble(CelValue value) => value.Kind switch
    {
        CelKind.Int or CelKind.UInt or CelKind.Double => CelValue.Of(CelOrder.ToDouble(value)),
        CelKind.String => value.AsString switch
        {
            "NaN" => CelValue.Of(double.NaN),
            "inf" or "+inf" or "Infinity" or "+Infinity" or "Inf" or "+Inf" => CelValue.Of(double.PositiveInfinity),
            "-inf" or "-Infinity" or "-Inf" => CelValue.Of(double.NegativeInfinity),
            var text => double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? CelValue.Of(number) : NoText("double"),
        },
        _ => null,
    };

    private static CelValue? ToText(CelValue value)
    {
        switch (value.Kind)
        {
            case CelKind.String: return value;
            case CelKind.Bool: return CelValue.Of(value.IsTrue ? "true" : "false");
            case CelKind.Int: return CelValue.Of(value.AsInt.ToString(CultureInfo.InvariantCulture));
            case CelKind.UInt: return CelValue.Of(value.AsUInt.ToString(CultureInfo.InvariantCulture));
            case CelKind.Double: return CelValue.Of(Text(value.AsDouble));
            case CelKind.Timestamp or CelKind.Duration: return CelValue.Of(CelTime.Text(value));
            case CelKind.Bytes:
                try
                {
                    return CelValue.Of(Strict.GetString(value.AsBytes));
                }
                catch (DecoderFallbackException)
                {
                    return CelValue.Failure("The bytes are no text in UTF-8.");
                }

            default: return null;
        }
    }

    private static string Text(double number) =>
        double.IsNaN(number) ? "NaN" : double.IsInfinity(number) ? (number > 0 ? "+Inf" : "-Inf") : number.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');

    private static CelValue? ToBool(CelValue value) => value.Kind switch
    {
        CelKind.Bool => value,
        CelKind.String => value.AsString switch
        {
            "1" or "t" or "T" or "true" or "TRUE" or "True" => CelValue.True,
            "0" or "f" or "F" or "false" or "FALSE" or "False" => CelValue.False,
            _ => NoText("bool"),
        },
        _ => null,
    };

    private static CelValue? ToTimestamp(CelValue value) => value.Kind switch
    {
        CelKind.Timestamp => value,
        CelKind.String => CelTime.ParseTimestamp(value.AsString),
        CelKind.Int => CelTime.Timestamp((Int128)value.AsInt * TimeSpan.TicksPerSecond + DateTime.UnixEpoch.Ticks),
        _ => null,
    };

    private static CelValue OutOfRange(string type) => CelValue.Failure($"The value is beyond what a {type} holds.");

    private static CelValue NoText(string type) => CelValue.Failure($"The text is no {type}.");
}
