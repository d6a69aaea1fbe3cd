using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;
using Portal.Core.Shared.Problems;
using Portal.Core.Workflows.Engine;
using Portal.Core.Workflows.Triggers;

namespace Portal.Api.Workflows;

/// <summary>
/// Where webhook triggers are called: <c>/hooks/{id}</c>, by anybody who knows the address and what its node asks for.
/// It stands outside of the API, as providers' webhooks do: only requests that fail are limited.
/// </summary>
internal sealed class HookEndpoint(HookReceiver receiver, OpenAnswers answers)
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

    /// <summary>Maps the triggers. They run right after routing: nothing that is meant for pages is theirs.</summary>
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapMethods("/hooks/{id}", Methods, (RequestDelegate)(http => http.RequestServices.GetRequiredService<HookEndpoint>().Receive(http))).AllowAnonymous().ShortCircuit();

    private Task Receive(HttpContext http) => answers.Run(http, async () =>
    {
        var request = http.Request;
        var hook = new HookRequest(
            request.Method, request.Path.Value ?? "", request.Query.SelectMany(pair => pair.Value, (pair, value) => KeyValuePair.Create(pair.Key, value ?? "")),
            request.Headers.Select(header => KeyValuePair.Create(header.Key, header.Value.ToString())), request.ContentType, await OpenAnswers.Read(http))
        {
            Sender = http.Connection.RemoteIpAddress,
        };
        var answer = await receiver.Receive((string)http.GetRouteValue("id")!, hook, http.RequestAborted);
        if (answer.Outcome is null) await OpenAnswers.Json(http, StatusCodes.Status202Accepted, new HookReceipt(answer.Execution.Id, answer.Execution.Status, answer.Execution.CreatedAt));
        else if (answer.Outcome.Status == ExecutionStatus.Completed) await Show(http, answer.Outcome.Output);
        else throw Failed(answer.Execution.Id, answer.Outcome);
    });

    private static Task Show(HttpContext http, JsonElement output)
    {
        if (Formatted(output) is var (type, content)) return OpenAnswers.Send(http, StatusCodes.Status200OK, type, Encoding.UTF8.GetBytes(content));
        return output.ValueKind == JsonValueKind.Undefined ? OpenAnswers.Json(http, StatusCodes.Status200OK, (object?)null) : OpenAnswers.Json(http, StatusCodes.Status200OK, output);
    }

    // What an output-formatter gives.
    private static (string Type, string Content)? Formatted(JsonElement output) =>
        output.ValueKind == JsonValueKind.Object && output.TryGetProperty("content_type", out var type) && type.ValueKind == JsonValueKind.String
        && output.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.String && MediaTypeHeaderValue.TryParse(type.GetString(), out var media)
            ? (media.ToString(), content.GetString()!)
            : null;

    // The sentence may be about the organization's data: it is for whoever may read the run.
    private static ProblemException Failed(string executionId, ExecutionOutcome outcome) => new Problem(ErrorCode.WorkflowExecutionFailed, "The run did not end well.")
    {
        Details = Problem.Pairs(("execution_id", executionId), ("status", outcome.Status.ToString().ToLowerInvariant()), ("error_code", outcome.ErrorCode)),
    }.AsException();
}

/// <summary>What the caller of a webhook trigger is told when it does not wait for the run's end, or not long enough.</summary>
/// <param name="ExecutionId"><c>exe_…</c></param>
internal sealed record HookReceipt(string ExecutionId, ExecutionStatus Status, DateTimeOffset CreatedAt);
