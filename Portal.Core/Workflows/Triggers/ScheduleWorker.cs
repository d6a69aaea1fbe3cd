using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Core.Shared.Cluster;

namespace Portal.Core.Workflows.Triggers;

/// <summary>Wakes when a schedule is due, when a workflow was changed, and now and then for what both may have missed.</summary>
internal sealed class ScheduleWorker(Schedules schedules, IClusterSignals signals, TimeProvider time, ILogger<ScheduleWorker> logger) : BackgroundService
{
    /// <summary>How often it looks without being woken, and how long it waits after a failure.</summary>
    internal static readonly TimeSpan Poll = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var subscription = signals.Subscribe(SignalTopics.Workflow, _ => wake.Writer.TryWrite(true));
        await using var timer = time.CreateTimer(_ => wake.Writer.TryWrite(true), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        wake.Writer.TryWrite(true);
        while (await wake.Reader.WaitToReadAsync(stoppingToken))
        {
            wake.Reader.TryRead(out _);
            timer.Change(await Look(stoppingToken), Timeout.InfiniteTimeSpan);
        }
    }

    private async Task<TimeSpan> Look(CancellationToken cancellation)
    {
        try
        {
            if (!await schedules.FireDue(cancellation) || await schedules.NextDue(cancellation) is not { } next) return Poll;
            var pause = next - time.GetUtcNow();
            return pause < TimeSpan.Zero ? TimeSpan.Zero : pause < Poll ? pause : Poll;
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            logger.LogError(e, "Schedules could not be looked at; trying again");
            return Poll;
        }
    }
}
