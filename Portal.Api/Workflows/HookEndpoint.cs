using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Net.Http.Headers;
using Portal.Core.Shared.Problems;
using Portal.Core.Workflows.Engine;
using Portal.Core.Workflows.Triggers;

namespace Portal.Api.Workflows;

/// <summary>
/// Where webhook triggers are called: <c>/hooks/{id}</c>, by anybody who knows the address and what its node asks for.
/// It stands outside of the API, as providers' webhooks do: only requests that fail are limited.
/// </summary>
internal sealed class HookEndpoint(HookReceiver receiver, OpenAnswers answers, IHostApplicationLifetime host)
{
    private const string AsText = "text/plain; charset=utf-8";
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
        var answer = await receiver.Receive((string)http.GetRouteValue("id")!, hook, host.ApplicationStopping, http.RequestAborted);
        if (answer.Outcome is not { } outcome) await OpenAnswers.Json(http, StatusCodes.Status202Accepted, new HookReceipt(answer.Execution.Id, answer.Execution.Status, answer.Execution.CreatedAt));
        else if (outcome.Status != ExecutionStatus.Completed) throw Failed(answer.Execution.Id, outcome.Status, outcome.ErrorCode);
        else if (HookReply.FailureOf(outcome.Output) is { } code) throw Failed(answer.Execution.Id, outcome.Status, code);
        else if (HookReply.Of(outcome.Output) is { } reply && MediaTypeHeaderValue.TryParse(reply.ContentType, out var type)) await Show(http, reply, type);
        else await OpenAnswers.Json(http, StatusCodes.Status200OK, outcome.Output.ValueKind == JsonValueKind.Undefined ? (object?)null : outcome.Output);
    });

    private static async Task Show(HttpContext http, HookReply reply, MediaTypeHeaderValue type)
    {
        foreach (var (name, value) in reply.Headers) http.Response.Headers[name] = value;
        if (reply.HasBody) await OpenAnswers.Send(http, reply.Status, IsLoaded(type) ? AsText : type.ToString(), Encoding.UTF8.GetBytes(reply.Content));
        else http.Response.StatusCode = reply.Status;
    }

    // The portal's pages take scripts and styles from their own origin: what a workflow answers may not pass for one.
    private static bool IsLoaded(MediaTypeHeaderValue type) =>
        type.MediaType.Value is { } name && (name.Contains("script", StringComparison.OrdinalIgnoreCase) || name.EndsWith("css", StringComparison.OrdinalIgnoreCase));

    // The sentence may be about the organization's data: it is for whoever may read the run.
    private static ProblemException Failed(string executionId, ExecutionStatus status, string? code) => new Problem(ErrorCode.WorkflowExecutionFailed, "The run did not end well.")
    {
        Details = Problem.Pairs(("execution_id", executionId), ("status", status.ToString().ToLowerInvariant()), ("error_code", code)),
    }.AsException();
}

/// <summary>What the caller of a webhook trigger is told when it does not wait for the run's end, or not long enough.</summary>
/// <param name="ExecutionId"><c>exe_…</c></param>
internal sealed record HookReceipt(string ExecutionId, ExecutionStatus Status, DateTimeOffset CreatedAt);
