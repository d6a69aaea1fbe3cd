using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Portal.Core.Shared.Ids;

/// <summary>
/// Makes ids such as <c>con_06bz8x…</c>: a prefix that says what is named and a time-ordered UUID (RFC 9562, version 7)
/// in Crockford's base 32, lower case, 26 characters. Ids of one process sort in the order they were made, also within
/// one millisecond and when the clock is set back.
/// </summary>
public sealed class IdGenerator(TimeProvider time)
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int EncodedLength = 26;
    private const int BlockLength = 1024;

    [ThreadStatic]
    private static byte[]? s_block;

    [ThreadStatic]
    private static int s_used;

    // Milliseconds since 1970 in the upper bits, a counter in the lower twelve: one number that only ever grows.
    private long _last;

    /// <summary>Makes a new id.</summary>
    /// <param name="prefix">What the id names, without the underscore: <c>con</c>, <c>deal</c>, <c>evt</c>.</param>
    public string New(string prefix)
    {
        var moment = NextMoment();
        var high = ((ulong)(moment >> 12) << 16) | 0x7000UL | (ulong)(moment & 0xFFF);
        var low = (RandomBits() >> 2) | 0x8000_0000_0000_0000UL;
        return string.Create(prefix.Length + 1 + EncodedLength, (prefix, value: new UInt128(high, low)), Write);
    }

    /// <summary>Makes an id that nobody can guess: 130 random bits, without a time. For addresses that are their own key.</summary>
    /// <param name="prefix">As for <see cref="New"/>.</param>
    public string NewSecret(string prefix) => $"{prefix}_{RandomNumberGenerator.GetString(Alphabet, EncodedLength)}";

    private static void Write(Span<char> target, (string Prefix, UInt128 Value) id)
    {
        id.Prefix.CopyTo(target);
        target[id.Prefix.Length] = '_';
        var rest = id.Value;
        for (var position = target.Length - 1; position > id.Prefix.Length; position--)
        {
            target[position] = Alphabet[(int)(uint)(rest & 31)];
            rest >>= 5;
        }
    }

    // Drawn in blocks: each API call has an id, and asking the system for eight bytes costs as much as for a thousand.
    private static ulong RandomBits()
    {
        var block = s_block ??= new byte[BlockLength];
        if (s_used == 0 || s_used + sizeof(ulong) > BlockLength)
        {
            RandomNumberGenerator.Fill(block);
            s_used = 0;
        }

        var bits = BinaryPrimitives.ReadUInt64LittleEndian(block.AsSpan(s_used));
        s_used += sizeof(ulong);
        return bits;
    }

    private long NextMoment()
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds() << 12;
        while (true)
        {
            var last = Volatile.Read(ref _last);
            var next = Math.Max(now, last + 1);
            if (Interlocked.CompareExchange(ref _last, next, last) == last) return next;
        }
    }
}
