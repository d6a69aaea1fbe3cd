namespace Portal.Core.Expressions.Evaluation;

/// <summary>A macro over the items of a list or the keys of a map, each of which its variable holds in turn.</summary>
internal abstract class MacroNode(int offset, CelNode range, int slot) : CelNode(offset)
{
    protected override CelValue Run(CelEvaluation evaluation)
    {
        var value = range.Evaluate(evaluation);
        switch (value.Kind)
        {
            case CelKind.Error:
                return value;
            case CelKind.List:
                return Over(evaluation, value.AsList.Items);
            case CelKind.Map:
                evaluation.Charge(value.AsMap.WalkCost);
                return Over(evaluation, value.AsMap.Keys);
            default:
                return evaluation.Error(range.Offset, $"A list or a map is needed here, and this is {value.Kind.Described()}.");
        }
    }

    protected abstract CelValue Over(CelEvaluation evaluation, IEnumerable<CelValue> items);

    protected CelValue With(CelEvaluation evaluation, in CelValue item, CelNode body)
    {
        evaluation.ChargeReading(item);
        evaluation.Locals[slot] = item;
        return body.Evaluate(evaluation);
    }
}

/// <summary><c>all</c> and <c>exists</c>: as <c>&amp;&amp;</c> and <c>||</c> of the conditions.</summary>
internal sealed class QuantifierNode(int offset, bool isAll, CelNode range, int slot, CelNode condition) : MacroNode(offset, range, slot)
{
    public override CelKind? Result => CelKind.Bool;

    protected override CelValue Over(CelEvaluation evaluation, IEnumerable<CelValue> items)
    {
        CelValue? problem = null;
        foreach (var item in items)
        {
            var value = With(evaluation, item, condition);
            if (isAll ? value.IsFalse : value.IsTrue) return value;
            if (value.Kind != CelKind.Bool) problem ??= NeedsBool(evaluation, condition, value);
        }

        return problem ?? CelValue.Of(isAll);
    }
}

/// <summary><c>exists_one</c>: an error of any condition is one of the whole.</summary>
internal sealed class ExistsOneNode(int offset, CelNode range, int slot, CelNode condition) : MacroNode(offset, range, slot)
{
    public override CelKind? Result => CelKind.Bool;

    protected override CelValue Over(CelEvaluation evaluation, IEnumerable<CelValue> items)
    {
        var count = 0;
        foreach (var item in items)
        {
            var value = With(evaluation, item, condition);
            if (value.Kind != CelKind.Bool) return NeedsBool(evaluation, condition, value);
            if (value.IsTrue) count++;
        }

        return CelValue.Of(count == 1);
    }
}

/// <summary><c>filter</c> and <c>map</c>, which may have a condition too.</summary>
internal sealed class TransformNode(int offset, CelNode range, int slot, CelNode? condition, CelNode? transform) : MacroNode(offset, range, slot)
{
    public override CelKind? Result => CelKind.List;

    protected override CelValue Over(CelEvaluation evaluation, IEnumerable<CelValue> items)
    {
        var result = new List<CelValue>();
        foreach (var item in items)
        {
            if (condition is not null)
            {
                var value = With(evaluation, item, condition);
                if (value.Kind != CelKind.Bool) return NeedsBool(evaluation, condition, value);
                if (!value.IsTrue) continue;
            }

            var kept = evaluation.At(Offset, transform is null ? item : With(evaluation, item, transform));
            if (kept.IsError) return kept;
            result.Add(kept);
            if (evaluation.Build(result.Count, int.MaxValue) is { } tooLarge) return evaluation.At(Offset, tooLarge);
        }

        return CelValue.Of(new ArrayList([.. result]));
    }
}
