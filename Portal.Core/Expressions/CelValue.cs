using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Core.Expressions.Evaluation;

namespace Portal.Core.Expressions;

/// <summary>A value of CEL, or an error. Lists and maps are read where they lie (JSON is not copied) and must not change while they are used.</summary>
internal readonly struct CelValue
{
    // Marks an int, uint or double as one of JSON, which does not tell them apart: see CelArithmetic.
    private static readonly object JsonMark = new();

    private readonly object? _reference;
    private readonly long _bits;

    private CelValue(CelKind kind, long bits, object? reference)
    {
        Kind = kind;
        _bits = bits;
        _reference = reference;
    }

    public CelKind Kind { get; }

    public static CelValue Null => default;
    public static CelValue True { get; } = new(CelKind.Bool, 1, null);
    public static CelValue False { get; } = new(CelKind.Bool, 0, null);

    public bool IsError => Kind == CelKind.Error;
    public bool IsTrue => Kind == CelKind.Bool && _bits != 0;
    public bool IsFalse => Kind == CelKind.Bool && _bits == 0;
    public bool IsNumber => Kind is CelKind.Int or CelKind.UInt or CelKind.Double;

    public long AsInt => _bits;
    public ulong AsUInt => (ulong)_bits;
    public double AsDouble => BitConverter.Int64BitsToDouble(_bits);
    public string AsString => (string)_reference!;
    public byte[] AsBytes => (byte[])_reference!;
    public CelList AsList => (CelList)_reference!;
    public CelMap AsMap => (CelMap)_reference!;

    /// <summary>Ticks of 100 ns since 0001-01-01T00:00:00Z, or of the duration.</summary>
    public long AsTicks => _bits;

    public CelKind AsType => (CelKind)_bits;

    /// <summary>The error with its place; null where the value is no error.</summary>
    public CelFault? Fault => _reference as CelFault;

    /// <summary>The message of an error that has no place yet.</summary>
    internal string? Failing => Kind == CelKind.Error ? _reference as string : null;

    internal bool IsFromJson => ReferenceEquals(_reference, JsonMark);

    public static CelValue Of(bool value) => value ? True : False;
    public static CelValue Of(long value) => new(CelKind.Int, value, null);
    public static CelValue Of(ulong value) => new(CelKind.UInt, (long)value, null);
    public static CelValue Of(double value) => new(CelKind.Double, BitConverter.DoubleToInt64Bits(value), null);
    public static CelValue Of(string value) => new(CelKind.String, 0, value);
    public static CelValue Of(byte[] value) => new(CelKind.Bytes, 0, value);
    public static CelValue Of(CelList value) => new(CelKind.List, 0, value);
    public static CelValue Of(CelMap value) => new(CelKind.Map, 0, value);
    public static CelValue Of(CelKind type) => new(CelKind.Type, (long)type, null);
    public static CelValue Timestamp(long ticks) => new(CelKind.Timestamp, ticks, null);
    public static CelValue Duration(long ticks) => new(CelKind.Duration, ticks, null);

    /// <summary>An error of an operation, which does not know its place in the source.</summary>
    internal static CelValue Failure(string message) => new(CelKind.Error, 0, message);

    internal static CelValue Error(CelFault fault) => new(CelKind.Error, 0, fault);

    internal CelValue FromJson() => IsNumber ? new(Kind, _bits, JsonMark) : this;

    /// <summary>
    /// A value of JSON. A number written without fraction and exponent is an int where one holds it, else a uint; any other
    /// number is a double. Objects and arrays are read when they are used, so the document must live as long.
    /// </summary>
    public static CelValue From(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => Of(new JsonMap(element)),
        JsonValueKind.Array => Of(new JsonList(element)),
        JsonValueKind.String => Text(element),
        JsonValueKind.Number => Number(element),
        JsonValueKind.True => True,
        JsonValueKind.False => False,
        _ => Null,
    };

    /// <summary>As <see cref="From(JsonElement)"/>; a null node is null.</summary>
    public static CelValue From(JsonNode? node) => node switch
    {
        null => Null,
        JsonObject fields => Of(new JsonNodeMap(fields)),
        JsonArray items => Of(new JsonNodeList(items)),
        JsonValue value when value.TryGetValue(out JsonElement element) => From(element),
        JsonValue value => From(value.GetValue<object>()).FromJson(),
        _ => Failure("The value is of no type that expressions know."),
    };

    /// <summary>
    /// A value of .NET: numbers, text, bytes, instants (a <see cref="DateTime"/> is taken as UTC unless it is local), spans, ids, enums by name, JSON,
    /// dictionaries and sequences of such. Another type gives an error where it is used.
    /// </summary>
    public static CelValue From(object? value) => value switch
    {
        null => Null,
        CelValue known => known,
        bool flag => Of(flag),
        string text => Of(text),
        sbyte or short or int or long or byte or ushort => Of(Convert.ToInt64(value, null)),
        uint or ulong => Of(Convert.ToUInt64(value, null)),
        float single => Of((double)single),
        double number => Of(number),
        decimal amount => amount == decimal.Truncate(amount) && amount is >= long.MinValue and <= long.MaxValue ? Of((long)amount).FromJson() : Of((double)amount).FromJson(),
        JsonElement element => From(element),
        JsonNode node => From(node),
        byte[] bytes => Of(bytes),
        DateTimeOffset instant => Timestamp(instant.UtcTicks),
        DateTime instant => Timestamp((instant.Kind == DateTimeKind.Local ? instant.ToUniversalTime() : instant).Ticks),
        TimeSpan span when Math.Abs((decimal)span.Ticks) <= CelTime.MostDuration => Duration(span.Ticks),
        Guid id => Of(id.ToString()),
        Enum name => Of(name.ToString()),
        CelList list => Of(list),
        CelMap map => Of(map),
        IReadOnlyDictionary<string, CelValue> values => Of(new ClrMap<CelValue>(values)),
        IReadOnlyDictionary<string, object?> fields => Of(new ClrMap<object?>(fields)),
        IReadOnlyDictionary<string, string> fields => Of(new ClrMap<string>(fields)),
        System.Collections.IEnumerable items and not System.Collections.IDictionary => Of(new ArrayList([.. items.Cast<object?>().Select(From)])),
        _ => Failure("The value is of no type that expressions know."),
    };

    private static CelValue Text(JsonElement element)
    {
        try
        {
            return Of(element.GetString()!);
        }
        catch (InvalidOperationException)
        {
            return Failure("The text is not well-formed Unicode.");
        }
    }

    private static CelValue Number(JsonElement element)
    {
        if (element.TryGetInt64(out var whole)) return new(CelKind.Int, whole, JsonMark);
        if (element.TryGetUInt64(out var large)) return new(CelKind.UInt, (long)large, JsonMark);
        return element.TryGetDouble(out var number)
            ? new(CelKind.Double, BitConverter.DoubleToInt64Bits(number), JsonMark)
            : Failure("The number is beyond what a double holds.");
    }
}
