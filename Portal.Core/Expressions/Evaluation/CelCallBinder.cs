using Portal.Core.Expressions.Functions;
using Portal.Core.Expressions.Syntax;

namespace Portal.Core.Expressions.Evaluation;

/// <summary>Binds what is written as a call: macros, functions, methods.</summary>
internal sealed class CelCallBinder(CelBinder binder)
{
    public CelNode Bind(CallSyntax call)
    {
        if (call.Target is null)
            return call.Name == "has" ? Has(call) : Function(call, call.Name, false, call.Arguments);
        if (binder.FunctionPrefix(call.Target) is { } prefix)
        {
            if (prefix == "cel" && call.Name == "bind") return Local(call);
            var name = $"{prefix}.{call.Name}";
            if (CelFunction.Find(name, false) is not null) return Function(call, name, false, call.Arguments);
        }

        return call.Name switch
        {
            "all" => Macro(call, 2, (range, slot, body) => new QuantifierNode(call.Offset, true, range, slot, body[0])),
            "exists" => Macro(call, 2, (range, slot, body) => new QuantifierNode(call.Offset, false, range, slot, body[0])),
            "exists_one" or "existsOne" => Macro(call, 2, (range, slot, body) => new ExistsOneNode(call.Offset, range, slot, body[0])),
            "filter" => Macro(call, 2, (range, slot, body) => new TransformNode(call.Offset, range, slot, body[0], null)),
            "map" when call.Arguments.Count == 3 => Macro(call, 3, (range, slot, body) => new TransformNode(call.Offset, range, slot, body[0], body[1])),
            "map" => Macro(call, 2, (range, slot, body) => new TransformNode(call.Offset, range, slot, null, body[0])),
            _ when IsNamespace(call) => binder.Missing(call.Offset, $"There is no function “{((NameSyntax)call.Target).Name}.{call.Name}”."),
            _ => Function(call, call.Name, true, [call.Target, .. call.Arguments]),
        };
    }

    private bool IsNamespace(CallSyntax call) =>
        binder.FunctionPrefix(call.Target!) is "math" or "cel" && CelFunction.Find(call.Name, true) is null;

    private HasNode Has(CallSyntax call) => call.Arguments is [SelectSyntax field]
        ? new(call.Offset, binder.Bind(field.Operand), field.Field)
        : throw new CelSyntaxException(call.Offset, "“has” takes one argument, a field as in has(data.owner).");

    private CelNode Macro(CallSyntax call, int count, Func<CelNode, int, CelNode[], CelNode> make)
    {
        if (call.Arguments.Count != count)
            throw new CelSyntaxException(call.Offset, $"“{call.Name}” takes the name of a variable and an expression, as in items.{call.Name}(item, item == 1).");
        var range = binder.Bind(call.Target!);
        return binder.With(Variable(call), slot => make(range, slot, [.. call.Arguments.Skip(1).Select(binder.Bind)]));
    }

    private BindNode Local(CallSyntax call)
    {
        if (call.Arguments.Count != 3)
            throw new CelSyntaxException(call.Offset, "“cel.bind” takes the name of a variable, its value, and the expression that uses it.");
        var value = binder.Bind(call.Arguments[1]);
        return binder.With(Variable(call), slot => new BindNode(call.Offset, slot, value, binder.Bind(call.Arguments[2])));
    }

    private static string Variable(CallSyntax call) => call.Arguments[0] is NameSyntax { IsRoot: false } name
        ? name.Name
        : throw new CelSyntaxException(call.Arguments[0].Offset, $"The first argument of “{call.Name}” is the name of its variable.");

    private CelNode Function(CallSyntax call, string name, bool isMethod, IReadOnlyList<CelSyntax> arguments)
    {
        if (!isMethod && arguments.Count == 0 && binder.IsDeclared(name + "()")) return new VariableNode(call.Offset, name + "()");
        var bound = arguments.Select(binder.Bind).ToArray();
        if (CelFunction.Find(name, isMethod) is not { } function)
        {
            var other = CelFunction.Find(name, !isMethod) is null ? "" : isMethod ? $" It is written {name}(value)." : $" It is written value.{name}(…).";
            return binder.Missing(call.Offset, $"There is no {(isMethod ? "method" : "function")} “{name}”.{other}");
        }

        if (function.CountFault(bound.Length) is { } problem) return binder.Missing(call.Offset, problem);
        if (name != "matches" || bound[1] is not LiteralNode { Value: { Kind: CelKind.String } source }) return new CallNode(call.Offset, function, bound);
        return CelPattern.TryCompile(source.AsString, out var pattern, out var fault)
            ? new MatchNode(call.Offset, bound[0], pattern)
            : binder.Missing(bound[1].Offset, fault);
    }
}
