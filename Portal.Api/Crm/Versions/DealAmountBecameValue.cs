using System.Text.Json.Nodes;
using Portal.Api.Gateway;
using Portal.Core.Crm;

namespace Portal.Api.Crm.Versions;

/// <summary>2024-01-15 renamed a deal's <c>amount</c> to <c>value</c>.</summary>
internal sealed class DealAmountBecameValue : VersionChange
{
    public override ApiVersion LastOld => ApiVersions.Older;
    public override string Description => "A deal's amount became value.";
    public override IReadOnlyCollection<Type> Types { get; } = [typeof(DealResource), typeof(DealInput), typeof(DealPatch)];

    public override void ToOlder(JsonObject resource) => Fields.Rename(resource, "value", "amount");

    public override void ToNewer(JsonObject request) => Fields.Rename(request, "amount", "value");
}
