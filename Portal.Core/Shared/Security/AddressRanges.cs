using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Portal.Core.Shared.Security;

/// <summary>
/// An immutable list of address ranges that answers whether an address lies in one of them, in logarithmic time and
/// without allocation. IPv4-mapped IPv6 addresses are matched as IPv4; IPv6 ranges, <c>::/0</c> too, hold no IPv4 address.
/// </summary>
internal sealed class AddressRanges
{
    private readonly Interval<uint>[] _v4;
    private readonly Interval<UInt128>[] _v6;

    /// <summary>A list of these ranges, which may overlap.</summary>
    public AddressRanges(IEnumerable<AddressRange> entries)
    {
        Entries = [.. entries];
        _v4 = Merge(Entries.Where(IsV4).Select(entry => V4Interval(entry.Network)));
        _v6 = Merge(Entries.Where(entry => !IsV4(entry)).Select(entry => V6Interval(entry.Network)));
    }

    /// <summary>The list that holds no address.</summary>
    public static AddressRanges None { get; } = new([]);

    /// <summary>The ranges as they were given, in their order.</summary>
    public ImmutableArray<AddressRange> Entries { get; }

    /// <summary>Whether there is no range at all; whether that means everything or nothing is for the caller to say.</summary>
    public bool IsEmpty => Entries.IsEmpty;

    /// <summary>Reads a list of entries as <see cref="AddressRange.TryParse"/> does.</summary>
    /// <param name="entries">One address or CIDR each.</param>
    /// <param name="ranges">The list when the result is true.</param>
    /// <param name="reason">When the result is false, a sentence that names the first wrong entry and what is wrong with it.</param>
    public static bool TryParse(IEnumerable<string> entries, [NotNullWhen(true)] out AddressRanges? ranges, [NotNullWhen(false)] out string? reason)
    {
        ranges = null;
        reason = null;
        var read = new List<AddressRange>();
        foreach (var entry in entries)
        {
            if (!AddressRange.TryParse(entry, out var range, out reason))
                return false;
            read.Add(range);
        }

        ranges = new AddressRanges(read);
        return true;
    }

    /// <summary>Whether the address lies in one of the ranges. A zone (<c>fe80::1%eth0</c>) is ignored.</summary>
    public bool Contains(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return IsInside(_v4, BinaryPrimitives.ReadUInt32BigEndian(bytes));
        return address.IsIPv4MappedToIPv6
            ? IsInside(_v4, BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]))
            : IsInside(_v6, BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    private static bool IsV4(AddressRange entry) => entry.Network.BaseAddress.AddressFamily == AddressFamily.InterNetwork;

    private static Interval<uint> V4Interval(IPNetwork network)
    {
        var first = BinaryPrimitives.ReadUInt32BigEndian(network.BaseAddress.GetAddressBytes());
        // C# shifts by the type's whole width as by zero: the full prefix is a case of its own, here and below.
        return new(first, first | (network.PrefixLength == 32 ? 0 : uint.MaxValue >> network.PrefixLength));
    }

    private static Interval<UInt128> V6Interval(IPNetwork network)
    {
        var first = BinaryPrimitives.ReadUInt128BigEndian(network.BaseAddress.GetAddressBytes());
        return new(first, first | (network.PrefixLength == 128 ? UInt128.Zero : UInt128.MaxValue >> network.PrefixLength));
    }

    private static Interval<T>[] Merge<T>(IEnumerable<Interval<T>> intervals)
        where T : IComparable<T>
    {
        var merged = new List<Interval<T>>();
        foreach (var interval in intervals.OrderBy(interval => interval.First))
        {
            if (merged.Count > 0 && interval.First.CompareTo(merged[^1].Last) <= 0)
                merged[^1] = merged[^1].Last.CompareTo(interval.Last) >= 0 ? merged[^1] : merged[^1] with { Last = interval.Last };
            else
                merged.Add(interval);
        }

        return [.. merged];
    }

    private static bool IsInside<T>(Interval<T>[] disjoint, T value)
        where T : IComparable<T>
    {
        var low = 0;
        var high = disjoint.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (disjoint[middle].First.CompareTo(value) <= 0)
                low = middle + 1;
            else
                high = middle;
        }

        return low > 0 && disjoint[low - 1].Last.CompareTo(value) >= 0;
    }

    private readonly record struct Interval<T>(T First, T Last);
}
