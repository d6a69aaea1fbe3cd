namespace Portal.Core.Expressions.Evaluation;

/// <summary>A part of a compiled expression. Immutable, so that threads share it.</summary>
internal abstract class CelNode(int offset)
{
    public int Offset => offset;

    /// <summary>The type of the value where it is known beforehand, errors aside.</summary>
    public virtual CelKind? Result => null;

    public CelValue Evaluate(CelEvaluation evaluation)
    {
        evaluation.Charge(1);
        return Run(evaluation);
    }

    /// <returns>The value, or an error with its place.</returns>
    protected abstract CelValue Run(CelEvaluation evaluation);

    protected CelValue NeedsBool(CelEvaluation evaluation, CelNode operand, in CelValue value) =>
        value.IsError ? value : evaluation.Error(operand.Offset, $"True or false is needed here, and this is {value.Kind.Described()}.");
}

internal sealed class LiteralNode(int offset, CelValue value) : CelNode(offset)
{
    public CelValue Value => value;

    public override CelKind? Result => value.Kind;

    protected override CelValue Run(CelEvaluation evaluation) => value;
}

/// <summary>What cannot be resolved where names are looked up late.</summary>
internal sealed class MissingNode(int offset, string message) : CelNode(offset)
{
    protected override CelValue Run(CelEvaluation evaluation) => evaluation.Error(Offset, message);
}

/// <summary>A variable of a macro.</summary>
internal sealed class LocalNode(int offset, int slot) : CelNode(offset)
{
    protected override CelValue Run(CelEvaluation evaluation) => evaluation.At(Offset, evaluation.Locals[slot]);
}

/// <summary>A declared variable.</summary>
internal sealed class VariableNode(int offset, string name) : CelNode(offset)
{
    protected override CelValue Run(CelEvaluation evaluation) =>
        evaluation.Variables.TryGetValue(name, out var value) ? evaluation.At(Offset, value) : evaluation.Error(Offset, $"“{name}” has no value here.");
}

/// <summary>Names with dots, of which the longest that is a variable counts and the rest are its fields.</summary>
internal sealed class LateNameNode(int offset, IReadOnlyList<(string Name, int Offset)> parts) : CelNode(offset)
{
    // "a", "a.b", "a.b.c"
    private readonly string[] _prefixes = [.. parts.Select((_, index) => string.Join('.', parts.Take(index + 1).Select(part => part.Name)))];

    protected override CelValue Run(CelEvaluation evaluation)
    {
        for (var last = parts.Count - 1; last >= 0; last--)
        {
            if (!evaluation.Variables.TryGetValue(_prefixes[last], out var value)) continue;
            value = evaluation.At(Offset, value);
            for (var next = last + 1; next < parts.Count && !value.IsError; next++)
                value = SelectNode.Select(evaluation, parts[next].Offset, value, parts[next].Name);
            return value;
        }

        return CelKinds.Named(_prefixes[^1]) is { } type ? CelValue.Of(type) : evaluation.Error(Offset, $"There is no variable “{parts[0].Name}”.");
    }
}

internal sealed class SelectNode(int offset, CelNode operand, string field) : CelNode(offset)
{
    protected override CelValue Run(CelEvaluation evaluation)
    {
        var value = operand.Evaluate(evaluation);
        return value.IsError ? value : Select(evaluation, Offset, value, field);
    }

    public static CelValue Select(CelEvaluation evaluation, int offset, in CelValue operand, string field)
    {
        if (operand.Kind != CelKind.Map) return evaluation.Error(offset, $"“.{field}” needs a map, and this is {operand.Kind.Described()}.");
        var map = operand.AsMap;
        evaluation.Charge(map.LookupCost);
        return map.TryGet(field, out var value) ? evaluation.At(offset, value) : evaluation.Error(offset, $"There is no field “{field}” here.");
    }
}

/// <summary>The macro <c>has(a.b)</c>: whether the field is there.</summary>
internal sealed class HasNode(int offset, CelNode operand, string field) : CelNode(offset)
{
    public override CelKind? Result => CelKind.Bool;

    protected override CelValue Run(CelEvaluation evaluation)
    {
        var value = operand.Evaluate(evaluation);
        if (value.IsError) return value;
        if (value.Kind != CelKind.Map) return evaluation.Error(Offset, $"“.{field}” needs a map, and this is {value.Kind.Described()}.");
        evaluation.Charge(value.AsMap.LookupCost);
        return CelValue.Of(value.AsMap.TryGet(field, out _));
    }
}

internal sealed class IndexNode(int offset, CelNode operand, CelNode key) : CelNode(offset)
{
    protected override CelValue Run(CelEvaluation evaluation)
    {
        var value = operand.Evaluate(evaluation);
        if (value.IsError) return value;
        var at = key.Evaluate(evaluation);
        if (at.IsError) return at;
        switch (value.Kind)
        {
            case CelKind.List:
                evaluation.Charge(value.AsList.LookupCost);
                return Item(evaluation, value.AsList, at);
            case CelKind.Map:
                evaluation.Charge(value.AsMap.LookupCost);
                return value.AsMap.TryGet(at, out var found) ? evaluation.At(Offset, found) : evaluation.Error(key.Offset, "The map has no such key.");
            default:
                return evaluation.Error(Offset, $"“[…]” needs a list or a map, and this is {value.Kind.Described()}.");
        }
    }

    private CelValue Item(CelEvaluation evaluation, CelList list, in CelValue at)
    {
        long? index = at.Kind switch
        {
            CelKind.Int => at.AsInt,
            CelKind.UInt => at.AsUInt <= int.MaxValue ? (long)at.AsUInt : -1,
            CelKind.Double when at.AsDouble == Math.Floor(at.AsDouble) => at.AsDouble is >= 0 and <= int.MaxValue ? (long)at.AsDouble : -1,
            _ => null,
        };
        if (index is not { } place) return evaluation.Error(key.Offset, "The index of a list is a whole number.");
        return place >= 0 && place < list.Count ? evaluation.At(Offset, list[(int)place]) : evaluation.Error(key.Offset, $"The list has {list.Count} items and none at this index.");
    }
}
