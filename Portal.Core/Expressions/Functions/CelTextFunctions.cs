using Portal.Core.Expressions.Evaluation;

namespace Portal.Core.Expressions.Functions;

/// <summary>The standard functions of texts, bytes, lists and maps. A text's size is counted in characters (code points).</summary>
internal static class CelTextFunctions
{
    public static IEnumerable<CelFunction> All =>
    [
        Size(false),
        Size(true),
        Test("contains", (evaluation, text, part) => Contains(evaluation, text, part)),
        Test("startsWith", (_, text, part) => text.StartsWith(part, StringComparison.Ordinal)),
        Test("endsWith", (_, text, part) => text.EndsWith(part, StringComparison.Ordinal)),
        Matches(false),
        Matches(true),
    ];

    public static int CountOf(string text)
    {
        var low = 0;
        foreach (var character in text)
        {
            if (char.IsLowSurrogate(character)) low++;
        }

        return text.Length - low;
    }

    /// <summary>Searching takes the product of both lengths at worst.</summary>
    public static void ChargeSearch(CelEvaluation evaluation, string text, string part) => evaluation.Charge(((long)text.Length >> 6) * (part.Length >> 6));

    private static bool Contains(CelEvaluation evaluation, string text, string part)
    {
        ChargeSearch(evaluation, text, part);
        return text.Contains(part, StringComparison.Ordinal);
    }

    private static CelValue CountOf(CelEvaluation evaluation, CelMap map)
    {
        evaluation.Charge(map.WalkCost);
        return CelValue.Of((long)map.Count);
    }

    private static CelFunction Size(bool isMethod)
    {
        CelFunction? self = null;
        return self = new("size", isMethod, 1, 1, CelKind.Int, (evaluation, arguments) => arguments[0].Kind switch
        {
            CelKind.String => CelValue.Of((long)CountOf(arguments[0].AsString)),
            CelKind.Bytes => CelValue.Of((long)arguments[0].AsBytes.Length),
            CelKind.List => CelValue.Of((long)arguments[0].AsList.Count),
            CelKind.Map => CountOf(evaluation, arguments[0].AsMap),
            _ => self!.NoOverload(arguments),
        });
    }

    private static CelFunction Test(string name, Func<CelEvaluation, string, string, bool> test)
    {
        CelFunction? self = null;
        return self = new(name, true, 2, 2, CelKind.Bool, (evaluation, arguments) =>
            arguments[0].Kind == CelKind.String && arguments[1].Kind == CelKind.String
                ? CelValue.Of(test(evaluation, arguments[0].AsString, arguments[1].AsString))
                : self!.NoOverload(arguments));
    }

    // A pattern that is written in the expression is compiled with it: see MatchNode.
    private static CelFunction Matches(bool isMethod)
    {
        CelFunction? self = null;
        return self = new("matches", isMethod, 2, 2, CelKind.Bool, (evaluation, arguments) =>
        {
            if (arguments[0].Kind != CelKind.String || arguments[1].Kind != CelKind.String) return self!.NoOverload(arguments);
            evaluation.Charge(CelPattern.CompilationCost);
            return CelPattern.TryCompile(arguments[1].AsString, out var pattern, out var problem)
                ? pattern.Test(evaluation, arguments[0].AsString)
                : CelValue.Failure(problem);
        });
    }
}
