using System.Collections.Concurrent;
using Portal.Core.Expressions;
using Portal.Core.Webhooks.Delivery;

namespace Portal.Core.Webhooks.Endpoints;

/// <summary>Expressions that choose events by what they say. They see the fields of a delivery's body: <c>id</c>, <c>type</c>, <c>created</c>, <c>timestamp</c> and <c>data</c>.</summary>
internal static class EventFilter
{
    private const int MostKept = 10_000;
    private static readonly string[] Fields = ["id", "type", "created", "timestamp", "data"];
    private static readonly CelOptions Options = CelOptions.Filter(Fields);

    // Compiled once for all events; a program is a few hundred bytes.
    private static readonly ConcurrentDictionary<string, CelProgram> Programs = new(StringComparer.Ordinal);

    /// <summary>What is wrong with an expression, and where; null where nothing is.</summary>
    public static string? Fault(string expression) =>
        CelProgram.TryCompile(expression, Options, out _, out var fault) ? null : $"{fault.Message} (line {fault.Line}, column {fault.Column})";

    /// <summary>Whether an event passes. One that lacks what the expression asks for does not.</summary>
    /// <param name="expression">One that was without fault when it was saved.</param>
    /// <param name="shown">The event.</param>
    public static bool Matches(string expression, ShownEvent shown)
    {
        if (!Programs.TryGetValue(expression, out var program))
        {
            if (!CelProgram.TryCompile(expression, Options, out program, out _)) return false;
            if (Programs.Count >= MostKept) Programs.Clear();
            Programs[expression] = program;
        }

        return program.Test(shown.Values, out _);
    }

    /// <summary>An event's fields as expressions see them.</summary>
    public static Dictionary<string, CelValue> ValuesOf(System.Text.Json.JsonElement body) =>
        Fields.ToDictionary(field => field, field => CelValue.From(body.GetProperty(field)), StringComparer.Ordinal);
}
