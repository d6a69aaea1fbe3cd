using Microsoft.OpenApi;
using Portal.Api.Gateway;

namespace Portal.Api.Docs;

/// <summary>What the documents say about the API as a whole.</summary>
internal static class ApiInfo
{
    public const string Title = "Developer Portal API";

    private const string Common = """
        One API for contacts, deals, activities and all that integrations and workflows act on.

        **Credentials.** Send an API key as `X-API-Key`, or a key or session token as `Authorization: Bearer`. Keys belong to one organization and one mode; test keys see test data only.

        **Versions.** `API-Version: 2024-01-15` is the current version of the representations, `2023-12-01` the one before, which is deprecated.

        **Limits.** Every answer says in `X-RateLimit-*` and `RateLimit` how many calls are left; a refusal says when the next one succeeds, and consumes nothing.

        **Errors** all look alike: programs compare `error.code`, support asks for `error.trace_id`.
        """;

    private const string Canonical = """


        This document describes `/api/v1`, which answers with the resource itself; a list is an object with the plural's name and `pagination`.
        """;

    private const string Enveloped = """


        This document describes `/api`, which reaches the same operations and wraps what they answer in `success`, `data`, `meta` and `message`. With `Accept: application/vnd.portal.v1+json` it answers without the wrapping.
        """;

    public static OpenApiInfo Of(ApiSurface surface) => new()
    {
        Title = Title + (surface == ApiSurface.Enveloped ? " (enveloped)" : ""),
        Version = ApiVersions.Current.Date,
        Description = Common + (surface == ApiSurface.Enveloped ? Enveloped : Canonical),
        Contact = new OpenApiContact { Name = "The portal's operator" },
        License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
    };
}

/// <summary>The groups of operations.</summary>
internal static class ApiTags
{
    private static readonly Dictionary<string, string> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Activities"] = "Calls, mails, meetings, tasks and notes.",
        ["AI"] = "Language models, and models of the organization's own.",
        ["API keys"] = "Credentials of programs: making, limiting, rotating and revoking them.",
        ["Authentication"] = "Accounts, sessions and their tokens.",
        ["Contacts"] = "People that the organization deals with.",
        ["Deals"] = "Sales in the making.",
        ["Events"] = "What happens, as webhooks carry it: the catalogue of event types, and publishing events from outside.",
        ["Documentation"] = "What the API offers, for programs.",
        ["Gateway"] = "The API itself.",
        ["Messages"] = "E-mail and text messages.",
        ["Quotas"] = "What the plan allows and how much of it is used.",
        ["Templates"] = "Workflows to begin with: an organization's own, those that others made public, and those that come with the portal.",
        ["Executions"] = "Runs of workflows: what they did, step by step.",
        ["Workflows"] = "What is done when something happens: definitions in versions, what they are made of, and their secrets.",
    };

    /// <summary>The tags that are used, by name, each with its description.</summary>
    public static HashSet<OpenApiTag> Of(IEnumerable<string> used) =>
    [
        .. used.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(name => new OpenApiTag
        {
            Name = name,
            Description = Known.GetValueOrDefault(name, $"Operations on {name.ToLowerInvariant()}."),
        }),
    ];
}
