using Microsoft.Extensions.Logging.Abstractions;
using Portal.Core.Shared.Data;
using Portal.Core.Webhooks.Delivery;
using Portal.Tests.Infrastructure;

namespace Portal.Tests.Webhooks.Unit;

/// <summary>When deliveries are repeated, and who may send at once.</summary>
public sealed class DeliveryPaceTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Default_schedule_is_the_published_one_within_a_fifth()
    {
        double[] seconds = [5, 300, 1800, 7200, 18_000, 36_000, 36_000];
        for (var attempts = 1; attempts <= seconds.Length; attempts++)
            Assert.InRange(RetrySchedule.Pause(attempts, null, null)!.Value.TotalSeconds, seconds[attempts - 1] * 0.8, seconds[attempts - 1] * 1.2);
        Assert.Null(RetrySchedule.Pause(8, null, null));
    }

    [Theory]
    [InlineData(1, 3, 1000, 1)]
    [InlineData(3, 3, 1000, 4)]
    [InlineData(20, 20, 86_400_000, 86_400)]
    [InlineData(1, 1, null, 1)]
    public void Own_schedule_doubles_and_never_exceeds_a_day(int attempts, int maxRetries, int? backoffMs, double seconds) =>
        Assert.InRange(RetrySchedule.Pause(attempts, maxRetries, backoffMs)!.Value.TotalSeconds, seconds * 0.8, seconds * 1.2);

    [Fact]
    public void Own_schedule_ends_after_its_retries() => Assert.Null(RetrySchedule.Pause(4, 3, 1000));

    [Fact]
    public void Requests_that_last_take_no_place_of_those_that_answer()
    {
        var slots = new SendSlots(quick: 2, slow: 1, _time);
        var (hanging, healthy) = (Lane("whk_hanging"), Lane("whk_healthy"));
        Assert.NotNull(slots.TryTake(hanging));
        Assert.NotNull(slots.TryTake(hanging));
        Assert.Null(slots.TryTake(healthy));
        _time.Advance(TimeSpan.FromSeconds(2));
        slots.Sweep();
        Assert.True(hanging.IsSlow);
        // Both quick places are free again, and the hanging endpoint gets none of them.
        Assert.Null(slots.TryTake(hanging));
        Assert.NotNull(slots.TryTake(healthy));
        Assert.NotNull(slots.TryTake(healthy));
    }

    [Fact]
    public void Endpoint_is_quick_again_after_a_quick_answer()
    {
        var slots = new SendSlots(quick: 1, slow: 1, _time);
        var lane = Lane("whk_1");
        var slot = slots.TryTake(lane)!;
        _time.Advance(TimeSpan.FromSeconds(3));
        slots.Return(slot);
        Assert.True(lane.IsSlow);
        slots.Return(slots.TryTake(lane)!);
        Assert.False(lane.IsSlow);
    }

    private LaneRunner Lane(string id) => new(
        new WebhookLane { EndpointId = id, OrganizationId = "org_1", Mode = ApiMode.Live },
        new LaneTools(null!, null!, null!, null!, new DeliveryOptions(), _time, NullLogger.Instance, CancellationToken.None));
}
