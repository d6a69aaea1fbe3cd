using System.Diagnostics;
using System.Net;
using Portal.Tests.Infrastructure.Hosts;
using Portal.Tests.Infrastructure.Processes;

namespace Portal.Tests.Infrastructure.Tests;

public sealed class PortalProcessTests
{
    [Fact]
    public async Task Killed_portal_starts_again_on_the_same_data()
    {
        await using var portal = await PortalProcess.StartAsync(new PortalProcessOptions { ReadyPath = null });
        var data = portal.DataDirectory;
        var marker = Path.Combine(data, "marker");
        await File.WriteAllTextAsync(marker, "kept");
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(portal));

        await portal.KillHard();
        Assert.Throws<InvalidOperationException>(() => portal.Http);
        await portal.StartAgainAsync();

        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(portal));
        Assert.Equal("kept", await File.ReadAllTextAsync(marker));
        Assert.Equal(data, portal.DataDirectory);
        Assert.Contains("Now listening on", portal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Portal_that_ends_while_starting_is_reported_with_its_output()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => PortalProcess.StartAsync(
            new PortalProcessOptions { Settings = { ["Kestrel:Endpoints:Broken:Url"] = "nonsense" } }));
        Assert.Contains("nonsense", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Supervised_process_dies_when_the_pipe_to_its_starter_closes()
    {
        var server = SupervisedProcess.Start(Signal.Kill, ["sleep", "600"], Path.GetTempPath());
        using var watched = Process.GetProcessById(server.Id);
        Assert.Equal("sleep", await NameOnceExecutedAsync(server.Id));

        server.ClosePipe();

        await WaitFor.Condition(() => watched.HasExited, "the watcher ended the server");
        await server.DisposeAsync();
    }

    private static async Task<string> NameOnceExecutedAsync(int id) => await WaitFor.Value(
        async () => (await File.ReadAllTextAsync($"/proc/{id}/comm")).Trim() is var name && name != "sh" ? name : null,
        "the shell has become the server");

    private static async Task<HttpStatusCode> StatusAsync(PortalProcess portal)
    {
        using var response = await portal.Http.GetAsync(new Uri("/not-there", UriKind.Relative));
        return response.StatusCode;
    }
}
