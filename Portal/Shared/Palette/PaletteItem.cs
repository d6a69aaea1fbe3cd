using System.Text.Json.Serialization;

namespace Portal.Shared.Palette;

/// <summary>The groups of the command palette, in the order in which they are shown.</summary>
public enum PaletteGroup
{
    Pages,
    Commands,
    Keys,
    Webhooks,
    Endpoints,
}

/// <summary>Something that the command palette finds. Exactly one of <see cref="Href"/> and <see cref="Press"/> says what choosing it does.</summary>
/// <param name="Id">Unique among all items and the same tomorrow, as <c>page:/keys</c>: recently used items are remembered by it.</param>
/// <param name="Group">Under which heading it is listed.</param>
/// <param name="Title">What a person reads, in their language.</param>
public sealed record PaletteItem(string Id, PaletteGroup Group, string Title)
{
    /// <summary>A second, quieter text that is searched as well: a key's prefix, a path.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Detail { get; init; }

    /// <summary>Words that find it and are not shown.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Words { get; init; }

    /// <summary>A short mark before the title, as <c>GET</c> or <c>test</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Mark { get; init; }

    /// <summary>The page it opens, relative to the portal's root and without a leading slash.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Href { get; init; }

    /// <summary>The command it runs: the value of <c>data-command</c> on the control of the page that it presses.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Press { get; init; }
}

/// <summary>
/// A feature's part of the command palette: register one with <c>services.AddSingleton&lt;IPaletteSource, …&gt;()</c>.
/// It is asked once when a reader first opens the palette, and again when the palette is opened later.
/// </summary>
internal interface IPaletteSource
{
    /// <summary>What this reader may find; nothing that they could not open, nothing of other organizations.</summary>
    /// <param name="user">The reader, in their open organization and mode.</param>
    /// <param name="cancellation">Ends the query.</param>
    Task<IReadOnlyList<PaletteItem>> Find(PageUser user, CancellationToken cancellation);
}
