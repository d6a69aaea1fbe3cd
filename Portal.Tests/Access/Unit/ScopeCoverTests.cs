using Portal.Core.Access;

namespace Portal.Tests.Access.Unit;

public sealed class ScopeCoverTests
{
    [Theory]
    [InlineData("*", "contacts:*", true)]
    [InlineData("*", "*", true)]
    [InlineData("contacts:*", "contacts:*", true)]
    [InlineData("contacts:*", "contacts:delete", true)]
    [InlineData("contacts:read contacts:write", "contacts:*", true)]
    [InlineData("contacts:write", "contacts:create", true)]
    [InlineData("contacts:create contacts:update contacts:delete", "contacts:write", false)]
    [InlineData("contacts:read", "contacts:*", false)]
    [InlineData("contacts:read", "deals:read", false)]
    [InlineData("contacts:*", "*", false)]
    [InlineData("", "contacts:read", false)]
    public void A_scope_is_covered_by_scopes_that_amount_to_it(string granted, string asked, bool covered) =>
        Assert.Equal(covered, Scopes.Covers(Scopes.Expand(granted.Split(' ', StringSplitOptions.RemoveEmptyEntries)), asked));

    [Fact]
    public void Presets_have_known_distinct_scopes_and_a_description()
    {
        Assert.Equal(ApiKeyPresets.All.Count, ApiKeyPresets.All.Select(preset => preset.Id).Distinct().Count());
        Assert.All(ApiKeyPresets.All, preset =>
        {
            Assert.NotEmpty(preset.Description);
            Assert.Equal(preset.Scopes.Count, preset.Scopes.Distinct().Count());
            Assert.All(preset.Scopes, scope => Assert.True(Scopes.TryNormalize(scope, out var canonical) && canonical == scope));
        });
    }

    [Fact]
    public void Read_only_preset_writes_nothing_and_sees_no_keys() =>
        Assert.All(ApiKeyPresets.Find("read_only")!.Scopes, scope => Assert.True(scope.EndsWith(":read", StringComparison.Ordinal) && scope != "keys:read"));
}
