using System.Text;
using Portal.Core.Expressions.Evaluation;

namespace Portal.Core.Expressions.Functions;

/// <summary>The functions of cel-go's extension for texts that filters and mappings need. Positions count characters (code points) from 0.</summary>
internal static class CelTextExtensions
{
    private const string OutOfRange = "The position is outside of the text.";

    public static IEnumerable<CelFunction> All =>
    [
        Of("lowerAscii", CelKind.String, 1, 1, (_, a) => CelValue.Of(Ascii(a[0].AsString, char.IsAsciiLetterUpper))),
        Of("upperAscii", CelKind.String, 1, 1, (_, a) => CelValue.Of(Ascii(a[0].AsString, char.IsAsciiLetterLower))),
        Of("trim", CelKind.String, 1, 1, (_, a) => CelValue.Of(a[0].AsString.Trim())),
        Of("reverse", CelKind.String, 1, 1, (_, a) => CelValue.Of(Reversed(a[0].AsString))),
        Of("charAt", CelKind.String, 2, 2, CharAt, CelKind.Int),
        Of("substring", CelKind.String, 2, 3, Substring, CelKind.Int, CelKind.Int),
        Of("indexOf", CelKind.Int, 2, 3, IndexOf, CelKind.String, CelKind.Int),
        Of("lastIndexOf", CelKind.Int, 2, 3, LastIndexOf, CelKind.String, CelKind.Int),
        Of("replace", CelKind.String, 3, 4, Replace, CelKind.String, CelKind.String, CelKind.Int),
        Of("split", CelKind.List, 2, 3, Split, CelKind.String, CelKind.Int),
        Join(),
    ];

    private static CelFunction Of(string name, CelKind result, int least, int most, Func<CelEvaluation, CelValue[], CelValue> apply, params CelKind[] more)
    {
        CelKind[] kinds = [CelKind.String, .. more];
        CelFunction? self = null;
        return self = new(name, true, least, most, result, (evaluation, arguments) =>
            arguments.Select(argument => argument.Kind).SequenceEqual(kinds[..arguments.Length]) ? apply(evaluation, arguments) : self!.NoOverload(arguments));
    }

    private static string Ascii(string text, Func<char, bool> turns) =>
        string.Create(text.Length, (text, turns), static (span, state) =>
        {
            for (var index = 0; index < span.Length; index++)
                span[index] = state.turns(state.text[index]) ? (char)(state.text[index] ^ 0x20) : state.text[index];
        });

    private static string Reversed(string text)
    {
        var result = text.ToCharArray();
        Array.Reverse(result);
        for (var index = 1; index < result.Length; index++)
        {
            if (char.IsSurrogatePair(result[index], result[index - 1])) (result[index - 1], result[index]) = (result[index], result[index - 1]);
        }

        return new string(result);
    }

    private static CelValue CharAt(CelEvaluation evaluation, CelValue[] arguments)
    {
        var text = arguments[0].AsString;
        if (Place(text, arguments[1].AsInt) is not { } place) return CelValue.Failure(OutOfRange);
        return CelValue.Of(place == text.Length ? "" : Rune.TryGetRuneAt(text, place, out var rune) ? rune.ToString() : text[place].ToString());
    }

    private static CelValue Substring(CelEvaluation evaluation, CelValue[] arguments)
    {
        var text = arguments[0].AsString;
        if (Place(text, arguments[1].AsInt) is not { } from) return CelValue.Failure(OutOfRange);
        var to = arguments.Length == 3 ? Place(text, arguments[2].AsInt) : text.Length;
        return to is { } end && end >= from ? CelValue.Of(text[from..end]) : CelValue.Failure(OutOfRange);
    }

    private static CelValue IndexOf(CelEvaluation evaluation, CelValue[] arguments)
    {
        var (text, part) = (arguments[0].AsString, arguments[1].AsString);
        CelTextFunctions.ChargeSearch(evaluation, text, part);
        if (Place(text, arguments.Length == 3 ? arguments[2].AsInt : 0) is not { } from) return CelValue.Failure(OutOfRange);
        return Position(text, text.IndexOf(part, from, StringComparison.Ordinal));
    }

