namespace Portal.Core.Expressions;

/// <summary>What an expression may name, and how large it and its evaluation may become.</summary>
internal sealed record CelOptions
{
    public static CelOptions Default { get; } = new();

    /// <summary>
    /// The names that expressions may use; a name with dots stands for the whole of it, one that ends in <c>()</c> for a
    /// function without arguments, as <c>now()</c>. Another name, an unknown function
    /// or a wrong number of arguments is then a fault at compilation. Null: names and functions are looked up when the
    /// expression is evaluated, and what is missing is an error there, which <c>||</c> and <c>&amp;&amp;</c> may absorb.
    /// </summary>
    public IReadOnlySet<string>? Variables { get; init; }

    /// <summary>The type that a result must have; refused at compilation where it is known to be another. Null: any.</summary>
    public CelKind? Result { get; init; }

    /// <summary>Longest source, in UTF-16 code units.</summary>
    public int MostSource { get; init; } = 4096;

    /// <summary>Deepest nesting of an expression. A chain of the same operator, of selections or of calls nests too, <c>&amp;&amp;</c> and <c>||</c> do not.</summary>
    public int MostDepth { get; init; } = 100;

    /// <summary>Steps of one evaluation: one for each part of the expression as often as it is evaluated, and more where long values are built, compared or searched.</summary>
    public int MostSteps { get; init; } = 100_000;

    /// <summary>Largest value that an evaluation builds: UTF-16 code units of a string, bytes, items of a list, entries of a map.</summary>
    public int MostSize { get; init; } = 65_536;

    /// <summary>Options for expressions over these variables, which must give true or false.</summary>
    public static CelOptions Filter(params IEnumerable<string> variables) =>
        new() { Variables = variables.ToHashSet(StringComparer.Ordinal), Result = CelKind.Bool };
}
