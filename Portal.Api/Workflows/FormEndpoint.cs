using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Shared.Json.Schema;
using Portal.Core.Shared.Problems;
using Portal.Core.Workflows.Forms;

namespace Portal.Api.Workflows;

/// <summary>Where programs fill in forms: a POST of JSON to the address of the form's page.</summary>
internal sealed class FormEndpoint(HostedForms forms, OpenAnswers answers)
{
    /// <summary>Maps the address for JSON; what browsers send is the page's.</summary>
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/forms/{id}", (RequestDelegate)(http => http.RequestServices.GetRequiredService<FormEndpoint>().Receive(http)))
            .AllowAnonymous().WithMetadata(new Microsoft.AspNetCore.Http.Metadata.AcceptsMetadata(["application/json"]));

    private Task Receive(HttpContext http) => answers.Run(http, async () =>
    {
        var body = await OpenAnswers.Read(http);
        JsonElement json;
        try
        {
            json = JsonElement.Parse(body.Span, new JsonDocumentOptions { MaxDepth = 32 });
        }
        catch (JsonException e)
        {
            throw Problem.Field(ErrorCode.WrongFormat, "body", $"The body is not valid JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}.").AsException();
        }

        if (JsonText.Fault(json, "body") is { } fault) throw Problem.Field(ErrorCode.WrongFormat, fault.Field, $"{fault.Field} {fault.Reason}").AsException();
        var receipt = await forms.Submit((string)http.GetRouteValue("id")!, FormAnswers.Of(json), http.Connection.RemoteIpAddress, page: null, http.RequestAborted);
        await OpenAnswers.Json(http, StatusCodes.Status202Accepted, receipt);
    });
}
