using Portal.Core.Gateway;

namespace Portal.Tests.Gateway.Unit;

public sealed class SecretMaskTests
{
    private const string Key = "dyn_live_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg_000000";
    private static readonly SecretMask Mask = new(["tax_id"]);

    [Theory]
    [InlineData("Authorization", "Bearer " + Key, "Bearer ••••••")]
    [InlineData("authorization", Key, "••••••")]
    [InlineData("X-API-Key", Key, "••••••")]
    [InlineData("Cookie", "a=b; c=d", "••••••")]
    [InlineData("X-Custom", "key " + Key + "!", "key ••••••!")]
    [InlineData("Content-Type", "application/json", "application/json")]
    public void Header_keeps_what_is_no_secret(string name, string value, string shown) => Assert.Equal(shown, Mask.Header(name, value));

    [Theory]
    [InlineData("page=2&api_key=abc&q=x", "page=2&api_key=••••••&q=x")]
    [InlineData("access%5Ftoken=abc", "access%5Ftoken=••••••")]
    [InlineData("TAX_ID=7", "TAX_ID=••••••")]
    [InlineData("token", "token")]
    [InlineData("sort=-created_at", "sort=-created_at")]
    public void Query_is_masked_by_the_parameters_names(string query, string shown) => Assert.Equal(shown, Mask.Query(query));

    [Theory]
    [InlineData("""{"name":"Zoë","password":"x"}""", """{"name":"Zoë","password":"••••••"}""")]
    [InlineData("""{"a":[{"client_secret":"x","id":7}],"newPassword":1}""", """{"a":[{"client_secret":"••••••","id":7}],"newPassword":"••••••"}""")]
    [InlineData("""{"key":"x","key_id":"key_1","token_type":"bearer","keys":[]}""", """{"key":"••••••","key_id":"key_1","token_type":"bearer","keys":[]}""")]
    [InlineData("""{"tax_id":"DE1","note":"uses dyn_test_0123456789abc"}""", """{"tax_id":"••••••","note":"uses ••••••"}""")]
    [InlineData("""{"secret":{"inner_token":"x"}}""", """{"secret":{"inner_token":"••••••"}}""")]
    [InlineData("not json, dyn_live_0123456789", "not json, ••••••")]
    [InlineData("""{"password":"x","password":"y"}""", """{"password":"••••••","password":"••••••"}""")]
    [InlineData("""{"password":"x","half":"\ud800"}""", """{"password":"••••••","half":"\ud800"}""")]
    public void Body_is_masked_by_the_fields_names_and_the_form_of_keys(string body, string shown) => Assert.Equal(shown, Mask.Body(body, isCut: false));

    [Theory]
    [InlineData("""{"password":"x","na""", """{"password":"••••••","na""")]
    [InlineData("""{"password" : "half of a long se""", """{"password":"••••••"}""")]
    public void Body_that_was_cut_is_masked_too(string body, string shown)
    {
        var masked = Mask.Body(body, isCut: true);
        Assert.StartsWith(shown.TrimEnd('}'), masked, StringComparison.Ordinal);
        Assert.DoesNotContain("half", masked, StringComparison.Ordinal);
    }
}
