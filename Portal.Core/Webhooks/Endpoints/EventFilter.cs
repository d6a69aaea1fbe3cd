using Portal.Core.Webhooks.Delivery;
namespace Portal.Core.Webhooks.Endpoints;
internal static class EventFilter
{
    public static string? Fault(string filter) => null;
    public static bool Matches(string filter, ShownEvent shown) => filter.Length > 0 && shown.Type.Length > 0;
}
