using System.Collections;
using System.Reflection;
using System.Reflection.Emit;
using System.Resources;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.Extensions.Localization;
using Portal.Docs;
using Portal.Shared;
using Portal.Tests.Infrastructure;
using Xunit;

namespace Portal.Tests.Shared.Unit;

/// <summary>
/// No text is written into a page, every key that is asked for exists, and every key that exists is asked for. Read from
/// the compiled components, not from their source: what the Razor compiler made of a file leaves nothing to guess.
/// </summary>
public sealed partial class TextTests
{
    private static readonly Assembly Pages = typeof(App).Assembly;
    private static readonly HashSet<string> TextAttributes =
        new(StringComparer.OrdinalIgnoreCase) { "aria-label", "aria-description", "title", "placeholder", "alt", "label", "lead", "text", "hint", "confirmText", "header" };
    private static readonly HashSet<string> MachineText = new(StringComparer.OrdinalIgnoreCase) { "code", "kbd", "pre", "samp", "script", "style" };
    private static readonly List<(MethodBase Method, IReadOnlyList<IlInstruction> Body)> Methods = [.. IlInstruction.ReadAll(Pages)];

    [Fact]
    public void Every_key_that_a_page_asks_for_is_in_its_resource_file()
    {
        var missing = AskedKeys()
            .Where(asked => !KeysOf(asked.Marker).Contains(asked.Key))
            .Select(asked => $"{asked.Marker.Name}: {asked.Key} ({asked.Where})");

        Assert.Empty(missing);
    }

    [Fact]
    public void Every_key_of_a_resource_file_is_used()
    {
        var literals = Methods.SelectMany(method => method.Body).Select(instruction => instruction.Text).OfType<string>().Concat(IslandKeys()).ToHashSet();

        Assert.Empty(Markers().SelectMany(marker => KeysOf(marker).Except(literals).Select(key => $"{marker.Name}: {key}")));
    }

    [Fact]
    public void Every_key_that_an_island_asks_for_is_in_the_islands_resource_file()
    {
        Assert.NotEmpty(IslandKeys());
        Assert.Empty(IslandKeys().Except(KeysOf(typeof(PlaygroundTexts))));
    }

    [Fact]
    public void Every_resource_file_lies_beside_a_class_of_its_name()
    {
        Assert.NotEmpty(Markers());
        Assert.All(Markers(), Assert.NotNull);
    }

    [Fact]
    public void No_page_has_literal_text()
    {
        var literal = Methods.SelectMany(method => LiteralTexts(method.Body).Select(text => $"{method.Method.DeclaringType!.FullName}: {text.Trim()}"));

        Assert.Empty(literal);
    }

    [Theory]
    [InlineData("<p>Hello</p>", "Hello")]
    [InlineData("<button aria-label=\"Close\">×</button>", "Close")]
    [InlineData("<p>  · 12 % </p><code>curl -X</code><style>a { color: red }</style>", null)]
    public void Literal_text_is_found_in_markup(string markup, string? expected) =>
        Assert.Equal(expected is null ? [] : [expected], TextsIn(markup));

    [Fact]
    public void Keys_are_found_in_the_compiled_components() =>
        Assert.Contains(AskedKeys(), asked => asked.Marker == typeof(SharedTexts) && asked.Key == "State.Retry");

    private static IEnumerable<(Type Marker, string Key, string Where)> AskedKeys() =>
        from method in Methods
        from pair in method.Body.Zip(method.Body.Skip(1))
        let marker = LocalizedBy(pair.First.Member)
        where marker is not null && pair.Second.Text is not null
        select (marker, pair.Second.Text, method.Method.DeclaringType!.FullName);

    /// <summary>What in the islands' TypeScript looks like a key: words with dots between, the first with a capital.</summary>
    private static HashSet<string> IslandKeys() => Directory
        .EnumerateFiles(Repository.PathOf("wwwroot-assets", "src", "islands"), "*.ts", SearchOption.AllDirectories)
        .SelectMany(file => IslandKey().Matches(File.ReadAllText(file)))
        .Select(match => match.Groups["key"].Value)
        .ToHashSet();

    [GeneratedRegex("'(?<key>[A-Z][A-Za-z]*(?:\\.[A-Z][A-Za-z]*)+)'", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex IslandKey();

    private static Type? LocalizedBy(MemberInfo? member)
    {
        var type = member switch
        {
            MethodInfo method => method.ReturnType,
            FieldInfo field => field.FieldType,
            _ => null,
        };
        return type is { IsGenericType: true } && type.GetGenericTypeDefinition() == typeof(IStringLocalizer<>)
            ? type.GetGenericArguments()[0]
            : null;
    }

    private static IEnumerable<Type> Markers() => Pages.GetManifestResourceNames()
        .Where(name => name.EndsWith(".resources", StringComparison.Ordinal))
        .Select(name => Pages.GetType(name[..^".resources".Length])!);

    private static HashSet<string> KeysOf(Type marker)
    {
        using var stream = Pages.GetManifestResourceStream(marker.FullName + ".resources");
        if (stream is null)
            return [];
        using var reader = new ResourceReader(stream);
        return reader.Cast<DictionaryEntry>().Select(entry => (string)entry.Key).ToHashSet();
    }

    private static IEnumerable<string> LiteralTexts(IReadOnlyList<IlInstruction> body)
    {
        for (var at = 2; at < body.Count; at++)
        {
            if (body[at].Member is not MethodInfo { DeclaringType: var type } call || type != typeof(RenderTreeBuilder))
                continue;
            // A component's parameter is wrapped in a call that checks its type at compile time only.
            var value = body[at - 1].Code == OpCodes.Call && body[at - 1].Member?.Name == "TypeCheck" ? at - 2 : at - 1;
            var text = body[value].Text;
            var texts = call.Name switch
            {
                nameof(RenderTreeBuilder.AddMarkupContent) when text is not null => TextsIn(text),
                nameof(RenderTreeBuilder.AddContent) when HasLetters(text) => [text!],
                nameof(RenderTreeBuilder.AddAttribute) or nameof(RenderTreeBuilder.AddComponentParameter)
                    when HasLetters(text) && TextAttributes.Contains(body[value - 1].Text ?? string.Empty) => [text!],
                _ => [],
            };
            foreach (var found in texts)
                yield return found;
        }
    }

    private static IEnumerable<string> TextsIn(string markup)
    {
        var context = new HtmlParser().ParseDocument(string.Empty).Body!;
        foreach (var node in new HtmlParser().ParseFragment(markup, context).SelectMany(root => root.GetDescendantsAndSelf()))
        {
            if (node is IText text && HasLetters(text.Data) && !MachineText.Contains(text.ParentElement?.LocalName ?? string.Empty))
                yield return text.Data;
            if (node is not IElement element)
                continue;
            foreach (var attribute in element.Attributes.Where(a => TextAttributes.Contains(a.Name) && HasLetters(a.Value)))
                yield return attribute.Value;
        }
    }

    private static bool HasLetters(string? text) => text is not null && text.Any(char.IsLetter);
}
