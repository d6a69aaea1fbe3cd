using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Portal.Core.Shared.Security;
using Xunit;

namespace Portal.Tests.Gateway.Unit;

public sealed class AddressRangesTests
{
    [Theory]
    [InlineData("10.0.0.0/8", "10.0.0.0", true)]
    [InlineData("10.0.0.0/8", "10.255.255.255", true)]
    [InlineData("10.0.0.0/8", "11.0.0.0", false)]
    [InlineData("10.0.0.0/8", "9.255.255.255", false)]
    [InlineData("192.0.2.7", "192.0.2.7", true)]
    [InlineData("192.0.2.7", "192.0.2.8", false)]
    [InlineData("192.0.2.7/32", "192.0.2.6", false)]
    [InlineData("192.0.2.6/31", "192.0.2.7", true)]
    [InlineData("0.0.0.0/0", "255.255.255.255", true)]
    [InlineData("0.0.0.0/0", "::1", false)]
    [InlineData("::/0", "2001:db8::1", true)]
    [InlineData("::/0", "10.0.0.1", false)]
    [InlineData("::/0", "::ffff:10.0.0.1", false)]
    [InlineData("2001:db8::/32", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", true)]
    [InlineData("2001:db8::/32", "2001:db9::", false)]
    [InlineData("2001:DB8::1", "2001:db8:0:0:0:0:0:1", true)]
    [InlineData("2001:db8::1/128", "2001:db8::2", false)]
    [InlineData("10.0.0.0/8", "::ffff:10.1.2.3", true)]
    [InlineData("::ffff:10.0.0.0/104", "10.1.2.3", true)]
    [InlineData("::ffff:10.0.0.0/104", "11.1.2.3", false)]
    [InlineData("::ffff:0:0/96", "203.0.113.9", true)]
    [InlineData("fe80::/10", "fe80::1%3", true)]
    [InlineData(" 10.0.0.1 ", "10.0.0.1", true)]
    public void A_range_holds_its_addresses_and_no_other(string range, string address, bool inside)
        => Assert.Equal(inside, Parse(range).Contains(IPAddress.Parse(address)));

    [Theory]
    [InlineData("", "missing")]
    [InlineData("   ", "missing")]
    [InlineData("/8", "missing")]
    [InlineData("10.0.0.1/8", "10.0.0.0/8")]
    [InlineData("10.0.0.0/33", "0 to 32")]
    [InlineData("10.0.0.0/", "0 to 32")]
    [InlineData("10.0.0.0/-1", "0 to 32")]
    [InlineData("10.0.0.0/+8", "0 to 32")]
    [InlineData("10.0.0.0/08", "0 to 32")]
    [InlineData("10.0.0.0/8/8", "0 to 32")]
    [InlineData("10.0.0.0/ 8", "0 to 32")]
    [InlineData("10.0.0.0/255.0.0.0", "0 to 32")]
    [InlineData("::/129", "0 to 128")]
    [InlineData("2001:db8::1/32", "2001:db8::/32")]
    [InlineData("::ffff:10.0.0.0/95", "beyond the prefix")]
    [InlineData("10.1", "four numbers")]
    [InlineData("167772161", "four numbers")]
    [InlineData("0x7f.0.0.1", "four numbers")]
    [InlineData("010.0.0.1", "four numbers")]
    [InlineData("10.0.0.256", "four numbers")]
    [InlineData("10.0.0.0.0", "four numbers")]
    [InlineData("10.0.0.", "four numbers")]
    [InlineData("10.0.0.1 10.0.0.2", "four numbers")]
    [InlineData("example.com", "four numbers")]
    [InlineData("[::1]", "IPv6")]
    [InlineData("[::1]:80", "IPv6")]
    [InlineData("10.0.0.1:80", "IPv6")]
    [InlineData("1:2:3", "IPv6")]
    [InlineData("::g", "IPv6")]
    [InlineData("fe80::1%eth0", "zone")]
    public void A_wrong_entry_is_refused_by_name_and_reason(string entry, string reasonPart)
    {
        Assert.False(AddressRange.TryParse(entry, out var range, out var reason));
        Assert.Null(range);
        Assert.Contains($"'{entry.Trim()}'", reason, StringComparison.Ordinal);
        Assert.Contains(reasonPart, reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_entry_is_refused() => Assert.False(AddressRange.TryParse(null, out _, out _));

    [Fact]
    public void Of_a_list_the_first_wrong_entry_is_named()
    {
        Assert.False(AddressRanges.TryParse(["10.0.0.0/8", "bad", "worse"], out var ranges, out var reason));
        Assert.Null(ranges);
        Assert.Contains("'bad'", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_list_is_empty_and_holds_nothing()
    {
        Assert.True(AddressRanges.TryParse([], out var ranges, out _));
        Assert.True(ranges.IsEmpty);
        Assert.False(ranges.Contains(IPAddress.Loopback));
        Assert.False(AddressRanges.None.Contains(IPAddress.IPv6Loopback));
    }

    [Theory]
    [InlineData("10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("10.0.0.1/32", "10.0.0.1")]
    [InlineData("2001:0DB8:0::/32", "2001:db8::/32")]
    [InlineData("::1", "::1")]
    [InlineData("::ffff:10.0.0.0/104", "10.0.0.0/8")]
    public void A_range_is_shown_in_one_spelling(string written, string shown)
    {
        Assert.True(AddressRange.TryParse(written, out var range, out _));
        Assert.Equal(shown, range.ToString());
        Assert.True(AddressRange.TryParse(shown, out var again, out _));
        Assert.Equal(range, again);
    }

    [Fact]
    public void A_list_holds_what_one_of_its_ranges_holds()
    {
        var bytes = Gen.Elements<byte>(0, 1, 2, 127, 128, 254, 255);
        var address = from size in Gen.Elements(4, 16) from part in Gen.ArrayOf(bytes, size) select new IPAddress(part);
        var network = from start in address
                      from prefix in Gen.Choose(0, start.GetAddressBytes().Length * 8)
                      select Truncate(start, prefix);
        var samples = (from networks in Gen.ListOf(network) from asked in Gen.ListOf(address, 20) select (networks, asked)).ToArbitrary();

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(samples, sample =>
        {
            var ranges = Parse([.. sample.networks.Select(item => item.ToString())]);
            // The ends of every range and their neighbours in bytes, besides random addresses.
            foreach (var asked in sample.asked.Concat(sample.networks.Select(item => item.BaseAddress)))
                Assert.Equal(sample.networks.Any(item => item.Contains(asked)), ranges.Contains(asked));
        }));
    }

    private static IPNetwork Truncate(IPAddress address, int prefix)
    {
        var bits = address.GetAddressBytes();
        for (var i = prefix; i < bits.Length * 8; i++)
            bits[i / 8] &= (byte)~(128 >> (i % 8));
        return new IPNetwork(new IPAddress(bits), prefix);
    }

    private static AddressRanges Parse(params string[] entries)
    {
        Assert.True(AddressRanges.TryParse(entries, out var ranges, out var reason), reason);
        return ranges;
    }
}
