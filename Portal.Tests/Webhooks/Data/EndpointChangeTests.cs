using System.Net;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Http;
using Portal.Core.Shared.Problems;
using Portal.Core.Shared.Security;
using Portal.Core.Webhooks.Endpoints;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Webhooks.Data;

public sealed class EndpointChangesOnSqliteTests(SqliteCore core) : EndpointChangeTests(core), IClassFixture<SqliteCore>;

public sealed class EndpointChangesOnPostgresTests(PostgresCore core) : EndpointChangeTests(core), IClassFixture<PostgresCore>;

/// <summary>Changes to endpoints that meet others.</summary>
public abstract class EndpointChangeTests(CoreHost core)
{
    private readonly Actor _actor = Actor.System(core.NewTenant());

    private static CancellationToken None => CancellationToken.None;

    private EndpointService Endpoints => core.Get<EndpointService>();

    [Fact]
    public async Task Change_of_something_else_leaves_the_headers_that_were_changed_meanwhile()
    {
        var id = await NewEndpoint();
        var shown = await While(() => SetToken(id, "new-token-4711")).Update(_actor, id, new EndpointPatch { Url = new("https://other.example") }, None);
        Assert.Equal(("https://other.example", "ne••••11"), (shown.Url, shown.Headers["X-Token"]));
        Assert.Equal("ne••••11", (await Endpoints.Get(_actor.Tenant, id, None)).Headers["X-Token"]);
    }

    [Fact]
    public async Task Two_changes_of_the_headers_at_once_are_a_conflict()
    {
        var id = await NewEndpoint();
        var change = new EndpointPatch { Url = new("https://other.example"), Headers = new(Headers("ol••••42")) };
        var refused = await Assert.ThrowsAsync<ProblemException>(() => While(() => SetToken(id, "new-token-4711")).Update(_actor, id, change, None));
        Assert.Equal(409, refused.Problem.HttpStatus);
        var stands = await Endpoints.Get(_actor.Tenant, id, None);
        Assert.Equal(("https://hooks.example", "ne••••11"), (stands.Url, stands.Headers["X-Token"]));
    }

    private static Dictionary<string, string?> Headers(string token) => new(StringComparer.Ordinal) { ["X-Token"] = token };

    private async Task<string> NewEndpoint()
    {
        await core.Get<PortalStore>().WriteAcross((db, _) =>
        {
            db.Organizations.Add(new Organization { Id = _actor.Tenant.OrganizationId, Name = "Tests", Plan = Plan.Enterprise, CreatedAt = DateTimeOffset.UnixEpoch });
            return Task.FromResult(true);
        }, None);
        return (await Endpoints.Create(_actor, new EndpointInput { Url = "https://hooks.example", Events = ["*"], Headers = Headers("old-token-1042") }, None)).Id;
    }

    private Task SetToken(string id, string token) => Endpoints.Update(_actor, id, new EndpointPatch { Headers = new(Headers(token)) }, None);

    // A service for which something else happens between reading the endpoint and writing it: while it asks for an address.
    private EndpointService While(Func<Task> other) => core.Make<EndpointService>(new OutboundAddress(async (_, _) =>
    {
        await other();
        return [IPAddress.Parse("93.184.216.34")];
    }, AddressRanges.None));
}
