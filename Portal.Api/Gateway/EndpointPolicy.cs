using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Portal.Core.Gateway;

namespace Portal.Api.Gateway;

/// <summary>All that the gateway needs to know of an endpoint, worked out once from what the endpoint states.</summary>
internal sealed class EndpointPolicy
{
    private static readonly Dictionary<string, string> NarrowerActions = new(StringComparer.OrdinalIgnoreCase)
    {
        ["POST"] = "create", ["PUT"] = "update", ["PATCH"] = "update", ["DELETE"] = "delete",
    };

    public required ApiSurface Surface { get; init; }
    public required OperationInfo Operation { get; init; }

    /// <summary>The operation's place in arrays that are kept per caller; the same on both surfaces.</summary>
    public required int Index { get; init; }
    public required string Method { get; init; }

    /// <summary>The route below <c>/api</c> without version, as limits by pattern see it: <c>/api/workflows/{id}/execute</c>.</summary>
    public required string Route { get; init; }

    /// <summary>The scopes of which one suffices, the usual one first; empty where any credential will do.</summary>
    public required string[] Scopes { get; init; }
    public required bool Anonymous { get; init; }

    /// <summary>The feature that the plan must open; null where every plan will do.</summary>
    public string? Feature { get; init; }
    public required RateCategory Category { get; init; }
    public required bool Charged { get; init; }
    public required bool NeverWrapped { get; init; }

    /// <summary>Whether the request's body stays out of the log whole.</summary>
    public bool BodyNeverLogged { get; init; }
    public Deprecation? Deprecation { get; init; }

    /// <summary>The status of success that the handler's type declares.</summary>
    public required int SuccessStatus { get; init; }

    /// <summary>The type of what success shows; null where it shows nothing.</summary>
    public Type? ResponseType { get; init; }

    /// <summary>The type of the request's body, for the transformers of older versions.</summary>
    public Type? RequestType { get; init; }

    /// <summary>Reads an endpoint's statements.</summary>
    /// <returns>Null where one is missing; <see cref="GatewayGuard"/> says which.</returns>
    public static EndpointPolicy? From(RouteEndpointBuilder endpoint, ApiSurface surface, OperationRegistry operations)
    {
        var metadata = endpoint.Metadata;
        var operation = metadata.OfType<OperationInfo>().LastOrDefault();
        var access = metadata.OfType<EndpointDeclarations.Access>().LastOrDefault();
        if (operation is null || access is null) return null;
        var method = metadata.OfType<IHttpMethodMetadata>().LastOrDefault()?.HttpMethods is [var first, ..] ? first : "GET";
        var path = endpoint.RoutePattern.RawText ?? "";
        var success = metadata.OfType<IProducesResponseTypeMetadata>().FirstOrDefault(produced => produced.StatusCode is >= 200 and < 300);
        return new EndpointPolicy
        {
            Surface = surface,
            Operation = operation,
            Index = operations.IndexOf(operation.Id),
            Method = method,
            Route = Unversioned(path),
            Scopes = ScopesOf(access, method),
            Anonymous = access.Anonymous,
            Feature = metadata.OfType<EndpointDeclarations.FeatureInfo>().LastOrDefault()?.Feature,
            Category = metadata.OfType<EndpointDeclarations.CategoryInfo>().LastOrDefault()?.Category
                ?? (method == "GET" ? RateCategory.CrmRead : RateCategory.CrmWrite),
            Charged = !access.Anonymous && !metadata.OfType<EndpointDeclarations.FreeOfChargeInfo>().Any(),
            NeverWrapped = metadata.OfType<EndpointDeclarations.NeverWrappedInfo>().Any(),
            BodyNeverLogged = metadata.OfType<EndpointDeclarations.BodyNeverLoggedInfo>().Any(),
            Deprecation = metadata.OfType<Deprecation>().LastOrDefault(),
            SuccessStatus = success?.StatusCode ?? StatusCodes.Status200OK,
            ResponseType = success?.Type is { } type && type != typeof(void) ? type : null,
            RequestType = metadata.OfType<IAcceptsMetadata>().LastOrDefault()?.RequestType,
        };
    }

    private static string Unversioned(string path)
    {
        var route = "/" + path.Trim('/');
        return route.StartsWith("/api/v1/", StringComparison.Ordinal) ? "/api/" + route["/api/v1/".Length..] : route;
    }

    private static string[] ScopesOf(EndpointDeclarations.Access access, string method)
    {
        if (access.Scope is not { } scope) return [];
        var parts = scope.Split(':');
        return parts[1] == "write" && NarrowerActions.TryGetValue(method, out var action) ? [scope, $"{parts[0]}:{action}"] : [scope];
    }
}

/// <summary>Numbers the operations, so that callers keep what belongs to each in an array.</summary>
internal sealed class OperationRegistry
{
    private readonly Dictionary<string, int> _indexes = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    public int Count
    {
        get
        {
            lock (_gate) return _indexes.Count;
        }
    }

    public int IndexOf(string operationId)
    {
        lock (_gate)
        {
            if (!_indexes.TryGetValue(operationId, out var index)) _indexes[operationId] = index = _indexes.Count;
            return index;
        }
    }
}
