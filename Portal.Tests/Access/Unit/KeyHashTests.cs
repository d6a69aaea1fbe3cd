using System.Security.Cryptography;
using System.Text;
using Portal.Core.Access;
using Xunit;

namespace Portal.Tests.Access.Unit;

public sealed class KeyHashTests
{
    [Theory]
    [InlineData("abc", "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD")]
    [InlineData("", "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    public void The_hash_is_sha_256(string credential, string hexadecimal)
        => Assert.Equal(hexadecimal, Convert.ToHexString(KeyHash.Of(credential).ToArray()));

    [Theory]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(5_000)]
    public void Credentials_of_any_length_and_alphabet_are_hashed_by_their_utf8_bytes(int length)
    {
        var credential = new string('a', length - 2) + "\u00e9";
        Assert.Equal(SHA256.HashData(Encoding.UTF8.GetBytes(credential)), KeyHash.Of(credential).ToArray());
    }

    [Fact]
    public void A_stored_hash_equals_the_hash_of_its_credential()
    {
        var hash = KeyHash.Of("a credential");
        var stored = new KeyHash(hash.ToArray());
        Assert.Equal(hash, stored);
        Assert.True(hash == stored);
        Assert.True(hash.FixedTimeEquals(stored));
        Assert.Equal(hash.GetHashCode(), stored.GetHashCode());
        Assert.True(new Dictionary<KeyHash, int> { [hash] = 1 }.ContainsKey(stored));
    }

    [Fact]
    public void A_hash_that_differs_in_any_bit_is_another()
    {
        var hash = KeyHash.Of("a credential");
        for (var bit = 0; bit < KeyHash.Size * 8; bit++)
        {
            var bytes = hash.ToArray();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            var other = new KeyHash(bytes);
            Assert.True(hash != other);
            Assert.False(hash.FixedTimeEquals(other));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void Stored_bytes_of_another_length_are_refused(int length)
        => Assert.Throws<ArgumentException>(() => new KeyHash(new byte[length]));
}
