using System.Text.Json.Nodes;
using Portal.Tests.Infrastructure;

namespace Portal.Tests.Docs.Api;

/// <summary>What the portal really answers is what the documents say.</summary>
public sealed class ContractTests(DocsApp docs) : IClassFixture<DocsApp>
{
    [Theory]
    [InlineData("v1")]
    [InlineData("unversioned")]
    public async Task Examples_succeed_and_real_answers_fit_their_schemas(string name)
    {
        await using var own = new DocsApp();
        await own.InitializeAsync();
        var document = name == "v1" ? docs.Canonical : docs.Unversioned;
        var run = new ContractRun(own, document);
        await run.All();
        Assert.True(run.Failures.Count == 0, string.Join('\n', run.Failures));
        Assert.NotEmpty(run.Cases);
        await Validate(document, run.Cases);
    }

    [Fact]
    public async Task A_value_that_does_not_fit_is_found()
    {
        var cases = new JsonArray(new JsonObject { ["name"] = "pong", ["pointer"] = "#/components/schemas/Pong", ["value"] = new JsonObject { ["ok"] = 1 } });
        await Assert.ThrowsAsync<InvalidOperationException>(() => Validate(docs.Canonical, cases));
    }

    private static async Task Validate(JsonObject document, JsonArray cases)
    {
        var folder = TestRun.NewDirectory("contract");
        var (documentFile, casesFile) = (Path.Combine(folder, "document.json"), Path.Combine(folder, "cases.json"));
        await File.WriteAllTextAsync(documentFile, document.ToJsonString());
        await File.WriteAllTextAsync(casesFile, cases.ToJsonString());
        (await NodeTool.RunScriptAsync("validate.mjs", [documentFile, casesFile])).Succeeded();
    }
}
