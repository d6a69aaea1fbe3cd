namespace Portal.Core.Expressions.Evaluation;

/// <summary>A chain of <c>&amp;&amp;</c> or <c>||</c>: an operand that decides does so whatever the others are, errors included, and in whatever order they stand.</summary>
internal sealed class LogicNode(int offset, bool isAnd, CelNode[] operands) : CelNode(offset)
{
    public override CelKind? Result => CelKind.Bool;

    protected override CelValue Run(CelEvaluation evaluation)
    {
        CelValue? problem = null;
        foreach (var operand in operands)
        {
            var value = operand.Evaluate(evaluation);
            if (isAnd ? value.IsFalse : value.IsTrue) return value;
            if (value.Kind != CelKind.Bool) problem ??= NeedsBool(evaluation, operand, value);
        }

        return problem ?? CelValue.Of(isAnd);
    }
}

internal sealed class NotNode(int offset, CelNode operand) : CelNode(offset)
{
    public override CelKind? Result => CelKind.Bool;

    protected override CelValue Run(CelEvaluation evaluation)
    {
        var value = operand.Evaluate(evaluation);
        return value.Kind == CelKind.Bool ? CelValue.Of(!value.IsTrue) : NeedsBool(evaluation, operand, value);
    }
}

internal sealed class NegateNode(int offset, CelNode operand) : CelNode(offset)
{
    public override CelKind? Result => operand.Result;

    protected override CelValue Run(CelEvaluation evaluation)
    {
        var value = operand.Evaluate(evaluation);
        return value.IsError ? value : evaluation.At(Offset, CelArithmetic.Negate(value));
    }
}

internal sealed class ConditionalNode(int offset, CelNode condition, CelNode then, CelNode otherwise) : CelNode(offset)
{
    public override CelKind? Result => then.Result == otherwise.Result ? then.Result : null;

    protected override CelValue Run(CelEvaluation evaluation)
    {
        var value = condition.Evaluate(evaluation);
        if (value.Kind != CelKind.Bool) return NeedsBool(evaluation, condition, value);
        return (value.IsTrue ? then : otherwise).Evaluate(evaluation);
    }
}

/// <summary>An operator of two operands, both of which need a value.</summary>
internal abstract class BinaryNode(int offset, CelNode left, CelNode right) : CelNode(offset)
{
    protected override CelValue Run(CelEvaluation evaluation)
    {
        var one = left.Evaluate(evaluation);
        if (one.IsError) return one;
        var other = right.Evaluate(evaluation);
        return other.IsError ? other : evaluation.At(Offset, Apply(evaluation, one, other));
    }

    protected abstract CelValue Apply(CelEvaluation evaluation, in CelValue left, in CelValue right);
}

internal sealed class EqualNode(int offset, bool isEqual, CelNode left, CelNode right) : BinaryNode(offset, left, right)
{
    public override CelKind? Result => CelKind.Bool;

    protected override CelValue Apply(CelEvaluation evaluation, in CelValue left, in CelValue right)
    {
        var value = CelOrder.AreEqual(evaluation, left, right);
        return isEqual || value.IsError ? value : CelValue.Of(!value.IsTrue);
    }
}

internal sealed class OrderNode(int offset, string sign, CelNode left, CelNode right) : BinaryNode(offset, left, right)
{
    private readonly bool _less = sign[0] == '<';
    private readonly bool _orEqual = sign.Length == 2;

    public override CelKind? Result => CelKind.Bool;

    protected override CelValue Apply(CelEvaluation evaluation, in CelValue left, in CelValue right)
    {
        if (CelOrder.Compare(evaluation, left, right) is { } order)
            return CelValue.Of(order == 0 ? _orEqual : order < 0 == _less);
        return left.IsNumber && right.IsNumber ? CelValue.False : CelArithmetic.NoOverload(sign, left, right);
    }
}

internal sealed class InNode(int offset, CelNode left, CelNode right) : BinaryNode(offset, left, right)
{
    public override CelKind? Result => CelKind.Bool;

    protected override CelValue Apply(CelEvaluation evaluation, in CelValue left, in CelValue right) => CelOrder.Contains(evaluation, right, left);
}

internal sealed class ArithmeticNode(int offset, string sign, CelNode left, CelNode right) : BinaryNode(offset, left, right)
{
    // A timestamp less another is a duration; all else keeps its type.
    public override CelKind? Result { get; } = left.Result == right.Result && left.Result != CelKind.Timestamp ? left.Result : null;

    protected override CelValue Apply(CelEvaluation evaluation, in CelValue left, in CelValue right) => CelArithmetic.Apply(evaluation, sign, left, right);
}
