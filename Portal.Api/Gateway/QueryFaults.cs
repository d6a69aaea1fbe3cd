using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Portal.Core.Shared.Problems;

namespace Portal.Api.Gateway;

/// <summary>
/// Finds the query parameter that could not be bound. The generated binder of an optional parameter only sets the status
/// 400, whatever <c>ThrowOnBadRequest</c> says, and leaves it to us to say why.
/// </summary>
internal static class QueryFaults
{
    public static bool HasAny(HttpContext http) => http.Response.StatusCode == StatusCodes.Status400BadRequest;

    public static Problem Explain(HttpContext http)
    {
        foreach (var parameter in http.GetEndpoint()!.Metadata.GetOrderedMetadata<IParameterBindingMetadata>())
        {
            if (!parameter.HasTryParse) continue;
            var name = NameOf(parameter);
            if (http.Request.Query[name] is [{ Length: > 0 } value, ..] && !Parses(parameter.ParameterInfo.ParameterType, value))
                return Problem.Field(ErrorCode.WrongFormat, name, $"{name} has the wrong type.");
        }

        return Problem.Field(ErrorCode.WrongFormat, "request", "The request cannot be read.");
    }

    private static string NameOf(IParameterBindingMetadata parameter) =>
        parameter.ParameterInfo.GetCustomAttribute<FromQueryAttribute>()?.Name ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(parameter.Name);

    private static bool Parses(Type type, string value)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsEnum) return Enum.TryParse(type, value, out _);
        return (bool)typeof(QueryFaults).GetMethod(nameof(TryParse), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type).Invoke(null, [value])!;
    }

    private static bool TryParse<T>(string value) where T : IParsable<T> => T.TryParse(value, CultureInfo.InvariantCulture, out _);
}
