using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Core.Expressions;

namespace Portal.Core.Workflows.Definitions;

/// <summary>An expression of a definition that cannot be compiled, and where it stands.</summary>
/// <param name="Field">Below the node's configuration, as <c>headers.Authorization</c> or <c>cases[1].when</c>.</param>
/// <param name="Expression">The expression's text, without braces.</param>
/// <param name="Fault">What is wrong; its place counts from the expression's beginning.</param>
/// <param name="Offset">Where the expression begins in the field's text.</param>
internal sealed record TemplateFault(string Field, string Expression, CelFault Fault, int Offset);

/// <summary>An expression in a configuration.</summary>
/// <param name="Field">As in <see cref="TemplateFault"/>.</param>
/// <param name="Source">The expression's text, without braces.</param>
/// <param name="Offset">Where it begins in the field's text.</param>
internal sealed record TemplateExpression(string Field, string Source, int Offset, bool MayUseSecrets)
{
    /// <summary>The field's whole text.</summary>
    public required string Text { get; init; }

    /// <summary>Whether it stands in braces; a field of the format <c>cel</c> is an expression without.</summary>
    public bool IsTemplate => Offset > 0;
}

/// <summary>
/// A configuration whose texts hold <c>{{ … }}</c>, compiled once and filled in for each run. A text that is nothing but one
/// expression becomes its value, whatever the type; within other text values are written as text.
/// </summary>
internal sealed class ConfigTemplate
{
    // As much as a step may give; see WorkflowOptions.LargestOutput.
    private const int MostBytes = 16 * 1024 * 1024;

    private readonly Part _root;

    private ConfigTemplate(Part root, List<TemplateExpression> expressions, List<TemplateFault> faults) =>
        (_root, Expressions, Faults) = (root, expressions, faults);

    /// <summary>Every expression in it, those in fields of the format <c>cel</c> too.</summary>
    public IReadOnlyList<TemplateExpression> Expressions { get; }

    public IReadOnlyList<TemplateFault> Faults { get; }

    /// <summary>Compiles a configuration.</summary>
    /// <param name="schema">The node type's, which says what is a template and what is not.</param>
    public static ConfigTemplate Compile(JsonElement config, JsonObject schema, CelOptions options)
    {
        var compiler = new Compiler(options);
        var root = config.ValueKind == JsonValueKind.Undefined ? new Fixed(Json.EmptyObject) : compiler.Compile(config, schema, "", mayUseSecrets: false);
        return new(root, compiler.Expressions, compiler.Faults);
    }

    /// <summary>The configuration with values in place of its expressions.</summary>
    /// <param name="masks">Whether secrets are masked, for what is kept of a step.</param>
    /// <exception cref="TemplateException">An expression has no value.</exception>
    public JsonElement Fill(IReadOnlyDictionary<string, CelValue> values, bool masks = false)
    {
        if (_root is Fixed whole) return whole.Value;
        var json = new BoundedBuffer(MostBytes);
        try
        {
            using (var writer = new Utf8JsonWriter(json, Json.Writing)) _root.Write(writer, values, masks);
            return JsonElement.Parse(json.Written);
        }
        catch (BufferFullException)
        {
            throw new TemplateException("config", $"With its values it is longer than {MostBytes / 1024 / 1024} MiB.");
        }
    }

    private sealed class Compiler(CelOptions options)
    {
        public List<TemplateExpression> Expressions { get; } = [];

        public List<TemplateFault> Faults { get; } = [];

        public Part Compile(JsonElement value, JsonObject? schema, string field, bool mayUseSecrets)
        {
            if (IsTrue(schema, "x-literal")) return new Fixed(value);
            mayUseSecrets |= IsTrue(schema, "x-secret");
            switch (value.ValueKind)
            {
                case JsonValueKind.Object:
                    var fields = value.EnumerateObject().Select(entry => (entry.Name, Compile(entry.Value, Property(schema, entry.Name), field.Length == 0 ? entry.Name : $"{field}.{entry.Name}", mayUseSecrets))).ToArray();
                    return Array.TrueForAll(fields, entry => entry.Item2 is Fixed) ? new Fixed(value) : new Fields(fields);
                case JsonValueKind.Array:
                    var items = value.EnumerateArray().Select((item, index) => Compile(item, schema?["items"] as JsonObject, $"{field}[{index}]", mayUseSecrets)).ToArray();
                    return Array.TrueForAll(items, item => item is Fixed) ? new Fixed(value) : new Items(items);
                case JsonValueKind.String:
                    return Text(value, schema, field, mayUseSecrets);
                default:
                    return new Fixed(value);
            }
        }

