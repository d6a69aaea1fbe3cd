using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;
using Portal.Core.Expressions.Evaluation;

namespace Portal.Core.Expressions.Functions;

/// <summary>
/// Regular expressions of RE2, which CEL prescribes, run by .NET without backtracking: the time is in proportion to text and pattern,
/// whatever they are. What both write alike and mean otherwise is translated: classes are of ASCII, <c>$</c> is the very end,
/// a character is a code point.
/// </summary>
internal sealed class CelPattern
{
    public const int CompilationCost = 2000;
    private const int Longest = 500;
    private const string AnyRune = @"(?:[\uD800-\uDBFF][\uDC00-\uDFFF]|";

    private readonly string _source;
    private readonly StringBuilder _result = new();
    private readonly PatternWeight _weight = new();
    private readonly Regex _regex;
    private int _at;

    private CelPattern(string source)
    {
        _source = source;
        _regex = new Regex(Translate(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    }

    /// <param name="problem">A sentence about the pattern.</param>
    public static bool TryCompile(string source, [NotNullWhen(true)] out CelPattern? pattern, [NotNullWhen(false)] out string? problem)
    {
        (pattern, problem) = (null, source.Length > Longest ? $"The pattern is longer than {Longest} characters." : null);
        if (problem is not null) return false;
        try
        {
            pattern = new CelPattern(source);
            return true;
        }
        catch (NotSupportedException)
        {
            problem = "The pattern is too large, or has a character beyond U+FFFF between “[” and “]”.";
            return false;
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException)
        {
            problem = "The text is no regular expression.";
            return false;
        }
    }

    // At worst each character is held against every place of the pattern; a short pattern's places cost next to nothing.
    public CelValue Test(CelEvaluation evaluation, string text)
    {
        evaluation.Charge(8 + (text.Length * Math.Max(4, _weight.Total) >> 4));
        return CelValue.Of(_regex.IsMatch(text));
    }

    private string Translate()
    {
        // A flag holds to the end of its group.
        var groups = new Stack<(bool All, bool Lines)>([(false, false)]);
        while (_at < _source.Length)
        {
            var character = _source[_at];
            switch (character)
            {
                case '\\':
                    Escape(false);
                    _weight.Add();
                    break;
                case '[':
                    Class();
                    _weight.Add();
                    break;
                case '(':
                    groups.Push(Group(groups.Peek(), out var isFlag));
                    if (isFlag)
                    {
                        var flags = groups.Pop();
                        groups.Pop();
                        groups.Push(flags);
                    }
                    else
                    {
                        _weight.Open();
                    }

                    break;
                case ')':
                    if (groups.Count == 1) throw new FormatException("Unbalanced.");
                    groups.Pop();
                    _weight.Close();
                    Copy(1);
                    break;
                case '.':
                    _result.Append(AnyRune).Append(groups.Peek().All ? @"[^\uD800-\uDFFF])" : @"[^\n\uD800-\uDFFF])");
                    _weight.Add();
                    _at++;
                    break;
                case '{' when PatternWeight.Count(_source.AsSpan(_at)) is { } count:
                    _weight.Repeat(count);
                    Copy(1);
                    break;
                case '$' when !groups.Peek().Lines:
                    _result.Append(@"\z");
                    _at++;
                    break;
                default:
                    Rune();
                    _weight.Add();
                    break;
            }
        }

        return _result.ToString();
    }

    // (?P<name>, (?<name>, (?:, (?flags) and (?flags: are known; the rest of (? is for .NET to refuse.
    private (bool All, bool Lines) Group((bool All, bool Lines) flags, out bool isFlag)
    {
        isFlag = false;
        if (At(1) != '?')
        {
            Copy(1);
            return flags;
        }

        if (At(2) == 'P' && At(3) == '<')
        {
            _result.Append("(?<");
            _at += 4;
            return flags;
        }

        if (At(2) is ':' or '<')
        {
            Copy(3);
            return flags;
        }

        var end = _at + 2;
        var value = true;
        for (; end < _source.Length && _source[end] is 'i' or 's' or 'm' or '-'; end++)
        {
            if (_source[end] == '-') value = false;
            else if (_source[end] == 's') flags.All = value;
            else if (_source[end] == 'm') flags.Lines = value;
        }

        if (end >= _source.Length || _source[end] is not (')' or ':') || end == _at + 2) throw new FormatException("Unknown group.");
        isFlag = _source[end] == ')';
        Copy(end - _at + 1);
        return flags;
    }

    private void Escape(bool isInClass)
    {
        var next = At(1);
        var replacement = next switch
        {
            'd' => isInClass ? "0-9" : "[0-9]",
            'w' => isInClass ? "0-9A-Za-z_" : "[0-9A-Za-z_]",
            's' => isInClass ? @"\t\n\f\r " : @"[\t\n\f\r ]",
            'D' when !isInClass => AnyRune + @"[^0-9\uD800-\uDFFF])",
            'W' when !isInClass => AnyRune + @"[^0-9A-Za-z_\uD800-\uDFFF])",
            'S' when !isInClass => AnyRune + @"[^\t\n\f\r \uD800-\uDFFF])",
            _ => null,
        };
        if (replacement is not null)
        {
            _result.Append(replacement);
            _at += 2;
        }
        else if (next == 'x' && At(2) == '{')
        {
            Code(isInClass);
        }
        else if (next == 'p' || next == 'P' || next == 'x' || next == '\0' || "AzbBafnrtvDWS".Contains(next, StringComparison.Ordinal) || (char.IsAscii(next) && !char.IsAsciiLetterOrDigit(next)))
        {
            if (next is 'p' or 'P' && At(2) != '{')
            {
                _result.Append('\\').Append(next).Append('{').Append(At(2)).Append('}');
                _at += 3;
            }
            else
            {
                Copy(2);
            }
        }
        else
        {
            throw new FormatException("Unknown escape.");
        }
    }

    private void Code(bool isInClass)
    {
        var end = _source.IndexOf('}', _at);
        if (end < 0 || !int.TryParse(_source.AsSpan(_at + 3, end - _at - 3), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var code) || !System.Text.Rune.IsValid(code))
            throw new FormatException("Unknown code.");
        var text = char.ConvertFromUtf32(code);
        if (text.Length > 1 && isInClass) throw new NotSupportedException();
        _result.Append(text.Length > 1 ? $"(?:{text})" : Regex.Escape(text));
        _at = end + 1;
    }

    private void Class()
    {
        var start = _result.Length;
        var isNegative = At(1) == '^';
        Copy(isNegative ? 2 : 1);
        if (isNegative) _result.Insert(start, AnyRune).Append(@"\uD800-\uDFFF");
        if (At(0) == ']')
        {
            _result.Append(@"\]");
            _at++;
        }

        while (At(0) != ']')
        {
            if (_at >= _source.Length) throw new FormatException("Unclosed.");
            if (At(0) == '\\') Escape(true);
            else if (At(0) == '[' && At(1) == ':') Posix();
            else if (At(0) == '[') Replace(@"\[");
            else if (char.IsSurrogate(At(0))) throw new NotSupportedException();
            else Copy(1);
        }

        Copy(1);
        if (isNegative) _result.Append(')');
    }

    private void Posix()
    {
        var end = _source.IndexOf(":]", _at, StringComparison.Ordinal);
        var name = end < 0 ? "" : _source[(_at + 2)..end];
        _result.Append(name switch
        {
            "alpha" => "A-Za-z",
            "digit" => "0-9",
            "alnum" => "0-9A-Za-z",
            "upper" => "A-Z",
            "lower" => "a-z",
            "space" => @"\t\n\v\f\r ",
            "punct" => @"!-/:-@\[-`{-~",
            "word" => "0-9A-Za-z_",
            "xdigit" => "0-9A-Fa-f",
            _ => throw new FormatException("Unknown class."),
        });
        _at = end + 2;
    }

    private void Rune()
    {
        if (char.IsHighSurrogate(At(0)) && char.IsLowSurrogate(At(1)))
        {
            _result.Append("(?:").Append(_source, _at, 2).Append(')');
            _at += 2;
        }
        else
        {
            Copy(1);
        }
    }

    private void Replace(string by)
    {
        _result.Append(by);
        _at++;
    }

    private void Copy(int count)
    {
        count = Math.Min(count, _source.Length - _at);
        _result.Append(_source, _at, count);
        _at += count;
    }

    private char At(int offset) => _at + offset < _source.Length ? _source[_at + offset] : '\0';
}
