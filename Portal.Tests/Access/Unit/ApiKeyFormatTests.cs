using System.Text;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Xunit;

namespace Portal.Tests.Access.Unit;

public sealed class ApiKeyFormatTests
{
    [Fact]
    public void Crc_has_the_published_check_value()
    {
        Assert.Equal(0xCBF43926u, Crc32.OfAscii("123456789"));
        Assert.Equal(0u, Crc32.OfAscii(""));
    }

    // The checksums were computed by another implementation (zlib's crc32 in Python).
    [Theory]
    [InlineData("dyn_live_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg_3Ifs1b", ApiMode.Live)]
    [InlineData("dyn_test_zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz_0WQIgT", ApiMode.Test)]
    [InlineData("dyn_live_00000000000000000000000000000000000000002Fa_000RuW", ApiMode.Live)]
    public void Keys_of_another_implementation_are_accepted(string key, ApiMode mode)
    {
        Assert.True(ApiKeyFormat.TryParse(key, out var parsed));
        Assert.Equal(mode, parsed);
    }

    [Theory]
    [InlineData(ApiMode.Live, "dyn_live_")]
    [InlineData(ApiMode.Test, "dyn_test_")]
    public void A_generated_key_has_the_documented_shape_and_parses(ApiMode mode, string prefix)
    {
        for (var i = 0; i < 1_000; i++)
        {
            var key = ApiKeyFormat.Generate(mode);
            Assert.Matches($"^{prefix}[0-9A-Za-z]{{43}}_[0-9A-Za-z]{{6}}$", key);
            Assert.Equal(ApiKeyFormat.Length, key.Length);
            Assert.True(ApiKeyFormat.TryParse(key, out var parsed));
            Assert.Equal(mode, parsed);
        }
    }

    [Fact]
    public void Every_single_changed_character_is_rejected()
    {
        var key = ApiKeyFormat.Generate(ApiMode.Live);
        for (var place = 0; place < key.Length; place++)
        {
            foreach (var other in ApiKeyFormat.Alphabet + "_-+/. \0\u00e9\u0130\u212a")
            {
                if (other == key[place])
                    continue;
                var changed = new StringBuilder(key) { [place] = other }.ToString();
                Assert.False(ApiKeyFormat.TryParse(changed, out _), changed);
            }
        }
    }

    [Fact]
    public void Two_exchanged_neighbours_are_rejected()
    {
        var key = ApiKeyFormat.Generate(ApiMode.Test);
        for (var place = 0; place + 1 < key.Length; place++)
        {
            if (key[place] == key[place + 1])
                continue;
            var changed = new StringBuilder(key) { [place] = key[place + 1], [place + 1] = key[place] }.ToString();
            Assert.False(ApiKeyFormat.TryParse(changed, out _), changed);
        }
    }

    [Fact]
    public void Every_other_length_is_rejected()
    {
        var key = ApiKeyFormat.Generate(ApiMode.Live);
        for (var length = 0; length < key.Length; length++)
            Assert.False(ApiKeyFormat.TryParse(key.AsSpan(0, length), out _));
        foreach (var longer in new[] { key + "0", key + key, " " + key, key + " ", key + "\n" })
            Assert.False(ApiKeyFormat.TryParse(longer, out _));
    }

    [Theory]
    [InlineData('-')]
    [InlineData('_')]
    [InlineData('\u0661')]
    [InlineData('\uff21')]
    [InlineData('\u0141')]
    public void A_letter_outside_the_alphabet_is_rejected_even_with_a_matching_checksum(char letter)
    {
        var body = "dyn_live_" + letter + new string('A', 42);
        Assert.False(ApiKeyFormat.TryParse(body + "_" + Checksum(body), out _));
        var good = "dyn_live_" + new string('A', 43);
        Assert.True(ApiKeyFormat.TryParse(good + "_" + Checksum(good), out _));
    }

    [Theory]
    [InlineData("dyn_prod_")]
    [InlineData("DYN_LIVE_")]
    [InlineData("dyn_LIVE_")]
    [InlineData("sk__live_")]
    public void Another_prefix_is_rejected_even_with_a_matching_checksum(string prefix)
    {
        var body = prefix + new string('A', 43);
        Assert.False(ApiKeyFormat.TryParse(body + "_" + Checksum(body), out _));
    }

    [Fact]
    public void Every_letter_of_the_alphabet_is_equally_likely()
    {
        const int Keys = 20_000;
        var counts = new int[128];
        for (var i = 0; i < Keys; i++)
        {
            foreach (var letter in ApiKeyFormat.Generate(ApiMode.Live).AsSpan(9, 43))
                counts[letter]++;
        }

        var expected = Keys * 43 / 62d;
        var chiSquare = ApiKeyFormat.Alphabet.Sum(letter => Math.Pow(counts[letter] - expected, 2) / expected);
        // 61 degrees of freedom: a fair source exceeds 145 once in ten million runs; bytes modulo 62 give thousands.
        Assert.InRange(chiSquare, 0, 145);
        Assert.Equal(Keys * 43, ApiKeyFormat.Alphabet.Sum(letter => counts[letter]));
    }

    [Fact]
    public void The_visible_parts_are_the_prefix_with_four_characters_and_the_last_four()
    {
        var key = ApiKeyFormat.Generate(ApiMode.Test);
        Assert.Equal(key[..13], ApiKeyFormat.VisiblePrefix(key));
        Assert.Equal(key[^4..], ApiKeyFormat.LastFour(key));
    }

    [Fact]
    public void Parsing_and_hashing_allocate_nothing()
    {
        var key = ApiKeyFormat.Generate(ApiMode.Live);
        Assert.True(ApiKeyFormat.TryParse(key, out _));
        KeyHash.Of(key);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var parsed = 0;
        for (var i = 0; i < 1_000; i++)
        {
            parsed += ApiKeyFormat.TryParse(key, out _) ? 1 : 0;
            KeyHash.Of(key);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(1_000, parsed);
    }

    private static string Checksum(string body)
    {
        var crc = ~0u;
        foreach (var letter in body)
        {
            crc ^= (byte)letter;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (0xEDB88320u & (uint)-(crc & 1));
        }

        crc = ~crc;
        var digits = "";
        for (var i = 0; i < 6; i++, crc /= 62)
            digits = ApiKeyFormat.Alphabet[(int)(crc % 62)] + digits;
        return digits;
    }
}
