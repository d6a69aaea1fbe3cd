using System.Reflection;
using Portal.Api.Gateway;
using Portal.Core.Shared.Json;

namespace Portal.Api.Docs;

/// <summary>What schemas are called: by their types, without the endings that only tell types of this program apart.</summary>
internal static class SchemaNames
{
    public static string Of(Type type)
    {
        if (type == typeof(ErrorBody)) return "Error";
        if (typeof(IResourcePage).IsAssignableFrom(type)) return Of(type.GetGenericArguments()[0]) + "Page";
        if (type.IsGenericType) return type.Name.Split('`')[0] + "Of" + string.Concat(type.GetGenericArguments().Select(Of));
        return type.Name.EndsWith("Resource", StringComparison.Ordinal) && type.Name != "Resource" ? type.Name[..^"Resource".Length] : type.Name;
    }

    /// <summary>The name of the list in a page of a resource.</summary>
    public static string PluralOf(Type resource) =>
        (string)typeof(SchemaNames).GetMethod(nameof(Plural), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(resource).Invoke(null, null)!;

    private static string Plural<T>() where T : IResource => T.Plural;
}
