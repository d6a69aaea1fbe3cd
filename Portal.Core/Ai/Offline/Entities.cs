using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Portal.Core.Ai.Offline;

/// <summary>What can be found in a text by its form, in the order of appearance.</summary>
internal sealed partial record Entities(IReadOnlyList<string> Emails, IReadOnlyList<string> Urls, IReadOnlyList<string> Amounts, IReadOnlyList<string> Dates, IReadOnlyList<string> Phones)
{
    private const int MostOfAKind = 100;
    private const int FewestDigits = 7;
    private const int MostDigits = 15;

    public static Entities In(string text)
    {
        var dates = All(Date(), text);
        // A date is made of digits and dashes too.
        var phones = All(Phone(), Date().Replace(text, " ")).Where(phone => phone.Count(char.IsAsciiDigit) is >= FewestDigits and <= MostDigits);
        return new(All(Email(), text), All(Url(), text), All(Amount(), text), dates, [.. phones]);
    }

    public JsonObject AsJson(IEnumerable<string> keywords) => new()
    {
        ["emails"] = List(Emails), ["urls"] = List(Urls), ["amounts"] = List(Amounts), ["dates"] = List(Dates), ["phones"] = List(Phones), ["keywords"] = List(keywords),
    };

    private static JsonArray List(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];

    private static List<string> All(Regex pattern, string text) =>
        [.. pattern.Matches(text).Select(match => match.Value.Trim().TrimEnd('.', ',', ';', ')')).Distinct(StringComparer.Ordinal).Take(MostOfAKind)];

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;
    private const string Number = @"\d{1,3}(,\d{3})+(\.\d{1,2})?|\d+([.,]\d{1,2})?";
    private const string Month = "(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?)";

    [GeneratedRegex(@"[a-z0-9._%+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+", Options)]
    private static partial Regex Email();

    [GeneratedRegex(@"https?://[^\s<>""']+", Options)]
    private static partial Regex Url();

    [GeneratedRegex($@"[$€£¥] ?({Number})\b|\b(usd|eur|gbp|chf|jpy|cad|aud) ?({Number})\b|\b({Number}) ?(usd|eur|gbp|chf|jpy|cad|aud|dollars?|euros?|pounds?)\b|\b({Number}) ?[€£]", Options)]
    private static partial Regex Amount();

    [GeneratedRegex($@"\b\d{{4}}-\d{{2}}-\d{{2}}\b|\b\d{{1,2}}[./]\d{{1,2}}[./]\d{{4}}\b|\b{Month}\.? \d{{1,2}}(st|nd|rd|th)?(,? \d{{4}})?\b|\b\d{{1,2}}(st|nd|rd|th)? {Month}\.?( \d{{4}})?\b", Options)]
    private static partial Regex Date();

    [GeneratedRegex(@"\+?\(?\d[\d ().-]{5,20}\d", Options)]
    private static partial Regex Phone();
}
