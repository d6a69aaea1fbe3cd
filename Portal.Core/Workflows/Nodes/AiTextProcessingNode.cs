using System.Text.Json;
using Portal.Core.Ai;
using Portal.Core.Workflows.Nodes;
using Portal.Core.Workflows.Nodes.Ai;

[assembly: Registers<INodeType, AiTextProcessingNode>]

namespace Portal.Core.Workflows.Nodes;

/// <summary>Has a language model work on a text.</summary>
internal sealed class AiTextProcessingNode(AiService ai) : NodeType<AiTextProcessingNode.Settings>
{
    private const string DefaultModel = "default";

    public override NodeDescriptor Descriptor { get; } = new()
    {
        Type = "ai-text-processing",
        Title = "AI: text",
        Description = "Summarizes, classifies, judges, extracts, drafts a reply, or follows a prompt of your own. Without a language model the built-in one does what it can and says so; what it cannot is a failure.",
        Icon = "psychology",
        Category = "ai",
        // A call costs, so that one is not made again for nothing.
        HasEffects = true,
        Timeout = AiCalls.Timeout,
        ConfigSchema = NodePorts.Schema("""
            {
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "task": { "enum": ["prompt", "summarize", "sentiment", "classify", "extract", "keywords", "reply"], "default": "prompt", "title": "Task", "x-literal": true },
                "prompt": { "type": "string", "title": "Prompt", "minLength": 1, "maxLength": 200000, "examples": ["Write a title for: {{ input.text }}"], "x-when": { "task": ["prompt"] } },
                "text": { "title": "Text", "description": "What the task is about; the node's input unless given.", "examples": ["{{ input.body }}"], "x-when": { "task": ["summarize", "sentiment", "classify", "extract", "keywords", "reply"] } },
                "labels": {
                  "type": "array", "title": "Labels", "maxItems": 50, "items": { "type": "string", "pattern": "^[^,:;.\\n]{1,100}$" },
                  "description": "Two at least; the answer is one of them.", "examples": [["billing", "technical", "sales"]], "x-when": { "task": ["classify"] }
                },
                "sentences": { "type": "integer", "title": "Sentences", "minimum": 1, "maximum": 100, "default": 3, "x-when": { "task": ["summarize"] } },
                "model": { "type": "string", "title": "Model", "maxLength": 200, "default": "default", "description": "portal-offline is the built-in one; any other name asks for the operator's." },
                "max_tokens": { "type": "integer", "title": "Most tokens", "minimum": 1, "maximum": 128000, "description": "Of the answer." },
                "temperature": { "type": "number", "title": "Temperature", "minimum": 0, "maximum": 2, "description": "How freely the model chooses its words." },
                "context": { "type": "array", "title": "Context", "maxItems": 100, "items": { "type": "string" }, "description": "Texts that precede the prompt." },
                "functions": {
                  "type": "array", "title": "Functions", "maxItems": 64, "description": "That the model may ask to be called; the answer then holds function_call.", "x-literal": true, "x-when": { "task": ["prompt"] },
                  "items": {
                    "type": "object", "additionalProperties": false, "required": ["name", "parameters"],
                    "properties": { "name": { "type": "string", "title": "Name" }, "description": { "type": "string", "title": "Description" }, "parameters": { "type": "object", "title": "Parameters" } }
                  }
                },
                "function_call": { "title": "Function call", "description": "auto, none, or the name of the function that must be called.", "x-literal": true, "x-when": { "task": ["prompt"] } },
                "parse_json": { "type": "boolean", "title": "Answer is JSON", "default": false, "description": "Reads the answer as JSON into data, and fails where it is none.", "x-when": { "task": ["prompt"] } }
              }
            }
            """),
    };

    public override IEnumerable<(string Field, string Message)> Check(JsonElement config)
    {
        if (config.ValueKind != JsonValueKind.Object) yield break;
        var task = config.TryGetProperty("task", out var given) && given.ValueKind == JsonValueKind.String ? given.GetString() : "prompt";
        var hasPrompt = config.TryGetProperty("prompt", out _);
        if (task == "prompt" && !hasPrompt) yield return ("prompt", "A prompt is needed.");
        if (task != "prompt" && hasPrompt) yield return ("prompt", "A prompt is for the task prompt alone; the others have their own.");
        if (task == "classify" && !(config.TryGetProperty("labels", out var labels) && labels.ValueKind == JsonValueKind.Array && labels.GetArrayLength() >= 2)) yield return ("labels", "Two labels at least are needed.");
    }

    protected override async ValueTask<NodeResult> Run(NodeContext context, Settings config, CancellationToken cancellation)
    {
        var request = new AiCompletionRequest
        {
            Model = config.Model,
            Prompt = config.Task == TextTask.Prompt ? config.Prompt : TextTasks.PromptOf(config.Task, TextOf(context, config), config.Labels, config.Sentences),
            MaxTokens = config.MaxTokens,
            Temperature = config.Temperature,
            Context = config.Context,
            Functions = config.Functions,
            FunctionCall = config.FunctionCall,
        };
        var answer = await AiCalls.Call(context, () => ai.Complete(context.Actor, request, cancellation, orFail: true));
        var choice = answer.Choices[0];
        var text = choice.Message.Content;
        var call = choice.Message.FunctionCall;
        return NodeResult.Of(new
        {
            text,
            data = text is not null && (config.ParseJson || config.Task == TextTask.Extract) ? DataOf(text) : (JsonElement?)null,
            function_call = call is null ? null : new { name = call.Name, arguments = DataOf(call.Arguments) },
            finish_reason = choice.FinishReason,
            model = answer.Model,
            usage = answer.Usage,
            cost_estimate = answer.CostEstimate,
            notice = answer.Metadata.Notice,
            details = answer.Metadata.Details,
        });
    }

    private static string TextOf(NodeContext context, Settings config)
    {
        var text = NodeJson.Shown(NodeJson.Readable(config.Text ?? context.Input, "text"));
        return string.IsNullOrWhiteSpace(text) ? throw new NodeException("NO_TEXT", "There is no text to work on.") : text;
    }

    // Models put JSON between fences although they are told not to; another attempt may be without fault.
    private static JsonElement DataOf(string text)
    {
        var json = text.Trim();
        if (json.StartsWith("```", StringComparison.Ordinal) && json.IndexOf('\n', StringComparison.Ordinal) is > 0 and var line && json.EndsWith("```", StringComparison.Ordinal) && line < json.Length - 3)
            json = json[(line + 1)..^3];
        try
        {
            return NodeJson.Parse(json, "The answer");
        }
        catch (NodeException fault)
        {
            throw new NodeException(fault.Code, fault.Message, retryable: true);
        }
    }

    internal sealed record Settings
    {
        public TextTask Task { get; init; }
        public string? Prompt { get; init; }
        public JsonElement? Text { get; init; }
        public IReadOnlyList<string> Labels { get; init; } = [];
        public int Sentences { get; init; } = 3;
        public string Model { get; init; } = DefaultModel;
        public int? MaxTokens { get; init; }
        public double? Temperature { get; init; }
        public IReadOnlyList<string> Context { get; init; } = [];
        public IReadOnlyList<AiFunction> Functions { get; init; } = [];
        public JsonElement? FunctionCall { get; init; }
        public bool ParseJson { get; init; }
    }
}
