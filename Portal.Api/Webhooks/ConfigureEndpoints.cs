using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portal.Api.Docs;
using Portal.Api.Gateway;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;
using Portal.Core.Webhooks.Endpoints;
using Portal.Core.Webhooks.Inbound;

namespace Portal.Api.Webhooks;

/// <summary>One door for webhooks in both directions: with a provider it takes in what that one sends, without it the portal sends.</summary>
internal static class ConfigureEndpoints
{
    public static void MapConfigure(this RouteGroupBuilder api)
    {
        var webhooks = api.MapGroup("/webhooks").WithTags("Webhooks");
        webhooks.MapPost("/configure", Configure).RequireScope(WebhooksEndpoints.WriteScope).Operation("webhooks_configure", "Set up a webhook in either direction",
            "With a `provider` it sets up the inbound source that checks this provider's signature; the same provider and URL again replace its secret and events. Without one it adds an endpoint that the portal delivers to.")
            .Refuses(ErrorCode.QuotaExceeded)
            .Example(EndpointExamples.ConfiguredProvider, EndpointExamples.ProviderConfigured)
            .Example(EndpointExamples.ConfiguredEndpoint, EndpointExamples.EndpointConfigured, "outbound");
        webhooks.MapGet("/{id}/status", Status).RequireScope(WebhooksEndpoints.ReadScope).Operation("webhooks_status", "Read a webhook's health", "Of an endpoint or of an inbound source.")
            .Example(response: EndpointExamples.Health);
    }

    private static async Task<Ok<WebhookConfigured>> Configure(ConfigureInput input, ApiCall call, EndpointService endpoints, InboundSources sources, CancellationToken cancellation)
    {
        if (input.Provider is not null)
        {
            var source = await sources.Configure(
                call.Actor, new InboundSourceInput { Provider = input.Provider, Name = input.Name, Url = input.Url, Events = input.Events, Secret = input.Secret, Hmac = input.Hmac }, cancellation);
            return TypedResults.Ok(new WebhookConfigured(source.WebhookId, source.Status, source.LastTriggered, source.Url, source.Secret));
        }

        var endpoint = await endpoints.Create(call.Actor, new EndpointInput { Name = input.Name, Url = input.Url, Events = input.Events, Secret = input.Secret }, cancellation);
        return TypedResults.Ok(new WebhookConfigured(endpoint.Id, "active", endpoint.LastTriggered, endpoint.Url, input.Secret is null ? endpoint.Secret : null));
    }

    private static async Task<Ok<EndpointHealthResource>> Status(string id, ApiCall call, EndpointHealth health, InboundSources sources, CancellationToken cancellation)
    {
        try
        {
            return TypedResults.Ok(await health.Of(call.Tenant, id, cancellation));
        }
        catch (ProblemException e) when (e.Problem.Code == ErrorCode.NotFound)
        {
            return TypedResults.Ok(await OfSource(call.Tenant, id, sources, cancellation));
        }
    }

    private static async Task<EndpointHealthResource> OfSource(Tenant tenant, string id, InboundSources sources, CancellationToken cancellation)
    {
        var status = await sources.Status(tenant, id, cancellation);
        return new EndpointHealthResource
        {
            WebhookId = status.WebhookId,
            Status = status.Status == "active" ? EndpointStatus.Active : EndpointStatus.Paused,
            LastTriggered = status.LastTriggered,
            SuccessRate = status.SuccessRate,
            FailureCount = 0,
            FailingSince = null,
            StoppedAt = null,
            Pending = 0,
            MeanDurationMs = null,
            RestsUntil = null,
            RecentErrors = [.. status.RecentErrors.Select(error => new RecentError(error.At, error.MessageId, null, error.Error))],
        };
    }
}

/// <summary>A webhook to set up.</summary>
internal sealed record ConfigureInput
{
    /// <summary>Who sends: <c>quoteiq</c>, <c>stripe</c>, <c>github</c>, <c>slack</c>, <c>twilio</c>, <c>standard-webhooks</c> or <c>hmac</c>. Absent, the portal sends.</summary>
    public string? Provider { get; init; }

    /// <summary>At most 100 characters.</summary>
    public string? Name { get; init; }

    /// <summary>Where the provider sends, or where the portal does.</summary>
    [Required]
    public string? Url { get; init; }

    /// <summary>The events that the provider may send, or that the portal sends.</summary>
    public IReadOnlyList<string?>? Events { get; init; }

    /// <summary>What signs; made when absent.</summary>
    public string? Secret { get; init; }

    /// <summary>How requests are signed; for the provider <c>hmac</c> alone.</summary>
    public HmacSettings? Hmac { get; init; }
}

/// <summary>A webhook that was set up.</summary>
/// <param name="WebhookId"><c>whk_…</c></param>
/// <param name="Status"><c>active</c>, or <c>disabled</c>.</param>
/// <param name="LastTriggered">The last message or attempt; null before the first.</param>
/// <param name="Url">The address that is an inbound source's alone, or where the portal sends.</param>
/// <param name="Secret">The secret, where the portal has just made it; null otherwise.</param>
internal sealed record WebhookConfigured(string WebhookId, string Status, DateTimeOffset? LastTriggered, string Url, string? Secret);
