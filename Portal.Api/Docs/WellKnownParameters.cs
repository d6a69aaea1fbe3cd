using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Portal.Core.Shared.Paging;

namespace Portal.Api.Docs;

/// <summary>The query parameters that mean the same wherever they occur.</summary>
internal static class WellKnownParameters
{
    public static void Complete(OpenApiParameter parameter, IReadOnlyList<string> sortFields)
    {
        if (parameter.In != ParameterLocation.Query || parameter.Schema is not OpenApiSchema schema) return;
        switch (parameter.Name)
        {
            case "page":
                parameter.Description = "The page's number, from 1. Pages far down are better reached by `cursor`.";
                (schema.Minimum, schema.Maximum, schema.Default, parameter.Example) = ("1", Text(PageRequest.LastPage), 1, 1);
                break;
            case "per_page":
                parameter.Description = "How many items a page has.";
                Size(parameter, schema);
                break;
            case "limit":
                parameter.Description = "Another name of `per_page`, which wins where both are given.";
                Size(parameter, schema);
                break;
            case "cursor":
                parameter.Description = "The `next_cursor` of the page before; it wins over `page`. A list keeps its place while rows come and go.";
                parameter.Example = "eyJzb3J0IjoiLWNyZWF0ZWRfYXQifQ";
                break;
            case "sort":
                parameter.Description = "The field to sort by, with `-` in front for descending order; newest first without it.";
                parameter.Example = sortFields.Count == 0 || sortFields.Contains("created_at") ? "-created_at" : sortFields[0];
                if (sortFields.Count > 0) schema.Enum = [.. sortFields.SelectMany(field => new JsonNode[] { field, "-" + field })];
                break;
        }
    }

    private static void Size(OpenApiParameter parameter, OpenApiSchema schema) =>
        (schema.Minimum, schema.Maximum, schema.Default, parameter.Example) = ("1", Text(PageRequest.MostPerPage), PageRequest.DefaultPerPage, 50);

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
