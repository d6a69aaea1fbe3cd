using System.Globalization;
using System.Text;

namespace Portal.Webhooks;

/// <summary>Bytes as people look at them: offset, sixteen bytes, and the characters that they are in ASCII.</summary>
internal static class HexDump
{
    private const int PerLine = 16;

    internal static string Of(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length * 5);
        for (var start = 0; start < bytes.Length; start += PerLine)
        {
            var line = bytes[start..Math.Min(bytes.Length, start + PerLine)];
            text.Append(start.ToString("x8", CultureInfo.InvariantCulture)).Append("  ");
            for (var i = 0; i < PerLine; i++)
            {
                text.Append(i < line.Length ? line[i].ToString("x2", CultureInfo.InvariantCulture) : "  ").Append(i == PerLine / 2 - 1 ? "  " : " ");
            }

            text.Append(' ');
            foreach (var value in line) text.Append(value is >= 0x20 and < 0x7F ? (char)value : '.');
            if (start + PerLine < bytes.Length) text.Append('\n');
        }

        return text.ToString();
    }
}
