using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Portal.Api.Docs;
using Portal.Api.Gateway;
using Portal.Api.Webhooks;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Nodes;

namespace Portal.Api.Workflows;

/// <summary>What workflows are made of: node types and expressions.</summary>
internal static class NodeTypesEndpoints
{
    public static void MapNodeTypes(this RouteGroupBuilder api)
    {
        api.MapGet("/node-types", List).WithTags("Workflows").RequireScope(WorkflowsEndpoints.ReadScope)
            .Operation("node_types_list", "List node types", "All on one page, with their ports and the JSON Schema of their configuration.").Example(response: WebhookExamples.PageOf(WorkflowExamples.NodeType));
        api.MapPost("/expressions/evaluate", Evaluate).WithTags("Workflows").RequireScope(WorkflowsEndpoints.ReadScope)
            .Operation("expressions_evaluate", "Try an expression", "What it gives with these variables. The details of a refusal say where the expression is at fault: `line` and `column` from 1, `offset` from 0, in UTF-16 code units.")
            .Example(WorkflowExamples.Expression, WorkflowExamples.ExpressionResult);
    }

    private static Ok<ResourcePage<NodeTypeResource>> List([AsParameters] NodeTypeQuery query, NodeTypes types) => TypedResults.Ok(ResourcePage.Of(types.List(query.Category)));

    private static Ok<ExpressionResult> Evaluate(ExpressionInput input, ExpressionPreview preview) => TypedResults.Ok(preview.Evaluate(input));
}

/// <summary>The query parameters of the list of node types.</summary>
internal sealed record NodeTypeQuery
{
    /// <summary>trigger, flow, data, ai, integration, communication or people.</summary>
    [FromQuery(Name = "category")]
    public string? Category { get; init; }
}
