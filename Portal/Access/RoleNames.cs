using Portal.Core.Access;

namespace Portal.Access;

/// <summary>The keys of the roles' and plans' names in <see cref="AccessTexts"/>.</summary>
internal static class RoleNames
{
    internal static string Of(Role role) => role switch
    {
        Role.Owner => "Role.Owner",
        Role.Admin => "Role.Admin",
        Role.Developer => "Role.Developer",
        _ => "Role.Viewer",
    };

    /// <summary>What somebody with the role may do.</summary>
    internal static string Explain(Role role) => role switch
    {
        Role.Owner => "Role.OwnerText",
        Role.Admin => "Role.AdminText",
        Role.Developer => "Role.DeveloperText",
        _ => "Role.ViewerText",
    };
}
