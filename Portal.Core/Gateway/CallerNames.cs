using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Data;

namespace Portal.Core.Gateway;

/// <summary>What the callers of an organization are called: its keys by their names, users by theirs.</summary>
public sealed class CallerNames
{
    /// <summary>Names for ids; one that is not known any more stands for itself.</summary>
    internal async Task<IReadOnlyDictionary<string, string>> Of(PortalDbContext db, string organizationId, IEnumerable<string> ids, CancellationToken cancellation)
    {
        var wanted = ids.Distinct(StringComparer.Ordinal).ToArray();
        var keys = await db.Across<Access.ApiKey>().Where(key => key.OrganizationId == organizationId && wanted.Contains(key.Id))
            .ToDictionaryAsync(key => key.Id, key => key.Name, cancellation);
        var users = await db.Users.Where(user => wanted.Contains(user.Id))
            .ToDictionaryAsync(user => user.Id, user => user.FirstName + " " + user.LastName, cancellation);
        return wanted.ToDictionary(id => id, id => keys.GetValueOrDefault(id) ?? users.GetValueOrDefault(id) ?? id, StringComparer.Ordinal);
    }
}
