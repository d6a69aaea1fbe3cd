using System.Text.Json;
using System.Text.RegularExpressions;
using Portal.Core.Shared.Json.Schema;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Ai;

/// <summary>What requests to models may hold.</summary>
internal static partial class AiRequestRules
{
    private const int LongestPrompt = 200_000;
    private const int MostContext = 100;
    private const int LongestContext = 400_000;
    private const int MostTokens = 128_000;
    private const int MostFunctions = 64;
    private const int LargestImage = 10 * 1024 * 1024;

    /// <exception cref="ProblemException">A field is at fault: VALIDATION_ERROR, or AI_INVALID_CONTEXT for the context.</exception>
    public static AiPrompt Read(AiCompletionRequest request)
    {
        var faults = new Faults();
        faults.Required("model", request.Model);
        faults.Required("prompt", request.Prompt, LongestPrompt);
        CheckTokens(request.MaxTokens, faults);
        if (request.Temperature is < 0 or > 2) faults.Add("temperature", "temperature is 0 to 2.");
        var functions = Functions(request.Functions, faults);
        var choice = Choice(request.FunctionCall, functions, faults);
        faults.ThrowIfAny();
        var context = Context(request.Context);
        return new AiPrompt(request.Prompt!, context, request.MaxTokens, request.Temperature, choice.May ? functions : [], choice.Must);
    }

    /// <exception cref="ProblemException">A field is at fault.</exception>
    public static AiImagePrompt Read(AiImageRequest request)
    {
        var faults = new Faults();
        faults.Text("model", request.Model);
        faults.Text("prompt", request.Prompt, LongestPrompt);
        CheckTokens(request.MaxTokens, faults);
        var facts = ImageFacts.Read(request.Image.Span);
        if (request.Image.Length > LargestImage) faults.Add("image", $"image is larger than {LargestImage} bytes.");
        else if (facts is null) faults.Add("image", "image is no PNG, JPEG, GIF or WebP file.", ErrorCode.WrongFormat);
        faults.ThrowIfAny();
        return new AiImagePrompt(string.IsNullOrWhiteSpace(request.Prompt) ? null : request.Prompt, request.Image, facts!, request.MaxTokens);
    }

    private static void CheckTokens(int? most, Faults faults)
    {
        if (most is < 1 or > MostTokens) faults.Add("max_tokens", $"max_tokens is 1 to {MostTokens}.");
    }

    private static List<AiCallable> Functions(IReadOnlyList<AiFunction?>? given, Faults faults)
    {
        var functions = new List<AiCallable>();
        if (given?.Count > MostFunctions) faults.Add("functions", $"functions has at most {MostFunctions} entries.");
        foreach (var (i, function) in (given ?? []).Take(MostFunctions).Index())
        {
            var field = $"functions[{i}]";
            var name = function?.Name ?? "";
            if (!FunctionName().IsMatch(name)) faults.Add(field + ".name", "A function's name has 1 to 64 letters, digits, _ and -.", ErrorCode.WrongFormat);
            else if (functions.Exists(other => other.Name == name)) faults.Add(field + ".name", $"{name} is given twice.");
            faults.Text(field + ".description", function?.Description, 1024);
            if (ParametersFault(function?.Parameters, field + ".parameters") is { } fault) faults.Add(fault.Field, fault.Reason, ErrorCode.WrongFormat);
            functions.Add(new AiCallable(name, function?.Description ?? "", function?.Parameters ?? default));
        }

        return functions;
    }

    private static FieldFault? ParametersFault(JsonElement? parameters, string field)
    {
        if (parameters is not { ValueKind: JsonValueKind.Object } schema) return new(field, "parameters is a JSON Schema of type object.");
        if (JsonText.Fault(schema, field) is { } unreadable) return unreadable;
        if (!schema.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String || type.GetString() != "object") return new(field + ".type", "The type of parameters is object.");
        return SchemaRules.Faults(schema, field) is [var first, ..] ? first : null;
    }

    private static (bool May, AiCallable? Must) Choice(JsonElement? given, List<AiCallable> functions, Faults faults)
    {
        if (given is not { } choice || choice.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined) return (true, null);
        if (JsonText.Fault(choice, "function_call") is { } fault)
        {
            faults.Add(fault.Field, fault.Reason, ErrorCode.WrongFormat);
            return (false, null);
        }

        var name = choice.ValueKind == JsonValueKind.Object && choice.TryGetProperty("name", out var named) ? named : choice;
        var text = name.ValueKind == JsonValueKind.String ? name.GetString() : null;
        if (choice.ValueKind == JsonValueKind.String && text is "none" or "auto") return (text == "auto", null);
        if (functions.Find(function => function.Name == text) is { } must) return (true, must);
        faults.Add("function_call", "function_call is auto, none, or the name of one of the functions.");
        return (false, null);
    }

    private static List<string> Context(IReadOnlyList<string?>? given)
    {
        var texts = new List<string>();
        if (given?.Count > MostContext) throw BadContext("context", $"context has at most {MostContext} entries.");
        foreach (var (i, text) in (given ?? []).Index())
        {
            if (text is null || !Faults.IsStorable(text)) throw BadContext($"context[{i}]", "An entry of context is a text of well-formed Unicode.");
            if (text.Length > 0) texts.Add(text);
        }

        return texts.Sum(text => text.Length) <= LongestContext ? texts : throw BadContext("context", $"context is longer than {LongestContext} characters together.");
    }

    private static ProblemException BadContext(string field, string reason) => Problem.Field(ErrorCode.AiInvalidContext, field, reason).AsException();

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,64}\z", RegexOptions.NonBacktracking)]
    private static partial Regex FunctionName();
}
