namespace Portal.Core.Expressions;

/// <summary>The types of CEL's values, and that of errors.</summary>
internal enum CelKind
{
    Null,
    Bool,
    Int,
    UInt,
    Double,
    String,
    Bytes,
    List,
    Map,
    Timestamp,
    Duration,
    Type,
    Error,
}

internal static class CelKinds
{
    private static readonly string[] Names =
        ["null_type", "bool", "int", "uint", "double", "string", "bytes", "list", "map", "google.protobuf.Timestamp", "google.protobuf.Duration", "type", "error"];

    /// <summary>The name that expressions use, as in <c>type(x) == int</c>.</summary>
    public static string Name(this CelKind kind) => Names[(int)kind];

    /// <summary>The type as messages name one of its values: “an int”, “a timestamp”.</summary>
    public static string Described(this CelKind kind) => kind switch
    {
        CelKind.Null => "null",
        CelKind.Int => "an int",
        CelKind.Timestamp => "a timestamp",
        CelKind.Duration => "a duration",
        _ => "a " + kind.Name(),
    };

    /// <summary>The type of that name; null where there is none.</summary>
    public static CelKind? Named(string name) =>
        Array.IndexOf(Names, name) is var index && index >= 0 && (CelKind)index != CelKind.Error ? (CelKind)index : null;
}
