using Portal.Core.Expressions;
using Portal.Core.Expressions.Syntax;

namespace Portal.Core.Workflows.Definitions.Checking;

/// <summary>A name of <see cref="WorkflowNames"/> that an expression uses.</summary>
/// <param name="Root">The name itself, as <c>nodes</c>.</param>
/// <param name="Member">What is read of it, where the expression writes it out: <c>fetch</c> in <c>nodes.fetch.output</c> and in <c>nodes["fetch"]</c>.</param>
/// <param name="Offset">Where the member, or else the name, stands in the source.</param>
internal readonly record struct NameUse(string Root, string? Member, int Offset);

/// <summary>Finds the names that an expression uses; those that its macros declare are its own affair.</summary>
internal sealed class ExpressionNames
{
    private static readonly HashSet<string> Macros = new(StringComparer.Ordinal) { "all", "exists", "exists_one", "existsOne", "filter", "map" };
    private readonly List<NameUse> _uses = [];
    private readonly List<string> _locals = [];

    private ExpressionNames()
    {
    }

    /// <summary>The names in an expression that compiles.</summary>
    public static IReadOnlyList<NameUse> Of(string source)
    {
        var names = new ExpressionNames();
        names.Walk(CelParser.Parse(source, WorkflowNames.Options.MostDepth));
        return names._uses;
    }

    private void Walk(CelSyntax syntax)
    {
        switch (syntax)
        {
            case NameSyntax name: Add(name, null, name.Offset); break;
            case SelectSyntax { Operand: NameSyntax root } select: Add(root, select.Field, select.Offset); break;
            case SelectSyntax select: Walk(select.Operand); break;
            case IndexSyntax { Operand: NameSyntax root, Key: LiteralSyntax { Value.Kind: CelKind.String } key }: Add(root, key.Value.AsString, key.Offset); break;
            case IndexSyntax index: Walk([index.Operand, index.Key]); break;
            case CallSyntax call: Walk(call); break;
            case ListSyntax list: Walk(list.Items); break;
            case MapSyntax map: Walk(map.Entries.SelectMany(entry => new[] { entry.Key, entry.Value })); break;
            case UnarySyntax unary: Walk(unary.Operand); break;
            case BinarySyntax binary: Walk([binary.Left, binary.Right]); break;
            case LogicSyntax logic: Walk(logic.Operands); break;
            case ConditionalSyntax choice: Walk([choice.Condition, choice.Then, choice.Else]); break;
        }
    }

    private void Walk(CallSyntax call)
    {
        if (call is { Name: "bind", Target: NameSyntax { Name: "cel" }, Arguments: [NameSyntax bound, var value, var body] })
        {
            Walk(value);
            WalkWith(bound.Name, [body]);
            return;
        }

        if (call.Target is { } target) Walk(target);
        if (call is { Target: not null, Arguments: [NameSyntax variable, _, ..] } && Macros.Contains(call.Name)) WalkWith(variable.Name, call.Arguments.Skip(1));
        else Walk(call.Arguments);
    }

    private void WalkWith(string local, IEnumerable<CelSyntax> parts)
    {
        _locals.Add(local);
        Walk(parts);
        _locals.RemoveAt(_locals.Count - 1);
    }

    private void Walk(IEnumerable<CelSyntax> parts)
    {
        foreach (var part in parts) Walk(part);
    }

    private void Add(NameSyntax root, string? member, int offset)
    {
        if (WorkflowNames.All.Contains(root.Name) && (root.IsRoot || !_locals.Contains(root.Name))) _uses.Add(new(root.Name, member, offset));
    }
}
