using System.Buffers;
using System.Security.Cryptography;
using Portal.Core.Shared.Data;

namespace Portal.Core.Access;

/// <summary>
/// The text of an API key: <c>dyn_live_</c> or <c>dyn_test_</c>, 43 random base-62 characters (256 bits), <c>_</c>, and
/// six characters that hold the CRC-32 of everything before that underscore. The checksum lets a mistyped or made-up key
/// be rejected before any look-up; it protects nothing else. Source: API contract, section Credentials.
/// </summary>
internal static class ApiKeyFormat
{
    /// <summary>Characters of a whole key.</summary>
    public const int Length = PrefixLength + RandomLength + 1 + ChecksumLength;

    internal const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    internal const int RandomLength = 43;
    internal const int ChecksumLength = 6;

    private const string LivePrefix = "dyn_live_";
    private const string TestPrefix = "dyn_test_";
    private const int PrefixLength = 9;
    private const int BodyLength = PrefixLength + RandomLength;
    private const int VisibleRandomLength = 4;

    private static readonly SearchValues<char> Base62 = SearchValues.Create(Alphabet);

    /// <summary>Makes a new key from the system's random source.</summary>
    public static string Generate(ApiMode mode)
        => string.Create(Length, mode, static (key, mode) =>
        {
            (mode == ApiMode.Live ? LivePrefix : TestPrefix).CopyTo(key);
            RandomNumberGenerator.GetItems(Alphabet, key[PrefixLength..BodyLength]);
            key[BodyLength] = '_';
            WriteChecksum(key[..BodyLength], key[(BodyLength + 1)..]);
        });

    /// <summary>Checks prefix, length, alphabet and checksum. Allocates nothing; surrounding spaces are not accepted.</summary>
    /// <param name="key">The whole key as the client sent it.</param>
    /// <param name="mode">The mode that the prefix names; meaningless when the result is false.</param>
    /// <returns>Whether this is a well-formed key; whether it exists is for the look-up to say.</returns>
    public static bool TryParse(ReadOnlySpan<char> key, out ApiMode mode)
    {
        mode = key.StartsWith(LivePrefix, StringComparison.Ordinal) ? ApiMode.Live : ApiMode.Test;
        if (key.Length != Length || key[BodyLength] != '_')
            return false;
        if (mode == ApiMode.Test && !key.StartsWith(TestPrefix, StringComparison.Ordinal))
            return false;
        if (key[PrefixLength..BodyLength].ContainsAnyExcept(Base62))
            return false;

        Span<char> checksum = stackalloc char[ChecksumLength];
        WriteChecksum(key[..BodyLength], checksum);
        return key[(BodyLength + 1)..].SequenceEqual(checksum);
    }

    /// <summary>The part that lists and logs may show: <c>dyn_live_</c> and the first four random characters.</summary>
    /// <param name="key">A well-formed key.</param>
    public static string VisiblePrefix(ReadOnlySpan<char> key) => key[..(PrefixLength + VisibleRandomLength)].ToString();

    /// <summary>The last four characters, which lists may show too; they belong to the checksum and give no random character away.</summary>
    /// <param name="key">A well-formed key.</param>
    public static string LastFour(ReadOnlySpan<char> key) => key[^4..].ToString();

    private static void WriteChecksum(ReadOnlySpan<char> body, Span<char> digits)
    {
        var rest = Crc32.OfAscii(body);
        for (var place = ChecksumLength - 1; place >= 0; place--)
        {
            digits[place] = Alphabet[(int)(rest % Alphabet.Length)];
            rest /= (uint)Alphabet.Length;
        }
    }
}
