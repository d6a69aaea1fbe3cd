using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Processes;

namespace Portal.Tests.Docs.Unit;

/// <summary>
/// The unit tests of the islands' TypeScript (wwwroot-assets/test): the curl reader, code samples that really run, form and
/// JSON, history, limits. The portal's build has installed their packages.
/// </summary>
public sealed class PlaygroundScriptTests
{
    [Theory]
    [InlineData("curl")]
    [InlineData("samples")]
    [InlineData("draft")]
    [InlineData("json-text")]
    public async Task Tests_of_the_islands_pass(string name) =>
        (await Command.RunAsync("node", ["test.mjs", name], Repository.PathOf("wwwroot-assets"))).Succeeded();
}
