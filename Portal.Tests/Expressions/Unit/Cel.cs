using System.Text.Json;
using Portal.Core.Expressions;
using Portal.Core.Expressions.Evaluation;

namespace Portal.Tests.Expressions.Unit;

/// <summary>Expressions as the tests of this folder compile and evaluate them.</summary>
internal static class Cel
{
    /// <summary>Names and functions are looked up late, as the published cases want it.</summary>
    public static CelOptions Late { get; } = new();

    public static CelOptions Filter { get; } = CelOptions.Filter("data", "event");

    public static CelProgram Compile(string source, CelOptions? options = null)
    {
        Assert.True(CelProgram.TryCompile(source, options ?? Late, out var program, out var fault), $"{source}: {fault}");
        return program;
    }

    public static CelFault Fault(string source, CelOptions? options = null)
    {
        Assert.False(CelProgram.TryCompile(source, options ?? Late, out _, out var fault), $"{source} compiles.");
        return fault;
    }

    public static CelValue Evaluate(string source, string data = "{}", CelOptions? options = null) =>
        Compile(source, options).Evaluate(Data(data));

    /// <summary>An expression that must be true.</summary>
    public static void Holds(string source, string data = "{}") => Assert.True(Evaluate(source, data) is { IsTrue: true }, $"{source}: {Text(Evaluate(source, data))}");

    public static CelFault Error(string source, string data = "{}", CelOptions? options = null)
    {
        var value = Evaluate(source, data, options);
        Assert.True(value.IsError, $"{source}: {Text(value)}");
        return value.Fault!;
    }

    public static Dictionary<string, CelValue> Data(string data) =>
        new(StringComparer.Ordinal) { ["data"] = CelValue.From(JsonDocument.Parse(data).RootElement), ["event"] = CelValue.Of("deal.updated") };

    /// <summary>A value with its type, for messages and comparisons.</summary>
    public static string Text(CelValue value) => value.Kind switch
    {
        CelKind.Null => "null",
        CelKind.Bool => value.IsTrue ? "true" : "false",
        CelKind.Int => $"{value.AsInt}",
        CelKind.UInt => $"{value.AsUInt}u",
        CelKind.Double => FormattableString.Invariant($"{value.AsDouble:R}d"),
        CelKind.String => JsonSerializer.Serialize(value.AsString),
        CelKind.Bytes => $"b[{string.Join(',', value.AsBytes)}]",
        CelKind.List => $"[{string.Join(", ", value.AsList.Items.Select(Text))}]",
        CelKind.Map => $"{{{string.Join(", ", value.AsMap.Keys.Select(key => value.AsMap.TryGet(key, out var found) ? $"{Text(key)}: {Text(found)}" : "?").Order(StringComparer.Ordinal))}}}",
        CelKind.Timestamp or CelKind.Duration => CelTime.Text(value),
        CelKind.Type => value.AsType.Name(),
        _ => $"error {value.Fault}",
    };
}
