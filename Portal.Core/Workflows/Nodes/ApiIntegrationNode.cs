using System.Text.Json;
using Portal.Core.Shared.Http;
using Portal.Core.Workflows.Nodes;
using Portal.Core.Workflows.Nodes.Http;

[assembly: Registers<INodeType, ApiIntegrationNode>]

namespace Portal.Core.Workflows.Nodes;

/// <summary>Calls an HTTP API.</summary>
internal sealed class ApiIntegrationNode(OutboundHttp http, TimeProvider time) : NodeType<ApiCallSettings>
{
    public override NodeDescriptor Descriptor { get; } = new()
    {
        Type = "api-integration",
        Title = "API call",
        Description = "Calls an HTTP API and hands on its status, headers and body.",
        Icon = "api",
        Category = "integration",
        HasEffects = true,
        // Beyond the longest time-out of a request, so that the failure tells which of them it was.
        Timeout = TimeSpan.FromSeconds(310),
        ConfigSchema = ApiCallSchema.Create(),
    };

    public override IEnumerable<(string Field, string Message)> Check(JsonElement config)
    {
        if (config.ValueKind != JsonValueKind.Object || !config.TryGetProperty("auth", out var auth) || auth.ValueKind != JsonValueKind.Object) yield break;
        var type = auth.TryGetProperty("type", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString() : "none";
        string[] needed = type switch
        {
            "bearer" => ["token"],
            "basic" => ["username", "password"],
            "api_key" => ["key"],
            _ => [],
        };
        foreach (var field in needed.Where(field => !auth.TryGetProperty(field, out _))) yield return ($"auth.{field}", $"auth.{field} is required for {type}.");
    }

    protected override async ValueTask<NodeResult> Run(NodeContext context, ApiCallSettings config, CancellationToken cancellation)
    {
        var request = ApiRequest.Of(config, context.IdempotencyKey);
        context.Meter.ApiCalls++;
        var (response, failure, duration) = await http.Send(request, cancellation);
        if (failure is not null) throw ApiAnswers.Failed(failure);
        if (!config.Expects((int)response!.Status)) throw ApiAnswers.Refused(response, time.GetUtcNow());
        return NodeResult.Done(ApiAnswers.Output(response, config.Response, duration));
    }
}
