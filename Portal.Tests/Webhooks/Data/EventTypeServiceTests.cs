using System.Text.Json;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;
using Portal.Core.Webhooks.Catalogue;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Webhooks.Data;

public sealed class EventTypeServiceOnSqliteTests(SqliteCore core) : EventTypeServiceTests(core), IClassFixture<SqliteCore>;

public sealed class EventTypeServiceOnPostgresTests(PostgresCore core) : EventTypeServiceTests(core), IClassFixture<PostgresCore>;

public abstract class EventTypeServiceTests(CoreHost core)
{
    private readonly Actor _actor = Actor.System(core.NewTenant());

    private static CancellationToken None => CancellationToken.None;
    private EventTypeService Types => core.Get<EventTypeService>();

    [Fact]
    public async Task Of_several_that_add_the_same_type_at_once_one_does()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            try
            {
                await Types.Create(_actor, New("order.shipped"), None);
                return "created";
            }
            catch (ProblemException e)
            {
                return e.Problem.Code.Code;
            }
        })));
        Assert.Equal(1, results.Count(result => result == "created"));
        Assert.Equal(7, results.Count(result => result == "CONFLICT"));
    }

    [Fact]
    public async Task Type_holds_in_both_modes_and_for_no_other_organization()
    {
        await Types.Create(_actor, New("order.paid"), None);
        Assert.Equal(1, (await Types.Get(_actor.Tenant with { Mode = ApiMode.Test }, "order.paid", None)).Version);
        var refusal = await Assert.ThrowsAsync<ProblemException>(() => Types.Get(core.NewTenant(), "order.paid", None));
        Assert.Equal(ErrorCode.NotFound, refusal.Problem.Code);
    }

    [Fact]
    public async Task Preview_shows_changes_without_making_them()
    {
        await Types.Create(_actor, New("order.lost"), None);
        var changes = await Types.Preview(_actor.Tenant, "order.lost", JsonElement.Parse("""{"required":["id","carrier"]}"""), None);
        Assert.Equal("order.lost", (await Types.Get(_actor.Tenant, "order.lost", None)).Type);
        Assert.Equal(["data.carrier", "data.carrier", "data.id"], changes.Select(change => change.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Who_may_only_read_adds_changes_and_deletes_nothing()
    {
        await Types.Create(_actor, New("order.held"), None);
        var viewer = _actor with { GrantedScopes = Scopes.Expand(Scopes.Of(Role.Viewer)) };

        foreach (var work in new Func<Task>[]
        {
            () => Types.Create(viewer, New("order.new"), None), () => Types.Update(viewer, "order.held", new EventTypePatch { Description = "Changed." }, None), () => Types.Delete(viewer, "order.held", None),
        }) Assert.Equal(ErrorCode.AuthorizationFailed, (await Assert.ThrowsAsync<ProblemException>(work)).Problem.Code);
        Assert.Equal("Something happened.", (await Types.Get(viewer.Tenant, "order.held", None)).Description);
    }

    [Fact]
    public async Task Events_of_the_last_week_are_counted_in_both_modes_and_no_others()
    {
        await Types.Create(_actor, New("order.counted"), None);
        var publisher = core.Get<EventPublisher>();
        var published = new EventInput { Type = "order.counted", Data = JsonElement.Parse("{}") };
        await publisher.Publish(_actor, published, None);
        await publisher.Publish(_actor with { Tenant = _actor.Tenant with { Mode = ApiMode.Test } }, published, None);

        Assert.Equal(2, await Types.Published(_actor.Tenant, "order.counted", None));
        Assert.Equal(0, await Types.Published(_actor.Tenant, "order.other", None));
        Assert.Equal(0, await Types.Published(core.NewTenant(), "order.counted", None));
    }

    private static EventTypeInput New(string type) => new()
    {
        Type = type, Description = "Something happened.", Schema = JsonElement.Parse("""{"properties":{"carrier":{"type":"string"}}}"""), Sample = JsonElement.Parse("""{"carrier":"x"}"""),
    };
}
