namespace Portal.Api.Gateway;

/// <summary>Marks an endpoint as one of the API's, and on which surface.</summary>
internal sealed record SurfaceInfo(ApiSurface Surface);
