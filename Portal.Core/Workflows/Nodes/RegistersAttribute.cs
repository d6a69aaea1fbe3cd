using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace Portal.Core.Workflows.Nodes;

/// <summary>
/// Stands in the file of a class that is one of several of its kind, and registers it: so adding one touches no other
/// file. See docs/decisions/node-types.md.
/// </summary>
/// <typeparam name="TKind">As <see cref="INodeType"/>.</typeparam>
/// <typeparam name="T">The class.</typeparam>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class RegistersAttribute<TKind, T> : RegistersAttribute
    where TKind : class
    where T : class, TKind
{
    public override void Add(IServiceCollection services) => services.AddSingleton<TKind, T>();
}

/// <inheritdoc cref="RegistersAttribute{TKind, T}"/>
internal abstract class RegistersAttribute : Attribute
{
    public abstract void Add(IServiceCollection services);

    /// <summary>Adds all that an assembly's files register.</summary>
    public static void AddAll(Assembly assembly, IServiceCollection services)
    {
        foreach (var registers in assembly.GetCustomAttributes<RegistersAttribute>()) registers.Add(services);
    }
}
