using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Portal.Core.Shared.Http;
using Portal.Core.Shared.Security;

namespace Portal.Tests.Shared.Outbound;

/// <summary>Which URLs a customer may save: every notation of an address is the address.</summary>
public sealed class OutboundAddressTests
{
    [Theory]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://127.1/")]
    [InlineData("http://2130706433/")]
    [InlineData("http://0x7f000001/")]
    [InlineData("http://0x7f.0.0.1/")]
    [InlineData("http://0177.0.0.1/")]
    [InlineData("http://017700000001/")]
    [InlineData("http://127.0.0.1./")]
    [InlineData("http://127.0.0.1:8080/hook?x=1#y")]
    [InlineData("http://１２７.０.０.１/")]
    [InlineData("http://①②⑦.⓪.⓪.①/")]
    [InlineData("http://127。0。0。1/")]
    [InlineData("http://%31%32%37.0.0.1/")]
    [InlineData("http://0/")]
    [InlineData("http://0.0.0.0/")]
    [InlineData("http://10.1.2.3/")]
    [InlineData("http://100.64.0.1/")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://0xA9FEA9FE/")]
    [InlineData("http://2852039166/")]
    [InlineData("http://168.63.129.16/")]
    [InlineData("http://172.16.0.1/")]
    [InlineData("http://172.31.255.255/")]
    [InlineData("http://192.168.1.1/")]
    [InlineData("http://192.0.0.192/")]
    [InlineData("http://192.0.2.1/")]
    [InlineData("http://192.88.99.1/")]
    [InlineData("http://198.18.0.1/")]
    [InlineData("http://198.51.100.1/")]
    [InlineData("http://203.0.113.1/")]
    [InlineData("http://224.0.0.1/")]
    [InlineData("http://255.255.255.255/")]
    [InlineData("http://[::]/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[0:0:0:0:0:0:0:1]/")]
    [InlineData("http://[::ffff:127.0.0.1]/")]
    [InlineData("http://[::ffff:7f00:1]/")]
    [InlineData("http://[::ffff:8.8.8.8]/")]
    [InlineData("http://[::127.0.0.1]/")]
    [InlineData("http://[64:ff9b::127.0.0.1]/")]
    [InlineData("http://[64:ff9b:1::10.0.0.1]/")]
    [InlineData("http://[2002:7f00:1::]/")]
    [InlineData("http://[2001::1]/")]
    [InlineData("http://[2001:db8::1]/")]
    [InlineData("http://[3fff::1]/")]
    [InlineData("http://[fc00::1]/")]
    [InlineData("http://[fd00:ec2::254]/")]
    [InlineData("http://[fe80::1]/")]
    [InlineData("http://[fe80::1%25eth0]/")]
    [InlineData("http://[fec0::1]/")]
    [InlineData("http://[ff02::1]/")]
    [InlineData("http://[100::1]/")]
    [InlineData("http://[5f00::1]/")]
    [InlineData("http://[4000::1]/")]
    public async Task Special_address_is_refused_in_every_notation(string url) => Assert.NotNull(await Check(url));

    [Theory]
    [InlineData("")]
    [InlineData("example.com")]
    [InlineData("/hook")]
    [InlineData("ftp://example.com/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://example.com/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("http://user@example.com/")]
    [InlineData("http://user:secret@example.com/")]
    [InlineData("http://@example.com/")]
    [InlineData("http://example.com\\@127.0.0.1/")]
    [InlineData("http://exa mple.com/")]
    [InlineData("http://example.com/\r\nHost: x")]
    [InlineData("http://1.2.3.4.5/")]
    [InlineData("http://999.1.1.1/")]
    [InlineData("http://example.0x1f/")]
    [InlineData("http:///hook")]
    [InlineData("http://./")]
    public async Task What_is_no_plain_web_address_is_refused(string url) => Assert.NotNull(await Check(url));

    [Theory]
    [InlineData("https://example.com/hook")]
    [InlineData("https://EXAMPLE.com:8443/hook?a=b@c")]
    [InlineData("https://bücher.example/")]
    [InlineData("http://8.8.8.8/")]
    [InlineData("http://172.15.255.255/")]
    [InlineData("http://172.32.0.1/")]
    [InlineData("http://[2606:4700::1111]/")]
    public async Task Public_address_may_be_saved(string url) => Assert.Null(await Check(url));

    [Fact]
    public async Task Name_is_refused_when_one_of_its_addresses_is_special()
    {
        var reason = await Check("https://mixed.example/", "93.184.215.14", "10.0.0.5");
        Assert.Contains("10.0.0.5", reason, StringComparison.Ordinal);
        Assert.Contains("a private network", reason, StringComparison.Ordinal);
        Assert.NotNull(await Check("https://mapped.example/", "::ffff:10.0.0.5"));
    }

    [Fact]
    public async Task Name_that_does_not_resolve_may_be_saved()
    {
        var addresses = new OutboundAddress((_, _) => Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound)), AddressRanges.None);
        Assert.Null(await addresses.Check("https://soon.example/", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Allowlist_opens_ranges_and_development_opens_loopback()
    {
        Assert.Null(await With(false, "10.0.0.0/8").Check("http://10.1.2.3/", default));
        Assert.NotNull(await With(false, "10.0.0.0/8").Check("http://192.168.0.1/", default));
        Assert.NotNull(await With(false).Check("http://127.0.0.1/", default));
        Assert.Null(await With(true).Check("http://127.0.0.1/", default));
        Assert.Null(await With(true).Check("http://[::1]/", default));
        Assert.NotNull(await With(true).Check("http://10.0.0.1/", default));
        Assert.NotNull(await With(true).Check("http://169.254.169.254/", default));
    }

    [Fact]
    public void Wrong_range_in_the_allowlist_is_named_at_start()
    {
        var result = new SecurityOptionsValidation().Validate(null, new SecurityOptions { OutboundAllowlist = ["10.0.0.0/8", "10.1/8"] });
        Assert.Contains("Security:OutboundAllowlist", Assert.Single(result.Failures!), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host", "x", false)]
    [InlineData("content-length", "1", false)]
    [InlineData("X Y", "1", false)]
    [InlineData("X-Key", "a\r\nHost: b", false)]
    [InlineData("X-Key", "ü", false)]
    [InlineData("X-Key", "a b", true)]
    public void Header_that_would_change_the_request_itself_is_refused(string name, string value, bool taken) =>
        Assert.Equal(taken, OutboundHeaders.Fault(name, value) is null);

    private static Task<string?> Check(string url, params string[] addresses) =>
        new OutboundAddress((_, _) => Task.FromResult(Array.ConvertAll(addresses is [] ? ["93.184.215.14"] : addresses, IPAddress.Parse)), AddressRanges.None)
            .Check(url, TestContext.Current.CancellationToken);

    private static OutboundAddress With(bool development, params string[] allowed) => new(
        Dns.GetHostAddressesAsync, Options.Create(new SecurityOptions { OutboundAllowlist = allowed }), new TestEnvironment(development ? "Development" : "Production"));
}
