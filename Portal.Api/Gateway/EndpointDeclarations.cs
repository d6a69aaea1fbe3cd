using Microsoft.AspNetCore.Builder;
using Portal.Core.Gateway;

namespace Portal.Api.Gateway;

/// <summary>Which of the two surfaces an endpoint answers on; both reach the same handler.</summary>
public enum ApiSurface
{
    /// <summary><c>/api/v1/…</c>: answers with the resource itself.</summary>
    Canonical,

    /// <summary><c>/api/…</c>: wraps the answer in <c>success</c>, <c>data</c>, <c>meta</c>, <c>message</c>.</summary>
    Enveloped,
}

/// <summary>What endpoints state about themselves. One that states neither a scope nor who else may call keeps the app from starting.</summary>
public static class EndpointDeclarations
{
    /// <summary>The operation's id and summary, as the OpenAPI document, the usage counts and the request log name it.</summary>
    public static TBuilder Operation<TBuilder>(this TBuilder builder, string id, string summary, string? description = null)
        where TBuilder : IEndpointConventionBuilder => builder.With(new OperationInfo(id, summary, description));

    /// <summary>
    /// The scope a caller needs, as <c>contacts:write</c>. A <c>write</c> scope is also satisfied by the narrower one of the
    /// endpoint's method: POST by <c>create</c>, PUT and PATCH by <c>update</c>, DELETE by <c>delete</c>.
    /// </summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder builder, string scope)
        where TBuilder : IEndpointConventionBuilder => builder.With(new Access(scope));

    /// <summary>Any good credential will do.</summary>
    public static TBuilder RequireCredential<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.With(new Access(null));

    /// <summary>Anybody may call, without a credential.</summary>
    public static TBuilder AllowAnonymousCall<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.With(new Access(null) { Anonymous = true });

    /// <summary>The category whose limit applies; without it GET is <see cref="RateCategory.CrmRead"/> and all else <see cref="RateCategory.CrmWrite"/>.</summary>
    public static TBuilder RateLimitAs<TBuilder>(this TBuilder builder, RateCategory category)
        where TBuilder : IEndpointConventionBuilder => builder.With(new CategoryInfo(category));

    /// <summary>The organization's plan must open this feature, as <c>cash_flow_forecast</c>; see <see cref="PlanLimits.Features"/>.</summary>
    public static TBuilder RequireFeature<TBuilder>(this TBuilder builder, string feature)
        where TBuilder : IEndpointConventionBuilder => builder.With(new FeatureInfo(feature));

    /// <summary>Does not count against the monthly quota.</summary>
    public static TBuilder FreeOfCharge<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.With(new FreeOfChargeInfo());

    /// <summary>Answers as it is on both surfaces, never wrapped.</summary>
    public static TBuilder NeverWrapped<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.With(new NeverWrappedInfo());

    /// <summary>Keeps the request's body out of the log: what in it is secret cannot be told by the names of its fields.</summary>
    public static TBuilder NeverLogBody<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.With(new BodyNeverLoggedInfo());

    /// <summary>The operation is deprecated (RFC 9745) and will go (RFC 8594).</summary>
    /// <param name="since">When it was deprecated.</param>
    /// <param name="sunset">When it stops to answer.</param>
    /// <param name="link">Where the replacement is described.</param>
    public static TBuilder DeprecatedSince<TBuilder>(this TBuilder builder, DateTimeOffset since, DateTimeOffset sunset, string link)
        where TBuilder : IEndpointConventionBuilder => builder.With(new Deprecation(since, sunset, link));

    private static TBuilder With<TBuilder>(this TBuilder builder, object metadata) where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(endpoint => endpoint.Metadata.Add(metadata));
        return builder;
    }

    internal sealed record Access(string? Scope)
    {
        public bool Anonymous { get; init; }
    }

    internal sealed record CategoryInfo(RateCategory Category);

    internal sealed record FeatureInfo(string Feature);

    internal sealed record FreeOfChargeInfo;

    internal sealed record NeverWrappedInfo;

    internal sealed record BodyNeverLoggedInfo;
}

/// <summary>An operation's id, summary and description in the OpenAPI document.</summary>
public sealed record OperationInfo(string Id, string Summary, string? Description);

/// <summary>Since when something is deprecated, when it goes, and where that is explained.</summary>
public sealed record Deprecation(DateTimeOffset Since, DateTimeOffset Sunset, string Link);
