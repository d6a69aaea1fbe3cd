using System.Text;
using Portal.Core.Access;

namespace Portal.Tests.Access.Unit;

public sealed class TotpTests
{
    private static readonly byte[] Secret = Encoding.ASCII.GetBytes("12345678901234567890");

    // RFC 6238, appendix B, SHA-1, of whose eight digits the last six are the code of six.
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void Codes_are_those_of_the_rfc(long seconds, string code)
    {
        var moment = DateTimeOffset.FromUnixTimeSeconds(seconds);
        Assert.Equal(code, Totp.Code(Secret, Totp.StepAt(moment)));
        Assert.Equal(Totp.StepAt(moment), Totp.Match(Secret, code, moment));
    }

    // RFC 4648, section 10, without padding.
    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void Base_32_is_that_of_the_rfc(string plain, string encoded) => Assert.Equal(encoded, Totp.Base32(Encoding.ASCII.GetBytes(plain)));

    [Fact]
    public void Clocks_may_differ_by_one_step_and_no_more()
    {
        var moment = DateTimeOffset.FromUnixTimeSeconds(1234567890);
        var step = Totp.StepAt(moment);
        Assert.Equal(step - 1, Totp.Match(Secret, Totp.Code(Secret, step - 1), moment));
        Assert.Equal(step + 1, Totp.Match(Secret, Totp.Code(Secret, step + 1), moment));
        Assert.Null(Totp.Match(Secret, Totp.Code(Secret, step - 2), moment));
        Assert.Null(Totp.Match(Secret, Totp.Code(Secret, step + 2), moment));
        Assert.Null(Totp.Match(Secret, "abcdef", moment));
    }

    [Fact]
    public void Address_holds_what_apps_read() =>
        Assert.Equal(
            "otpauth://totp/Portal:jane%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Portal&algorithm=SHA1&digits=6&period=30",
            Totp.Address("Portal", "jane@example.com", Secret));
}
