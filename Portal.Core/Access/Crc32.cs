namespace Portal.Core.Access;

/// <summary>CRC-32 of IEEE 802.3 (reflected, polynomial 0xEDB88320), the one of zip and PNG.</summary>
/// <remarks>Written here because the package feed lacks System.IO.Hashing.</remarks>
internal static class Crc32
{
    private static readonly uint[] Table = BuildTable();

    /// <summary>Checksum of ASCII text, one byte a character. The characters must be ASCII.</summary>
    public static uint OfAscii(ReadOnlySpan<char> text)
    {
        var crc = uint.MaxValue;
        foreach (var letter in text)
            crc = Table[(byte)(crc ^ letter)] ^ (crc >> 8);
        return ~crc;
    }

    private static uint[] BuildTable()
    {
        var table = new uint[256];
        for (var value = 0u; value < table.Length; value++)
        {
            var entry = value;
            for (var bit = 0; bit < 8; bit++)
                entry = (entry & 1) == 0 ? entry >> 1 : (entry >> 1) ^ 0xEDB88320u;
            table[value] = entry;
        }

        return table;
    }
}