    private static CelValue LastIndexOf(CelEvaluation evaluation, CelValue[] arguments)
    {
        var (text, part) = (arguments[0].AsString, arguments[1].AsString);
        CelTextFunctions.ChargeSearch(evaluation, text, part);
        if (arguments.Length == 2) return Position(text, text.LastIndexOf(part, StringComparison.Ordinal));
        if (Place(text, arguments[2].AsInt) is not { } last) return CelValue.Failure(OutOfRange);
        return Position(text, text.AsSpan(0, (int)Math.Min(text.Length, (long)last + part.Length)).LastIndexOf(part, StringComparison.Ordinal));
    }

    private static CelValue Replace(CelEvaluation evaluation, CelValue[] arguments)
    {
        var (text, part, by) = (arguments[0].AsString, arguments[1].AsString, arguments[2].AsString);
        var most = arguments.Length == 4 && arguments[3].AsInt >= 0 ? arguments[3].AsInt : long.MaxValue;
        CelTextFunctions.ChargeSearch(evaluation, text, part);
        var result = new StringBuilder();
        var at = 0;
        for (var count = 0L; count < most; count++)
        {
            // An empty part is found before each character and at the end.
            var found = part.Length > 0 ? text.IndexOf(part, at, StringComparison.Ordinal) : count == 0 ? 0 : at < text.Length ? at + Width(text, at) : -1;
            if (found < 0) break;
            result.Append(text, at, found - at).Append(by);
            at = found + part.Length;
            evaluation.Charge(1);
            if (evaluation.Build(result.Length, int.MaxValue) is { } tooLarge) return tooLarge;
        }

        result.Append(text, at, text.Length - at);
        return evaluation.Build(result.Length, 64) ?? CelValue.Of(result.ToString());
    }

    private static CelValue Split(CelEvaluation evaluation, CelValue[] arguments)
    {
        var (text, separator) = (arguments[0].AsString, arguments[1].AsString);
        var most = arguments.Length == 3 && arguments[2].AsInt >= 0 ? (int)Math.Min(arguments[2].AsInt, int.MaxValue) : int.MaxValue;
        CelTextFunctions.ChargeSearch(evaluation, text, separator);
        var parts = most == 0 ? [] : separator.Length > 0 ? text.Split(separator, most) : Characters(text, most);
        return evaluation.Build(parts.Length, 1) ?? CelValue.Of(new ArrayList([.. parts.Select(CelValue.Of)]));
    }

    private static string[] Characters(string text, int most)
    {
        var parts = new List<string>();
        var at = 0;
        while (at < text.Length)
        {
            var width = parts.Count == most - 1 ? text.Length - at : Width(text, at);
            parts.Add(text.Substring(at, width));
            at += width;
        }

        return [.. parts];
    }

    private static CelFunction Join()
    {
        CelFunction? self = null;
        return self = new("join", true, 1, 2, CelKind.String, (evaluation, arguments) =>
        {
            if (arguments[0].Kind != CelKind.List || (arguments.Length == 2 && arguments[1].Kind != CelKind.String)) return self!.NoOverload(arguments);
            var separator = arguments.Length == 2 ? arguments[1].AsString : "";
            var result = new StringBuilder();
            foreach (var (index, item) in arguments[0].AsList.Items.Index())
            {
                if (item.IsError) return item;
                if (item.Kind != CelKind.String) return CelValue.Failure($"“join” needs texts, and an item is {item.Kind.Described()}.");
                if (index > 0) result.Append(separator);
                result.Append(item.AsString);
                evaluation.Charge(1);
                if (evaluation.Build(result.Length, int.MaxValue) is { } tooLarge) return tooLarge;
            }

            return evaluation.Build(result.Length, 64) ?? CelValue.Of(result.ToString());
        });
    }

    // The code unit at which a character begins; the text's length for the place behind its last.
    private static int? Place(string text, long characters)
    {
        if (characters < 0 || characters > text.Length) return null;
        var at = 0;
        for (; characters > 0 && at < text.Length; characters--) at += Width(text, at);
        return characters == 0 ? at : null;
    }

    private static CelValue Position(string text, int place) => CelValue.Of(place < 0 ? -1L : CelTextFunctions.CountOf(text[..place]));

    private static int Width(string text, int at) => at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]) ? 2 : 1;
}
