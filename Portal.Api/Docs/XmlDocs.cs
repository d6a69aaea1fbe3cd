using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Portal.Api.Docs;

/// <summary>
/// The documentation comments of the product's types, from the files that the compiler writes beside the assemblies: the
/// fields of the API are described where they are declared, once.
/// </summary>
internal sealed partial class XmlDocs
{
    private readonly ConcurrentDictionary<Assembly, Dictionary<string, string>> _files = new();

    /// <summary>The summary of a type; null where it has none.</summary>
    public string? Of(Type type) => Find(type.Assembly, "T:" + NameOf(type));

    /// <summary>The summary of a property, or what its record's parameter says.</summary>
    public string? Of(PropertyInfo property)
    {
        var owner = property.DeclaringType!;
        return Find(owner.Assembly, $"P:{NameOf(owner)}.{property.Name}") ?? Find(owner.Assembly, $"T:{NameOf(owner)}#{property.Name}");
    }

    /// <summary>What a handler's comment says of a parameter, or the parameter's property where they are bundled.</summary>
    public string? Of(ParameterInfo parameter) => parameter.Member switch
    {
        PropertyInfo property => Of(property),
        MethodInfo method => Find(method.Module.Assembly, $"M:{NameOf(method.DeclaringType!)}.{method.Name}#{parameter.Name}"),
        ConstructorInfo made => Find(made.Module.Assembly, $"T:{NameOf(made.DeclaringType!)}#{parameter.Name}"),
        _ => null,
    };

    private string? Find(Assembly assembly, string name) => _files.GetOrAdd(assembly, Read).GetValueOrDefault(name);

    private static Dictionary<string, string> Read(Assembly assembly)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        var path = Path.Combine(AppContext.BaseDirectory, assembly.GetName().Name + ".xml");
        if (!File.Exists(path)) return texts;
        foreach (var member in XDocument.Load(path).Descendants("member"))
        {
            var name = (string?)member.Attribute("name") ?? "";
            if (member.Element("summary") is { } summary) texts[name] = TextOf(summary);
            var owner = name.Split('(')[0];
            foreach (var parameter in member.Elements("param")) texts[$"{owner}#{(string?)parameter.Attribute("name")}"] = TextOf(parameter);
        }

        return texts;
    }

    private static string NameOf(Type type) => (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');

    private static string TextOf(XElement element)
    {
        var text = new StringBuilder();
        Append(text, element);
        return Spaces().Replace(text.ToString(), " ").Trim();
    }

    private static void Append(StringBuilder text, XElement element)
    {
        foreach (var node in element.Nodes())
        {
            if (node is XText plain) text.Append(plain.Value);
            else if (node is XElement { Name.LocalName: "see" or "paramref" or "typeparamref" } link) text.Append('`').Append(Target(link)).Append('`');
            else if (node is XElement { Name.LocalName: "c" } code) text.Append('`').Append(code.Value).Append('`');
            else if (node is XElement other) Append(text, other);
        }
    }

    // Members are called as they are on the wire.
    private static string Target(XElement link)
    {
        var name = (string?)link.Attribute("name") ?? (string?)link.Attribute("langword");
        if (name is not null) return JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
        var reference = ((string?)link.Attribute("cref") ?? (string?)link.Attribute("href") ?? "").Split('(')[0];
        var last = reference[(reference.LastIndexOf('.') + 1)..];
        return reference.StartsWith("T:", StringComparison.Ordinal) ? last : JsonNamingPolicy.SnakeCaseLower.ConvertName(last);
    }

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Spaces();
}
