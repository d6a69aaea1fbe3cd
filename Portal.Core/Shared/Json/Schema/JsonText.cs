using System.Globalization;
using System.Text.Json;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Shared.Json.Schema;

/// <summary>JSON that every program reads alike: UTF-8 throughout, no name twice in an object, no number beyond a double, no half of a surrogate pair. To be asked before anything else reads the value's text, which may throw.</summary>
internal static class JsonText
{
    private const int LongestNumber = 400;

    /// <summary>The first place where a value is not; null where there is none.</summary>
    public static FieldFault? Fault(JsonElement value, string path)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return IsReadable(() => value.GetString()) ? null : new(path, "is not well-formed Unicode.");
            case JsonValueKind.Number:
                return IsUsable(value.GetRawText()) ? null : new(path, "is a number beyond what programs can hold.");
            case JsonValueKind.Array:
                return value.EnumerateArray().Index().Select(item => Fault(item.Item, $"{path}[{item.Index}]")).FirstOrDefault(fault => fault is not null);
            case JsonValueKind.Object:
                var names = new HashSet<string>(StringComparer.Ordinal);
                foreach (var field in value.EnumerateObject())
                {
                    if (!IsReadable(() => field.Name)) return new(path, "has a field whose name is not well-formed Unicode.");
                    if (!names.Add(field.Name)) return new($"{path}.{field.Name}", "is given twice.");
                    if (Fault(field.Value, $"{path}.{field.Name}") is { } fault) return fault;
                }

                return null;
            default:
                return null;
        }
    }

    // Comparing numbers of huge exponents throws; a double ends at 308.
    private static bool IsUsable(string number)
    {
        var exponent = number.AsSpan().IndexOfAny('e', 'E');
        return number.Length <= LongestNumber
            && (exponent < 0 || (int.TryParse(number.AsSpan(exponent + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var power) && Math.Abs(power) <= 308));
    }

    private static bool IsReadable(Func<string?> read)
    {
        try
        {
            return read() is { } text && Faults.IsStorable(text.Replace("\0", "", StringComparison.Ordinal));
        }
        catch (InvalidOperationException)
        {
            // What System.Text.Json says of half a surrogate pair and of bytes that are not UTF-8, and only once they are read.
            return false;
        }
    }
}
