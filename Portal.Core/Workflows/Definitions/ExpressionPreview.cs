using System.Text.Json;
using Portal.Core.Expressions;
using Portal.Core.Shared.Json.Schema;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Workflows.Definitions;

/// <summary>An expression to try.</summary>
public sealed record ExpressionInput
{
    /// <summary>In the Common Expression Language, without braces; at most 4096 characters.</summary>
    public string? Expression { get; init; }

    /// <summary>What the expression may name, at most 100; <c>now()</c> it may call in any case.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Variables { get; init; }
}

/// <summary>What an expression gave.</summary>
public sealed record ExpressionResult
{
    /// <summary>As JSON: times and durations as text, bytes in base 64.</summary>
    public required JsonElement Value { get; init; }

    /// <summary><c>null</c>, <c>bool</c>, <c>int</c>, <c>uint</c>, <c>double</c>, <c>string</c>, <c>bytes</c>, <c>list</c>, <c>map</c>, <c>timestamp</c>, <c>duration</c> or <c>type</c>.</summary>
    public required string Type { get; init; }
}

/// <summary>Evaluates expressions for whoever writes them.</summary>
public sealed class ExpressionPreview(TimeProvider time)
{
    private const int MostVariables = 100;
    private const int LargestResult = 256 * 1024;

    /// <exception cref="ProblemException">The expression cannot be read or has no value; details give <c>line</c>, <c>column</c> and <c>offset</c>.</exception>
    public ExpressionResult Evaluate(ExpressionInput input)
    {
        var faults = new Faults();
        faults.Required("expression", input.Expression, WorkflowLimits.LongestExpression);
        if (input.Variables?.Count > MostVariables) faults.Add("variables", $"variables has at most {MostVariables} names.");
        foreach (var (name, given) in input.Variables ?? new Dictionary<string, JsonElement>(StringComparer.Ordinal))
        {
            if (JsonText.Fault(given, $"variables.{name}") is var (field, reason)) faults.Add(field, reason, ErrorCode.WrongFormat);
        }

        faults.ThrowIfAny();
        var values = (input.Variables ?? new Dictionary<string, JsonElement>(StringComparer.Ordinal)).ToDictionary(pair => pair.Key, pair => CelValue.From(pair.Value), StringComparer.Ordinal);
        values[WorkflowNames.Now] = CelValue.From(time.GetUtcNow());
        var options = new CelOptions { Variables = values.Keys.ToHashSet(StringComparer.Ordinal) };
        if (!CelProgram.TryCompile(input.Expression!, options, out var program, out var fault)) throw Refusal(fault);
        var value = program.Evaluate(values);
        if (value.IsError) throw Refusal(value.Fault!);
        return CelJson.Element(value, LargestResult) is { } json
            ? new() { Value = json, Type = value.Kind.ToString().ToLowerInvariant() }
            : throw Problem.Field(ErrorCode.Validation, "expression", $"The result is longer than {LargestResult} bytes.").AsException();
    }

    private static ProblemException Refusal(CelFault fault) => new Problem(ErrorCode.Validation, fault.Message)
    {
        Details = Problem.Pairs(("field", "expression"), ("reason", fault.Message), ("line", fault.Line), ("column", fault.Column), ("offset", fault.Offset)),
    }.AsException();
}
