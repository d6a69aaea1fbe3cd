using System.Buffers.Binary;

namespace Portal.Core.Ai;

/// <summary>What an image file says of itself in its first bytes.</summary>
/// <param name="Format"><c>png</c>, <c>jpeg</c>, <c>gif</c> or <c>webp</c>.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
internal sealed record ImageFacts(string Format, int Width, int Height)
{
    private static ReadOnlySpan<byte> Png => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public string MediaType => "image/" + Format;

    /// <returns>Null for a file of another format, or one that is cut off before its size.</returns>
    public static ImageFacts? Read(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith(Png)) return ReadPng(file);
        if (file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8)) return ReadGif(file);
        if (file.StartsWith("RIFF"u8) && file.Length >= 16 && file[8..].StartsWith("WEBP"u8)) return ReadWebP(file);
        return file is [0xFF, 0xD8, ..] ? ReadJpeg(file) : null;
    }

    // PNG (ISO/IEC 15948), 11.2.2: the first chunk is IHDR, which begins with width and height.
    private static ImageFacts? ReadPng(ReadOnlySpan<byte> file) =>
        file.Length >= 24 && file[12..].StartsWith("IHDR"u8) ? Of("png", BinaryPrimitives.ReadInt32BigEndian(file[16..]), BinaryPrimitives.ReadInt32BigEndian(file[20..])) : null;

    private static ImageFacts? ReadGif(ReadOnlySpan<byte> file) =>
        file.Length >= 10 ? Of("gif", BinaryPrimitives.ReadUInt16LittleEndian(file[6..]), BinaryPrimitives.ReadUInt16LittleEndian(file[8..])) : null;

    // RFC 9649: the size stands in another place for each of the three kinds.
    private static ImageFacts? ReadWebP(ReadOnlySpan<byte> file)
    {
        if (file.Length < 30) return null;
        var kind = file.Slice(12, 4);
        if (kind.SequenceEqual("VP8X"u8)) return Of("webp", UInt24(file[24..]) + 1, UInt24(file[27..]) + 1);
        if (kind.SequenceEqual("VP8 "u8)) return Of("webp", BinaryPrimitives.ReadUInt16LittleEndian(file[26..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(file[28..]) & 0x3FFF);
        if (!kind.SequenceEqual("VP8L"u8)) return null;
        var bits = BinaryPrimitives.ReadUInt32LittleEndian(file[21..]);
        return Of("webp", (int)(bits & 0x3FFF) + 1, (int)((bits >> 14) & 0x3FFF) + 1);
    }

    // ITU-T T.81, annex B: segments with their length, until the frame header (SOF) that names the size.
    private static ImageFacts? ReadJpeg(ReadOnlySpan<byte> file)
    {
        var at = 2;
        while (at + 9 <= file.Length && file[at] == 0xFF)
        {
            var marker = file[at + 1];
            if (marker == 0xFF)
            {
                at++;
                continue;
            }

            var isFrame = marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);
            if (isFrame) return Of("jpeg", BinaryPrimitives.ReadUInt16BigEndian(file[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(file[(at + 5)..]));
            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
        }

        return null;
    }

    private static ImageFacts? Of(string format, int width, int height) => width > 0 && height > 0 ? new(format, width, height) : null;

    private static int UInt24(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
}
