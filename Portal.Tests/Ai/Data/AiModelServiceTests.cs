using System.Net;
using Portal.Core.Access;
using Portal.Core.Ai.Models;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Http;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Problems;
using Portal.Core.Shared.Security;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Ai.Data;

public sealed class AiModelServiceOnSqliteTests(SqliteCore core) : AiModelServiceTests(core), IClassFixture<SqliteCore>;

public sealed class AiModelServiceOnPostgresTests(PostgresCore core) : AiModelServiceTests(core), IClassFixture<PostgresCore>;

/// <summary>Changes to models that meet others.</summary>
public abstract class AiModelServiceTests(CoreHost core)
{
    private const string Id = "churn";
    private readonly Actor _actor = Actor.System(core.NewTenant());

    private static CancellationToken None => CancellationToken.None;

    private AiModelService Models => core.Get<AiModelService>();

    [Fact]
    public async Task Change_of_something_else_leaves_the_headers_that_were_changed_meanwhile()
    {
        await Register();
        var shown = await While(() => SetToken("new-token-4711")).Update(_actor, Id, new AiModelPatch { Url = new("https://other.example") }, None);
        Assert.Equal(("https://other.example", "ne••••11"), (shown.Url, shown.Headers["X-Token"]));
        Assert.Equal("ne••••11", (await Models.Get(_actor.Tenant, Id, None)).Headers["X-Token"]);
    }

    [Fact]
    public async Task Two_changes_of_the_headers_at_once_are_a_conflict()
    {
        await Register();
        var change = new AiModelPatch { Url = new("https://other.example"), Headers = new(Headers("ol••••42")) };
        var refused = await Assert.ThrowsAsync<ProblemException>(() => While(() => SetToken("new-token-4711")).Update(_actor, Id, change, None));
        Assert.Equal(409, refused.Problem.HttpStatus);
        var stands = await Models.Get(_actor.Tenant, Id, None);
        Assert.Equal(("https://models.example", "ne••••11"), (stands.Url, stands.Headers["X-Token"]));
    }

    private static Dictionary<string, string?> Headers(string token) => new(StringComparer.Ordinal) { ["X-Token"] = token };

    private Task Register() => Models.Create(_actor, new AiModelInput { ModelId = Id, Url = "https://models.example", Headers = Headers("old-token-1042") }, None);

    private Task SetToken(string token) => Models.Update(_actor, Id, new AiModelPatch { Headers = new(Headers(token)) }, None);

    // A service for which something else happens between reading the model and writing it: while it asks for an address.
    private AiModelService While(Func<Task> other) => core.Make<AiModelService>(new OutboundAddress(async (_, _) =>
    {
        await other();
        return [IPAddress.Parse("93.184.216.34")];
    }, AddressRanges.None));
}
