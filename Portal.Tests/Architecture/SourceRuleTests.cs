namespace Portal.Tests.Architecture;

/// <summary>The patterns of <see cref="SourceTests"/> find what they are for and nothing else.</summary>
public sealed class SourceRuleTests
{
    [Theory]
    [InlineData("var now = DateTime.UtcNow;", true)]
    [InlineData("@DateTimeOffset.Now.Year", true)]
    [InlineData("var id = Guid.NewGuid().ToString();", true)]
    [InlineData("    // DateTime.UtcNow would ignore the test's clock.", false)]
    [InlineData("var now = time.GetUtcNow();", false)]
    [InlineData("MyDateTime.Now()", false)]
    public void Ambient_time_and_ids_are_found(string code, bool found) =>
        Assert.Equal(found, SourceTests.AmbientTimeOrId().IsMatch("first line\n" + code));

    [Theory]
    [InlineData("catch { }", true)]
    [InlineData("catch (IOException)\n{\n}", true)]
    [InlineData("catch (IOException e) when (e.HResult == 5) { }", true)]
    [InlineData("catch\n{\n    // never mind\n}", true)]
    [InlineData("catch (Exception)\n{\n    // never mind\n}", true)]
    [InlineData("catch (JSDisconnectedException)\n{\n    // The page has gone, and the module with it.\n}", false)]
    [InlineData("catch (IOException problem) { Report(problem); }", false)]
    [InlineData("catch { Report(); }", false)]
    [InlineData("catch (Exception)\n{\n    // why\n    return null;\n}", false)]
    public void Empty_catch_blocks_are_found(string code, bool found) =>
        Assert.Equal(found, SourceTests.EmptyCatch().IsMatch(code));

    [Theory]
    [InlineData("await Task.Delay(100);", true)]
    [InlineData("Thread.Sleep(1);", true)]
    [InlineData("// never Thread.Sleep", false)]
    public void Sleeping_is_found(string code, bool found) => Assert.Equal(found, SourceTests.Sleep().IsMatch(code));
}
