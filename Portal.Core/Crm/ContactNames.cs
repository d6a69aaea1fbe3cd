using Portal.Core.Shared.Json;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Crm;

/// <summary>Keeps a contact's three names consistent, whichever of them a client gives.</summary>
internal static class ContactNames
{
    /// <summary>
    /// Takes over the names that are given and differ from what stands, since a client may send back all three as it
    /// read them and have changed one.
    /// </summary>
    public static void Rename(this Contact contact, Optional<string?> name, Optional<string?> first, Optional<string?> last, Faults faults)
    {
        var (newFirst, newLast) = (Clean(first.Or(contact.FirstName)), Clean(last.Or(contact.LastName)));
        var newName = Clean(name.Or(contact.Name)) ?? "";
        var renamed = newName != contact.Name;
        if (newFirst != contact.FirstName || newLast != contact.LastName)
        {
            var joined = Join(newFirst, newLast);
            if (renamed && name.Value is not null && newName != joined) faults.Add("name", "name differs from first_name and last_name; give one or the other.");
            (contact.Name, contact.FirstName, contact.LastName) = (joined, newFirst, newLast);
        }
        else if (renamed)
        {
            var space = newName.LastIndexOf(' ');
            contact.FirstName = Clean(space < 0 ? newName : newName[..space]);
            contact.LastName = space < 0 ? null : newName[(space + 1)..];
            contact.Name = Join(contact.FirstName, contact.LastName);
        }
    }

    private static string Join(string? first, string? last) => $"{first} {last}".Trim();

    private static string? Clean(string? name) => string.IsNullOrWhiteSpace(name) ? null : name.Trim();
}
