using Portal.Core.Expressions.Functions;

namespace Portal.Core.Expressions.Evaluation;

internal sealed class CallNode(int offset, CelFunction function, CelNode[] arguments) : CelNode(offset)
{
    public override CelKind? Result => function.Result;

    protected override CelValue Run(CelEvaluation evaluation)
    {
        var values = new CelValue[arguments.Length];
        for (var index = 0; index < values.Length; index++)
        {
            var value = arguments[index].Evaluate(evaluation);
            if (value.IsError) return value;
            if (value.Kind == CelKind.String) evaluation.ChargeLength(value.AsString.Length);
            if (value.Kind == CelKind.Bytes) evaluation.ChargeLength(value.AsBytes.Length);
            values[index] = value;
        }

        return evaluation.At(Offset, function.Apply(evaluation, values));
    }
}

/// <summary><c>matches</c> with a pattern that is written in the expression, and compiled with it.</summary>
internal sealed class MatchNode(int offset, CelNode text, CelPattern pattern) : CelNode(offset)
{
    public override CelKind? Result => CelKind.Bool;

    protected override CelValue Run(CelEvaluation evaluation)
    {
        var value = text.Evaluate(evaluation);
        if (value.IsError) return value;
        return value.Kind == CelKind.String
            ? pattern.Test(evaluation, value.AsString)
            : evaluation.Error(Offset, $"“matches” cannot be applied to {value.Kind.Described()}.");
    }
}

internal sealed class ListNode(int offset, CelNode[] items) : CelNode(offset)
{
    public override CelKind? Result => CelKind.List;

    protected override CelValue Run(CelEvaluation evaluation)
    {
        var values = new CelValue[items.Length];
        for (var index = 0; index < values.Length; index++)
        {
            values[index] = items[index].Evaluate(evaluation);
            if (values[index].IsError) return values[index];
        }

        return CelValue.Of(new ArrayList(values));
    }
}

internal sealed class MapNode(int offset, (CelNode Key, CelNode Value)[] entries) : CelNode(offset)
{
    public override CelKind? Result => CelKind.Map;

    protected override CelValue Run(CelEvaluation evaluation)
    {
        var map = new BuiltMap();
        foreach (var entry in entries)
        {
            var key = entry.Key.Evaluate(evaluation);
            if (key.IsError) return key;
            var value = entry.Value.Evaluate(evaluation);
            if (value.IsError) return value;
            if (map.Add(key, value) is { } problem) return evaluation.Error(entry.Key.Offset, problem);
        }

        return CelValue.Of(map);
    }
}

/// <summary><c>cel.bind(name, value, expression)</c>. An error of the value is one where the name is used.</summary>
internal sealed class BindNode(int offset, int slot, CelNode value, CelNode body) : CelNode(offset)
{
    public override CelKind? Result => body.Result;

    protected override CelValue Run(CelEvaluation evaluation)
    {
        evaluation.Locals[slot] = value.Evaluate(evaluation);
        return body.Evaluate(evaluation);
    }
}
