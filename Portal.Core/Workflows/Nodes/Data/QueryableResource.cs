using System.Collections.Frozen;
using System.Text.Json;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Paging;

namespace Portal.Core.Workflows.Nodes.Data;

/// <summary>
/// A kind of the organization's resources, as workflows read and write it: through the service that the API uses, with its
/// checks and events. Adding one is adding its class with <c>[assembly: Registers&lt;IQueryableResource, …&gt;]</c>.
/// </summary>
internal interface IQueryableResource
{
    /// <summary>The plural's name.</summary>
    string Name { get; }

    /// <summary>What its scopes are called.</summary>
    string Scopes { get; }

    /// <summary>The filter's fields.</summary>
    IReadOnlySet<string> FilterFields { get; }

    /// <summary>Whether it can be created, changed and deleted.</summary>
    bool IsWritable { get; }

    Task<Page<JsonElement>> List(Tenant tenant, JsonElement filter, PageRequest page, CancellationToken cancellation);

    Task<JsonElement> Get(Tenant tenant, string id, CancellationToken cancellation);

    Task<object> Create(Actor actor, JsonElement values, CancellationToken cancellation);

    Task<object> Update(Actor actor, string id, JsonElement changes, CancellationToken cancellation);

    Task Delete(Actor actor, string id, CancellationToken cancellation);
}

/// <summary>A resource that can only be read.</summary>
internal abstract class ReadableResource<TResource, TFilter> : IQueryableResource
    where TResource : IResource
    where TFilter : new()
{
    public string Name => TResource.Plural;

    public virtual string Scopes => Name;

    public IReadOnlySet<string> FilterFields { get; } = PortalJson.Options.GetTypeInfo(typeof(TFilter)).Properties.Select(property => property.Name).ToFrozenSet(StringComparer.Ordinal);

    public virtual bool IsWritable => false;

    public async Task<Page<JsonElement>> List(Tenant tenant, JsonElement filter, PageRequest page, CancellationToken cancellation) =>
        (await List(tenant, filter.ValueKind == JsonValueKind.Undefined ? new TFilter() : Read<TFilter>(filter), page, cancellation)).Select(Written);

    public async Task<JsonElement> Get(Tenant tenant, string id, CancellationToken cancellation) => Written(await Find(tenant, id, cancellation));

    public virtual Task<object> Create(Actor actor, JsonElement values, CancellationToken cancellation) => throw ReadOnly();

    public virtual Task<object> Update(Actor actor, string id, JsonElement changes, CancellationToken cancellation) => throw ReadOnly();

    public virtual Task Delete(Actor actor, string id, CancellationToken cancellation) => throw ReadOnly();

    protected abstract Task<Page<TResource>> List(Tenant tenant, TFilter filter, PageRequest page, CancellationToken cancellation);

    protected abstract Task<TResource> Find(Tenant tenant, string id, CancellationToken cancellation);

    protected static T Read<T>(JsonElement value) => value.Deserialize<T>(PortalJson.Options)!;

    private static JsonElement Written(TResource resource) => JsonSerializer.SerializeToElement(resource, PortalJson.Options);

    private NodeException ReadOnly() => new("READ_ONLY", $"{Name} can only be read.");
}

/// <summary>A resource that can be read and written.</summary>
internal abstract class WritableResource<TResource, TFilter, TInput, TPatch> : ReadableResource<TResource, TFilter>
    where TResource : IResource
    where TFilter : new()
{
    public override bool IsWritable => true;

    public override async Task<object> Create(Actor actor, JsonElement values, CancellationToken cancellation) => await Create(actor, Read<TInput>(values), cancellation);

    public override async Task<object> Update(Actor actor, string id, JsonElement changes, CancellationToken cancellation) => await Update(actor, id, Read<TPatch>(changes), cancellation);

    public abstract override Task Delete(Actor actor, string id, CancellationToken cancellation);

    protected abstract Task<TResource> Create(Actor actor, TInput values, CancellationToken cancellation);

    protected abstract Task<TResource> Update(Actor actor, string id, TPatch changes, CancellationToken cancellation);
}
