using System.Text.Json.Nodes;

namespace Portal.Api.Crm.Versions;

/// <summary>What changes of versions do to fields.</summary>
internal static class Fields
{
    /// <summary>Gives a field another name, in its place; what stood under the new name goes. Does nothing where there is no such field.</summary>
    public static void Rename(JsonObject fields, string from, string to)
    {
        fields.Remove(to);
        var place = fields.IndexOf(from);
        if (place < 0) return;
        var value = fields[from];
        fields.RemoveAt(place);
        fields.Insert(place, to, value);
    }
}
