using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Portal.Core.Access;

/// <summary>
/// SHA-256 of a credential with high entropy (API key, token), which is all that is stored of it. No salt and no slow
/// hash: 256 random bits cannot be guessed, and the hash must serve as a look-up key.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct KeyHash : IEquatable<KeyHash>
{
    /// <summary>Size in bytes.</summary>
    public const int Size = SHA256.HashSizeInBytes;

    private const int LongestOnStack = 256;

    private readonly ulong _first;
    private readonly ulong _second;
    private readonly ulong _third;
    private readonly ulong _fourth;

    /// <summary>Reads a stored hash.</summary>
    /// <param name="bytes">Exactly <see cref="Size"/> bytes.</param>
    /// <exception cref="ArgumentException">There are more or fewer bytes.</exception>
    public KeyHash(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
            throw new ArgumentException($"A key hash has {Size} bytes, not {bytes.Length}.", nameof(bytes));
        this = MemoryMarshal.Read<KeyHash>(bytes);
    }

    /// <summary>Whether both are the same hash; may tell by its time where they differ, see <see cref="FixedTimeEquals"/>.</summary>
    public static bool operator ==(KeyHash left, KeyHash right) => left.Equals(right);

    /// <summary>Whether the hashes differ.</summary>
    public static bool operator !=(KeyHash left, KeyHash right) => !left.Equals(right);

    /// <summary>Hashes a credential's UTF-8 bytes. Allocates nothing for credentials up to 256 bytes.</summary>
    public static KeyHash Of(ReadOnlySpan<char> credential)
    {
        var length = Encoding.UTF8.GetByteCount(credential);
        byte[]? rented = null;
        var buffer = length <= LongestOnStack ? stackalloc byte[LongestOnStack] : rented = ArrayPool<byte>.Shared.Rent(length);
        var bytes = buffer[..length];
        try
        {
            Encoding.UTF8.GetBytes(credential, bytes);
            Span<byte> hash = stackalloc byte[Size];
            SHA256.HashData(bytes, hash);
            return new KeyHash(hash);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            if (rented is not null)
                ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>The hash as a new array of <see cref="Size"/> bytes, for storage.</summary>
    public byte[] ToArray() => AsBytes(in this).ToArray();

    /// <summary>Whether both are the same hash, in a time that does not depend on where they differ.</summary>
    public bool FixedTimeEquals(in KeyHash other) => CryptographicOperations.FixedTimeEquals(AsBytes(in this), AsBytes(in other));

    /// <inheritdoc/>
    public bool Equals(KeyHash other)
        => _first == other._first && _second == other._second && _third == other._third && _fourth == other._fourth;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is KeyHash other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_first, _second);

    private static ReadOnlySpan<byte> AsBytes(in KeyHash hash) => MemoryMarshal.AsBytes(new ReadOnlySpan<KeyHash>(in hash));
}
