using System.Globalization;
using System.Text.Json;

namespace Portal.Core.Workflows.Nodes.Transformation;

/// <summary>Operations on a single value: a field's where one is named, of each object of a list; else the value itself.</summary>
internal static class ValueOperations
{
    private const string Iso = "yyyy-MM-ddTHH:mm:ss.fffZ";

    public static JsonElement Split(JsonElement value, TransformStep step) => On(value, step, each: true, text => NodeJson.Write(writer =>
    {
        writer.WriteStartArray();
        foreach (var part in Text(text).Split(step.Separator)) writer.WriteStringValue(part);
        writer.WriteEndArray();
    }));

    public static JsonElement Join(JsonElement value, TransformStep step) => On(value, step, each: false, list =>
        NodeJson.Text(string.Join(step.Separator, list.Items().Select(NodeJson.Shown))));

    public static JsonElement ParseJson(JsonElement value, TransformStep step) => On(value, step, each: true, text => NodeJson.Parse(Text(text), "The text"));

    public static JsonElement FormatJson(JsonElement value, TransformStep step) => On(value, step, each: false, part => NodeJson.Text(NodeJson.Format(part, indented: false)));

    public static JsonElement ToNumber(JsonElement value, TransformStep step) => On(value, step, each: true, part =>
        part.ValueKind == JsonValueKind.Number ? part : NodeJson.Write(writer => writer.WriteNumberValue(Number(Text(part), step.DecimalSeparator))));

    public static JsonElement FormatNumber(JsonElement value, TransformStep step) => On(value, step, each: true, part =>
    {
        if (part.ValueKind != JsonValueKind.Number || !part.TryGetDecimal(out var number)) throw TransformValues.Fault($"needs a number of at most 28 digits, and here is {NodeJson.KindOf(part)}.");
        var format = new NumberFormatInfo
        {
            NumberDecimalSeparator = step.DecimalSeparator, NumberGroupSeparator = step.DecimalSeparator == "," ? "." : ",",
        };
        return NodeJson.Text(decimal.Round(number, step.Decimals, MidpointRounding.AwayFromZero).ToString($"{(step.Grouping ? 'N' : 'F')}{step.Decimals}", format));
    });

    public static JsonElement ToDate(JsonElement value, TransformStep step)
    {
        var zone = LocalTime.Zone(step.TimeZone);
        return On(value, step, each: true, part => NodeJson.Text(Moment(part, step.Format, zone).UtcDateTime.ToString(Iso, CultureInfo.InvariantCulture)));
    }

    public static JsonElement FormatDate(JsonElement value, TransformStep step)
    {
        var zone = LocalTime.Zone(step.TimeZone);
        return On(value, step, each: true, part =>
        {
            try
            {
                return NodeJson.Text(TimeZoneInfo.ConvertTime(Moment(part, null, zone), zone).ToString(step.Format ?? "yyyy-MM-dd", CultureInfo.InvariantCulture));
            }
            catch (FormatException)
            {
                throw TransformValues.Fault($"“{step.Format}” is no format of dates; one looks like yyyy-MM-dd HH:mm.");
            }
        });
    }

    // A missing value stays missing: lists of real data have gaps.
    private static JsonElement On(JsonElement value, TransformStep step, bool each, Func<JsonElement, JsonElement> change)
    {
        if (step.Field is { } field)
            return value.Each((item, _) => item.Replace(field, change));
        return each ? value.Each((item, _) => item.IsNothing() ? item : change(item)) : change(value);
    }

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : throw TransformValues.Fault($"needs a text, and here is {NodeJson.KindOf(value)}.");

    private static decimal Number(string text, string decimalSeparator)
    {
        var format = new NumberFormatInfo { NumberDecimalSeparator = decimalSeparator, NumberGroupSeparator = decimalSeparator == "," ? "." : "," };
        // Spaces group digits in many languages, thin and unbreakable ones too.
        var digits = string.Concat(text.Where(letter => !char.IsWhiteSpace(letter)));
        return decimal.TryParse(digits, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowThousands, format, out var number)
            ? number
            : throw TransformValues.Fault("here is a text that is no number.");
    }

    private static DateTimeOffset Moment(JsonElement value, string? format, TimeZoneInfo zone)
    {
        if (value.ValueKind == JsonValueKind.Number)
            return value.TryGetDouble(out var seconds) && seconds is >= -62_135_596_800 and <= 253_402_300_799 ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : throw TransformValues.Fault("here is a number that is no Unix time in seconds.");
        var text = Text(value);
        if (format is null) return LocalTime.Read(text, zone) ?? throw TransformValues.Fault("here is a text that is no date in ISO 8601; say its format.");
        return DateTime.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time.Kind == DateTimeKind.Unspecified ? LocalTime.Moment(time, zone) : new DateTimeOffset(time).ToUniversalTime()
            : throw TransformValues.Fault($"here is a text that is no date of the format {format}.");
    }
}
