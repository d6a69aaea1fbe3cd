using Portal.Core.Webhooks.Delivery;
using Portal.Core.Webhooks.Endpoints;
using Portal.Webhooks;

namespace Portal.Tests.Webhooks.Unit;

public sealed class EventSelectionTests
{
    [Fact]
    public void Pattern_takes_the_place_of_what_it_covers()
    {
        var selection = EventSelection.Of(["deal.created", "contact.created"]);

        selection.Set("deal.*", on: true);

        Assert.Equal(["contact.created", "deal.*"], selection.Patterns);
        Assert.True(selection.Has("deal.deleted"));
        Assert.True(selection.IsCovered("deal.created"));
        Assert.False(selection.IsCovered("contact.created"));
        selection.Set("*", on: true);
        Assert.Equal(["*"], selection.Patterns);
        Assert.True(selection.HasGroup("invoice"));
        selection.Set("*", on: false);
        Assert.True(selection.IsEmpty);
    }

    [Fact]
    public void Group_covers_no_type_that_only_begins_alike() => Assert.False(EventSelection.Of(["deal.*"]).Has("dealer.created"));

    [Fact]
    public void Pauses_of_a_policy_double_up_to_a_day_and_those_of_none_are_the_default()
    {
        Assert.Equal(7, RetrySchedule.Pauses(null).Count);
        Assert.Equal([1, 2, 4], RetrySchedule.Pauses(new RetryPolicy { MaxRetries = 3, BackoffMs = 1000 }).Select(pause => pause.TotalSeconds));
        Assert.Equal(TimeSpan.FromDays(1), RetrySchedule.Pauses(new RetryPolicy { MaxRetries = 20, BackoffMs = 60_000 })[^1]);
        Assert.Empty(RetrySchedule.Pauses(new RetryPolicy { MaxRetries = 0 }));
    }

    [Fact]
    public void Hours_are_summed_into_their_spans_and_others_left_out()
    {
        var from = new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);

        var buckets = AttemptBuckets.Of(
            [new(from.AddHours(-5), 9, 9, 1), new(from.AddHours(1), 2, 1, 1), new(from.AddHours(2), 3, 0, 1), new(from.AddHours(7), 0, 4, 1), new(from.AddHours(12), 9, 9, 1)],
            from, from.AddHours(12), TimeSpan.FromHours(6));

        Assert.Equal([5, 0], buckets.Succeeded);
        Assert.Equal([1, 4], buckets.Failed);
        Assert.Equal([from, from.AddHours(6)], buckets.Times);
    }

    [Fact]
    public void Form_that_was_not_touched_changes_nothing()
    {
        var endpoint = new EndpointResource
        {
            Id = "whk_1", WebhookId = "whk_1", Name = "A", Description = null, Url = "https://example.com", Events = ["*"], Filter = null, OrderingKey = null, RateLimit = 60, Active = true,
            Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["X-A"] = "••••" }, RetryPolicy = new RetryPolicy { MaxRetries = 3, BackoffMs = 1500 }, Status = EndpointStatus.Active, StoppedBecause = null,
            FailureCount = 0, LastTriggered = null, LastSequence = 0, Secret = null, PublicKey = "whpk_", CreatedAt = default, UpdatedAt = default,
        };

        Assert.Equal(new EndpointPatch(), EndpointDraft.Of(endpoint).ToPatch(endpoint));
    }
}
