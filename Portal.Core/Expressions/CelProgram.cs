using System.Diagnostics.CodeAnalysis;
using Portal.Core.Expressions.Evaluation;
using Portal.Core.Expressions.Syntax;

namespace Portal.Core.Expressions;

/// <summary>
/// A compiled expression of the Common Expression Language (github.com/google/cel-spec). Immutable; threads may evaluate one at
/// a time. It reaches nothing but the values it is given, and what it may cost is bounded: see <see cref="CelOptions"/>.
/// </summary>
internal sealed class CelProgram
{
    private readonly CelNode _root;
    private readonly CelOptions _options;
    private readonly int _locals;

    private CelProgram(string source, CelNode root, CelOptions options, int locals)
    {
        Source = source;
        _root = root;
        _options = options;
        _locals = locals;
    }

    public string Source { get; }

    /// <summary>Compiles an expression.</summary>
    /// <param name="fault">What is wrong with the source, and where.</param>
    public static bool TryCompile(string source, CelOptions options, [NotNullWhen(true)] out CelProgram? program, [NotNullWhen(false)] out CelFault? fault)
    {
        (program, fault) = (null, null);
        try
        {
            RequireReadable(source, options);
            var binder = new CelBinder(options);
            var root = binder.Bind(CelParser.Parse(source, options.MostDepth));
            if (options.Result is { } wanted && root.Result is { } result && result != wanted)
                throw new CelSyntaxException(root.Offset, $"The expression gives {result.Described()} where {wanted.Described()} is needed.");
            program = new(source, root, options, binder.MostLocals);
            return true;
        }
        catch (CelSyntaxException problem)
        {
            fault = new(source, problem.Offset, problem.Message);
            return false;
        }
    }

    /// <summary>Evaluates the expression; an error is a value too, and its <see cref="CelValue.Fault"/> says what and where.</summary>
    public CelValue Evaluate(IReadOnlyDictionary<string, CelValue> variables)
    {
        var evaluation = new CelEvaluation(Source, _options, variables, _locals);
        try
        {
            return _root.Evaluate(evaluation);
        }
        catch (CelBudgetException)
        {
            return evaluation.Error(0, $"The expression takes more than {_options.MostSteps} steps with these values.");
        }
    }

    /// <summary>Whether the expression is true. False also where it has another value or none; <paramref name="fault"/> then says why.</summary>
    public bool Test(IReadOnlyDictionary<string, CelValue> variables, out CelFault? fault)
    {
        var value = Evaluate(variables);
        fault = value.IsError ? value.Fault
            : value.Kind == CelKind.Bool ? null
            : new(Source, 0, $"The expression gives {value.Kind.Described()} where a bool is needed.");
        return value.IsTrue;
    }

    private static void RequireReadable(string source, CelOptions options)
    {
        if (source.Length > options.MostSource) throw new CelSyntaxException(options.MostSource, $"The expression is longer than {options.MostSource} characters.");
        for (var index = 0; index < source.Length; index++)
        {
            if (!char.IsSurrogate(source[index])) continue;
            if (index + 1 == source.Length || !char.IsSurrogatePair(source[index], source[index + 1]))
                throw new CelSyntaxException(index, "The text is not well-formed Unicode.");
            index++;
        }
    }
}
