using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace Portal.Tests;

/// <summary>
/// bUnit is referenced by file, because the package feed lacks some of its dependencies; so the assemblies it asks for
/// by another version than the one at hand are resolved from the test's own folder.
/// </summary>
internal static class BunitAssemblies
{
    [ModuleInitializer]
    internal static void Redirect() => AssemblyLoadContext.Default.Resolving += Resolve;

    private static Assembly? Resolve(AssemblyLoadContext context, AssemblyName name)
    {
        var path = Path.Combine(AppContext.BaseDirectory, name.Name + ".dll");
        return File.Exists(path) ? context.LoadFromAssemblyPath(path) : null;
    }
}
