using System.Text.Json.Nodes;
using Portal.Api.Gateway;
using Portal.Core.Crm;

namespace Portal.Api.Crm.Versions;

/// <summary>2024-01-15 added <c>first_name</c> and <c>last_name</c> to contacts, whose whole name was <c>full_name</c> before.</summary>
internal sealed class ContactNameWasSplit : VersionChange
{
    public override ApiVersion LastOld => ApiVersions.Older;
    public override string Description => "A contact's full_name became name, and first_name and last_name were added.";
    public override IReadOnlyCollection<Type> Types { get; } = [typeof(ContactResource), typeof(ContactInput), typeof(ContactPatch)];

    public override void ToOlder(JsonObject resource)
    {
        Fields.Rename(resource, "name", "full_name");
        resource.Remove("first_name");
        resource.Remove("last_name");
    }

    public override void ToNewer(JsonObject request)
    {
        // The older version knew no such fields, and what it does not know is ignored.
        request.Remove("first_name");
        request.Remove("last_name");
        request.Remove("name");
        Fields.Rename(request, "full_name", "name");
    }
}