        private Part Text(JsonElement value, JsonObject? schema, string field, bool mayUseSecrets)
        {
            var text = value.GetString()!;
            if ((string?)schema?["format"] == "cel")
            {
                Program(field, text, 0, text.Length, mayUseSecrets);
                return new Fixed(value);
            }

            var parts = new List<(string? Literal, CelProgram? Program)>();
            var at = 0;
            while (text.IndexOf("{{", at, StringComparison.Ordinal) is >= 0 and var open)
            {
                var close = End(text, open + 2);
                if (close < 0) break;
                if (open > at) parts.Add((text[at..open], null));
                parts.Add((null, Program(field, text, open + 2, close, mayUseSecrets)));
                at = close + 2;
            }

            if (parts.Count == 0) return new Fixed(value);
            if (at < text.Length) parts.Add((text[at..], null));
            return parts is [(null, { } only)] ? new Whole(field, only) : new Mixed(field, [.. parts]);
        }

        // The braces that close it: not those of a map's end, nor such within a text.
        private static int End(string text, int start)
        {
            var depth = 0;
            for (var at = start; at < text.Length; at++)
            {
                switch (text[at])
                {
                    case '\'' or '"':
                        var quote = text[at];
                        while (++at < text.Length && text[at] != quote)
                        {
                            if (text[at] == '\\') at++;
                        }

                        break;
                    case '{':
                        depth++;
                        break;
                    case '}' when depth > 0:
                        depth--;
                        break;
                    case '}' when at + 1 < text.Length && text[at + 1] == '}':
                        return at;
                }
            }

            // A text that is not closed, perhaps: then the first braces close it, and the fault is named.
            return text.IndexOf("}}", start, StringComparison.Ordinal);
        }

        private CelProgram? Program(string field, string text, int offset, int end, bool mayUseSecrets)
        {
            var source = text[offset..end];
            Expressions.Add(new(field, source, offset, mayUseSecrets) { Text = text });
            if (CelProgram.TryCompile(source, options, out var program, out var fault)) return program;
            Faults.Add(new(field, source, fault, offset));
            return null;
        }

        private static JsonObject? Property(JsonObject? schema, string name) =>
            schema?["properties"]?[name] as JsonObject ?? schema?["additionalProperties"] as JsonObject;

        private static bool IsTrue(JsonObject? schema, string keyword) => schema?[keyword] is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;
    }

    private abstract class Part
    {
        public abstract void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, CelValue> values, bool masks);
    }

    private sealed class Fixed(JsonElement value) : Part
    {
        public JsonElement Value => value;

        public override void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, CelValue> values, bool masks) => value.WriteTo(writer);
    }

    private sealed class Fields((string Name, Part Value)[] fields) : Part
    {
        public override void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, CelValue> values, bool masks)
        {
            writer.WriteStartObject();
            foreach (var (name, value) in fields)
            {
                writer.WritePropertyName(name);
                value.Write(writer, values, masks);
            }

            writer.WriteEndObject();
        }
    }

    private sealed class Items(Part[] items) : Part
    {
        public override void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, CelValue> values, bool masks)
        {
            writer.WriteStartArray();
            foreach (var item in items) item.Write(writer, values, masks);
            writer.WriteEndArray();
        }
    }

    // Not only where a secret may stand: a draft that puts one elsewhere must not show it either.
    private static bool IsSecret(CelProgram? program) => program is not null && program.Source.Contains("secrets", StringComparison.Ordinal);

    private sealed class Whole(string field, CelProgram program) : Part
    {
        public override void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, CelValue> values, bool masks)
        {
            if (masks && IsSecret(program)) writer.WriteStringValue(Json.Mask);
            else CelJson.Write(writer, Value(program, field, values));
        }
    }

    private sealed class Mixed(string field, (string? Literal, CelProgram? Program)[] parts) : Part
    {
        public override void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, CelValue> values, bool masks)
        {
            var text = new StringBuilder();
            foreach (var (literal, program) in parts)
            {
                text.Append(literal ?? (masks && IsSecret(program) ? Json.Mask : CelJson.Text(Value(program, field, values), MostBytes)));
                if (text.Length > MostBytes) throw new BufferFullException();
            }

            writer.WriteStringValue(text.ToString());
        }
    }

    private static CelValue Value(CelProgram? program, string field, IReadOnlyDictionary<string, CelValue> values)
    {
        // A definition with faults is not run; a single node may be tried all the same.
        if (program is null) throw new TemplateException(field, "The expression cannot be read.");
        var value = program.Evaluate(values);
        return value.IsError ? throw new TemplateException(field, $"{value.Fault!.Message} ({value.Fault.Line}:{value.Fault.Column} in “{program.Source.Trim()}”)") : value;
    }
}

/// <summary>A template's expression has no value with what it is given.</summary>
internal sealed class TemplateException(string path, string message) : Exception($"{path}: {message}")
{
    public string Path => path;
}
