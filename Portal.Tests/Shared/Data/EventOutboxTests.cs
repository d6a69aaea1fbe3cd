using System.Text.Json.Nodes;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Shared.Data;

public sealed class EventOutboxTests(SqliteCore core) : IClassFixture<SqliteCore>
{
    [Fact]
    public void Data_begins_with_what_happened_and_goes_on_with_the_resource()
    {
        var sample = new Sample("wf_1", "mine", "mine", [7], "Ü + <b> \"q\"", new Part(1.50m, null), ["a", "b"], new DateTimeOffset(2024, 1, 2, 3, 4, 5, 678, TimeSpan.FromHours(1)));
        Assert.Equal(
            """{"object":"workflow","id":"wf_1","action":"updated","changes":{"name":"old","part":null},"name":"\u00DC \u002B \u003Cb\u003E \u0022q\u0022","part":{"amount":1.50,"none":null},"tags":["a","b"],"made_at":"2024-01-02T02:04:05.678Z"}""",
            Data(sample, new JsonObject { ["name"] = "old", ["part"] = null }));
    }

    [Fact]
    public void Changes_are_an_empty_object_when_there_are_none() =>
        Assert.Equal("""{"object":"workflow","id":"wf_1","action":"updated","changes":{},"amount":0.1,"none":"x"}""", Data(new Part(0.1m, "x"), null));

    [Fact]
    public void Changes_hold_the_old_values_and_no_time_of_update()
    {
        var changes = EventOutbox.Changes(
            new Stamped("a", 1.0m, [1], DateTimeOffset.UnixEpoch), new Stamped("b", 1.00m, [1, 2], DateTimeOffset.UnixEpoch.AddDays(1)));
        Assert.Equal("""{"name":"a","numbers":[1]}""", changes.ToJsonString());
    }

    private string Data<T>(T resource, JsonObject? changes)
    {
        using var db = core.Get<PortalStore>().Read(core.NewTenant());
        core.Get<EventOutbox>().Add(db, "workflow.updated", "workflow", "wf_1", "updated", resource, changes);
        return db.Events.Local.Single().Data;
    }

    private sealed record Sample(string Id, string Object, string Action, int[] Changes, string Name, Part Part, string[] Tags, DateTimeOffset MadeAt);

    private sealed record Part(decimal Amount, string? None);

    private sealed record Stamped(string Name, decimal Value, int[] Numbers, DateTimeOffset UpdatedAt);
}
