using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.TestHost;
using Portal.Api;
using Portal.Api.Docs;
using Portal.Api.Gateway;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;

namespace Portal.Tests.Docs.Api;

/// <summary>The colour of a sample.</summary>
public enum SampleColour
{
    DarkRed,
    Blue,
}

/// <summary>A place inside a sample, in requests and answers.</summary>
/// <param name="Row">From 1.</param>
public sealed record SamplePlace(int Row, string? Shelf);

/// <summary>One of everything that the schemas must know.</summary>
public sealed record SampleResource : IResource
{
    public static string Kind => "sample";
    public static string Plural => "samples";

    public required string Id { get; init; }

    /// <summary>In <see cref="Currency"/>, as <c>12.50</c>.</summary>
    public required decimal Amount { get; init; }
    public required string Currency { get; init; }
    public required SampleColour Colour { get; init; }
    public required SampleColour? SecondColour { get; init; }
    public required DateOnly? Due { get; init; }
    public required SamplePlace? Place { get; init; }
    public required IReadOnlyList<string> Tags { get; init; }
    public required IReadOnlyDictionary<string, int> Counts { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public SampleResource? Parent { get; init; }
}

/// <summary>A new sample.</summary>
public sealed record SampleInput
{
    [Required]
    [StringLength(200, MinimumLength = 1)]
    public string? Name { get; init; }
    [EmailAddress]
    public string? Email { get; init; }
    public decimal? Amount { get; init; }
    public SampleColour? Colour { get; init; }
    public SamplePlace? Place { get; init; }
}

/// <summary>Changes to a sample.</summary>
public sealed record SamplePatch
{
    /// <summary>What it is called.</summary>
    public Optional<string?> Name { get; init; }
    public Optional<decimal?> Amount { get; init; }
    public Optional<DateOnly?> Due { get; init; }
    public Optional<SamplePlace?> Place { get; init; }
}

/// <summary>The parameters of the list.</summary>
/// <param name="Colour">Only those of this colour.</param>
public sealed record SampleQuery(
    int? Page, [FromQuery(Name = "per_page")] int? PerPage, int? Limit, string? Cursor, string? Sort, SampleColour? Colour,
    [FromQuery(Name = "created_after")] DateTimeOffset? CreatedAfter);

/// <summary>Endpoints that exist for the documents only: no handler is ever called.</summary>
internal static class SampleEndpoints
{
    private static readonly SampleResource Shown = new()
    {
        Id = "smp_06bv5cwjmxq4s0d2k8h1r3n7zf",
        Amount = 12.50m,
        Currency = "USD",
        Colour = SampleColour.DarkRed,
        SecondColour = null,
        Due = new DateOnly(2024, 3, 20),
        Place = new SamplePlace(1, null),
        Tags = ["first"],
        Counts = new Dictionary<string, int>(StringComparer.Ordinal) { ["a"] = 1 },
        CreatedAt = new DateTimeOffset(2024, 3, 20, 10, 30, 0, TimeSpan.Zero),
    };

    /// <summary>An application with nothing but these endpoints and the documents.</summary>
    public static async Task<WebApplication> Start()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.WebHost.UseTestServer();
        builder.Services.AddPortalApi();
        var app = builder.Build();
        app.MapSurfaces(Map);
        OpenApiDocuments.Map(app);
        await app.StartAsync();
        return app;
    }

    private static void Map(RouteGroupBuilder api)
    {
        var samples = api.MapGroup("/samples").WithTags("Samples");
        samples.MapGet("", List).RequireScope("contacts:read").Operation("list_samples", "List samples")
            .SortableBy(["created_at", "amount"]).Example(response: ResourcePage.Of(new Page<SampleResource>([Shown], 1, 20, 1, null)));
        samples.MapPost("", Create).RequireScope("contacts:write").Operation("create_sample", "Create a sample")
            .Example(new SampleInput { Name = "First", Amount = 12.50m, Colour = SampleColour.DarkRed }, Shown)
            .Example(new SampleInput { Name = "Second" }, Shown, "least");
        samples.MapPatch("/{id}", Update).RequireScope("contacts:write").Operation("update_sample", "Change a sample")
            .Refuses(ErrorCode.Conflict)
            .DeprecatedSince(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(60), "/docs/samples")
            .Example(new SamplePatch { Name = new(null), Due = new(new DateOnly(2024, 4, 1)) }, Shown);
        samples.MapDelete("/{id}", Delete).RequireScope("contacts:write").Operation("delete_sample", "Delete a sample").Example();
        samples.MapPost("/{id}/login", Login).AllowAnonymousCall().Operation("log_in", "Log in").Example(new SampleInput { Name = "x" }, new Pong(true));
    }

    private static Ok<ResourcePage<SampleResource>> List([AsParameters] SampleQuery query) => throw new NotSupportedException(query.ToString());

    private static Created<SampleResource> Create(SampleInput input) => throw new NotSupportedException(input.ToString());

    private static Ok<SampleResource> Update(string id, SamplePatch patch) => throw new NotSupportedException(id + patch);

    private static Done Delete(string id) => throw new NotSupportedException(id);

    private static Ok<Pong> Login(string id, SampleInput input) => throw new NotSupportedException(id + input);
}
