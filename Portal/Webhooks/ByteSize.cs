using System.Globalization;

namespace Portal.Webhooks;

/// <summary>Sizes as people read them.</summary>
internal static class ByteSize
{
    /// <summary>As <c>512 B</c> or <c>12.4 KiB</c>.</summary>
    internal static string Of(long bytes) => bytes switch
    {
        < 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024d:0.#} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576d:0.#} MiB"),
    };
}
