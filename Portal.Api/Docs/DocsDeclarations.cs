using Microsoft.AspNetCore.Builder;
using Portal.Core.Shared.Problems;

namespace Portal.Api.Docs;

/// <summary>One example of an operation: the request and what it is answered with.</summary>
/// <param name="Name">Tells examples of one operation apart, as <c>with_contact</c>.</param>
/// <param name="Request">An object of the request's type; null where there is no body.</param>
/// <param name="Response">An object of the type that success shows; null where it shows nothing.</param>
public sealed record OperationExample(string Name, object? Request, object? Response);

/// <summary>What endpoints state for their documentation alone.</summary>
public static class DocsDeclarations
{
    /// <summary>
    /// An example. It is made of the very types that the handler takes and returns, so that renaming a field renames it
    /// here; unset fields of a request are left out.
    /// </summary>
    public static TBuilder Example<TBuilder>(this TBuilder builder, object? request = null, object? response = null, string name = "example")
        where TBuilder : IEndpointConventionBuilder => builder.With(new OperationExample(name, request, response));

    /// <summary>The refusals that an operation has beyond those that follow from what it states otherwise.</summary>
    public static TBuilder Refuses<TBuilder>(this TBuilder builder, params ErrorCode[] codes)
        where TBuilder : IEndpointConventionBuilder => builder.With(new RefusalInfo(codes));

    /// <summary>The fields that <c>sort</c> takes.</summary>
    public static TBuilder SortableBy<TBuilder>(this TBuilder builder, IEnumerable<string> fields)
        where TBuilder : IEndpointConventionBuilder => builder.With(new SortInfo([.. fields]));

    private static TBuilder With<TBuilder>(this TBuilder builder, object metadata) where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(endpoint => endpoint.Metadata.Add(metadata));
        return builder;
    }

    internal sealed record RefusalInfo(IReadOnlyList<ErrorCode> Codes);

    internal sealed record SortInfo(IReadOnlyList<string> Fields);
}
