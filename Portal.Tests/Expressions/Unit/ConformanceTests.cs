using System.Globalization;
using System.Text.Json;
using Portal.Core.Expressions;
using Portal.Core.Expressions.Evaluation;

namespace Portal.Tests.Expressions.Unit;

/// <summary>The published cases of the CEL specification, those that need no protocol buffers.</summary>
public sealed class ConformanceTests
{
    private const string Folder = "/work/shared/conformance/cel";
    private const int Published = 872;

    /// <summary>Cases that fail, with the reason. The list is exact: a case here that passes fails the test.</summary>
    private static readonly Dictionary<string, string> Failing = new(StringComparer.Ordinal);

    public static TheoryData<string> Files => Directory.Exists(Folder)
        ? [.. Directory.GetFiles(Folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal)]
        : ["absent"];

    [Theory]
    [MemberData(nameof(Files))]
    public void Published_cases_are_met(string file)
    {
        Assert.SkipUnless(Directory.Exists(Folder), $"The published cases are not in {Folder}.");
        var failing = Cases(file).Select(item => (item.Name, Problem: Problem(item.Case))).Where(item => item.Problem is not null).ToList();
        Assert.Equal(
            Failing.Keys.Where(name => name.StartsWith(file + "/", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            failing.Select(item => Failing.ContainsKey(item.Name) ? item.Name : $"{item.Name}: {item.Problem}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void All_published_cases_are_read_and_nineteen_of_twenty_are_met()
    {
        Assert.SkipUnless(Directory.Exists(Folder), $"The published cases are not in {Folder}.");
        Assert.Equal(Published, Files.Sum(file => Cases(file).Count));
        Assert.True(Failing.Count <= Published / 20);
    }

    private static List<(string Name, JsonElement Case)> Cases(string file) =>
        [.. JsonDocument.Parse(File.ReadAllText($"{Folder}/{file}.json")).RootElement.EnumerateArray()
            .Select(item => ($"{file}/{item.GetProperty("section")}/{item.GetProperty("name")}", item))];

    private static string? Problem(JsonElement item)
    {
        var source = item.GetProperty("expr").GetString()!;
        var variables = item.TryGetProperty("bindings", out var bindings)
            ? bindings.EnumerateObject().ToDictionary(field => field.Name, field => Value(field.Value), StringComparer.Ordinal)
            : [];
        // Cases with an error too are expressions, which have no value.
        if (!CelProgram.TryCompile(source, Cel.Late, out var program, out var fault)) return $"{source} does not compile: {fault}";
        var value = program.Evaluate(variables);
        if (item.TryGetProperty("error", out var error))
            return value.IsError ? null : $"{source} is {Cel.Text(value)}, and should be an error ({error})";
        var wanted = Cel.Text(Value(item.GetProperty("value")));
        return Cel.Text(value) == wanted ? null : $"{source} is {Cel.Text(value)}, and should be {wanted}";
    }

    private static CelValue Value(JsonElement typed)
    {
        var field = typed.EnumerateObject().Single();
        var value = field.Value;
        return field.Name switch
        {
            "null" => CelValue.Null,
            "bool" => CelValue.Of(value.GetBoolean()),
            "int64" => CelValue.Of(long.Parse(value.GetString()!, CultureInfo.InvariantCulture)),
            "uint64" => CelValue.Of(ulong.Parse(value.GetString()!, CultureInfo.InvariantCulture)),
            "double" => CelValue.Of(Number(value)),
            "string" => CelValue.Of(value.GetString()!),
            "bytes" => CelValue.Of([.. value.EnumerateArray().Select(item => item.GetByte())]),
            "list" => CelValue.Of(new ArrayList([.. value.EnumerateArray().Select(Value)])),
            "map" => Map(value),
            _ => throw new InvalidDataException(field.Name),
        };
    }

    private static CelValue Map(JsonElement entries)
    {
        var map = new BuiltMap();
        foreach (var entry in entries.EnumerateArray()) Assert.Null(map.Add(Value(entry[0]), Value(entry[1])));
        return CelValue.Of(map);
    }

    private static double Number(JsonElement value) =>
        (value.ValueKind == JsonValueKind.Object ? value.GetProperty("__enum").GetString() : value.GetString()) switch
        {
            "inf" or "Infinity" => double.PositiveInfinity,
            "-inf" or "-Infinity" => double.NegativeInfinity,
            var text => double.Parse(text!, CultureInfo.InvariantCulture),
        };
}
