using Portal.Core.Ai;
using Portal.Core.Workflows.Nodes;
using Portal.Core.Workflows.Nodes.Ai;

[assembly: Registers<INodeType, AiImageAnalysisNode>]

namespace Portal.Core.Workflows.Nodes;

/// <summary>Has a model look at an image.</summary>
internal sealed class AiImageAnalysisNode(AiService ai) : NodeType<AiImageAnalysisNode.Settings>
{
    public override NodeDescriptor Descriptor { get; } = new()
    {
        Type = "ai-image-analysis",
        Title = "AI: image",
        Description = "Says what an image shows. That takes a model that sees images; the built-in one knows format and size only, and fails where it is asked for more.",
        Icon = "image_search",
        Category = "ai",
        // A call costs, so that one is not made again for nothing.
        HasEffects = true,
        Timeout = AiCalls.Timeout,
        ConfigSchema = NodePorts.Schema("""
            {
              "type": "object",
              "additionalProperties": false,
              "required": ["image"],
              "properties": {
                "image": { "type": "string", "title": "Image", "minLength": 1, "maxLength": 14000000, "description": "A PNG, JPEG, GIF or WebP file as base 64, or as a data URL; 10 MiB at most.", "examples": ["{{ input.body }}"] },
                "prompt": { "type": "string", "title": "Question", "maxLength": 200000, "description": "Without one the built-in model tells format and size, and any other describes the image.", "examples": ["Which damage does the photo show?"] },
                "model": { "type": "string", "title": "Model", "maxLength": 200, "default": "default", "description": "portal-offline is the built-in one; any other name asks for the operator's." },
                "max_tokens": { "type": "integer", "title": "Most tokens", "minimum": 1, "maximum": 128000, "description": "Of the answer." }
              }
            }
            """),
    };

    protected override async ValueTask<NodeResult> Run(NodeContext context, Settings config, CancellationToken cancellation)
    {
        var request = new AiImageRequest { Model = config.Model, Prompt = config.Prompt, Image = BytesOf(config.Image), MaxTokens = config.MaxTokens };
        var answer = await AiCalls.Call(context, () => ai.Look(context.Actor, request, cancellation));
        // What the service let pass is an image.
        var facts = ImageFacts.Read(request.Image.Span)!;
        return NodeResult.Of(new
        {
            text = answer.Choices[0].Message.Content,
            image = new { format = facts.Format, width = facts.Width, height = facts.Height, bytes = request.Image.Length },
            finish_reason = answer.Choices[0].FinishReason,
            model = answer.Model,
            usage = answer.Usage,
            cost_estimate = answer.CostEstimate,
            notice = answer.Metadata.Notice,
        });
    }

    private static byte[] BytesOf(string image)
    {
        const string Marker = ";base64,";
        var isDataUrl = image.StartsWith("data:", StringComparison.OrdinalIgnoreCase);
        var start = isDataUrl ? image.IndexOf(Marker, StringComparison.OrdinalIgnoreCase) : 0;
        if (start < 0) throw new NodeException("INVALID_IMAGE", "The data URL is not in base 64.");
        try
        {
            return Convert.FromBase64String(isDataUrl ? image[(start + Marker.Length)..] : image);
        }
        catch (FormatException)
        {
            throw new NodeException("INVALID_IMAGE", "image is not base 64.");
        }
    }

    internal sealed record Settings
    {
        public required string Image { get; init; }
        public string? Prompt { get; init; }
        public string? Model { get; init; }
        public int? MaxTokens { get; init; }
    }
}
