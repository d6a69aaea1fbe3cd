using Microsoft.OpenApi;

namespace Portal.Api.Docs;

/// <summary>The ways to show a credential.</summary>
internal static class SecuritySchemes
{
    private const string Key = "ApiKey";
    private const string Bearer = "Bearer";

    public static void Describe(OpenApiDocument document) => document.Components!.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
    {
        [Key] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = "X-API-Key",
            Description = "An API key, `dyn_live_…` or `dyn_test_…`. A test key sees test data only.",
        },
        [Bearer] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "A session's access token, or an API key.",
        },
    };

    /// <summary>Either of them.</summary>
    public static List<OpenApiSecurityRequirement> Requirements(OpenApiDocument document) =>
    [
        new() { [new OpenApiSecuritySchemeReference(Key, document)] = [] },
        new() { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] },
    ];
}
