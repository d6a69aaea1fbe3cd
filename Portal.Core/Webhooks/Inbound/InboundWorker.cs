using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Core.Shared.Cluster;

namespace Portal.Core.Webhooks.Inbound;

/// <summary>Works on received messages in the background: woken by each that was taken, and by a slow poll for retries and for what a crash left.</summary>
internal sealed class InboundWorker(InboundQueue queue, IClusterSignals signals, TimeProvider time, ILogger<InboundWorker> logger) : BackgroundService
{
    /// <summary>How often it looks without being woken.</summary>
    internal static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var subscription = signals.Subscribe(SignalTopics.InboundMessage, _ => wake.Writer.TryWrite(true));
        await using var poll = time.CreateTimer(_ => wake.Writer.TryWrite(true), null, Poll, Poll);
        wake.Writer.TryWrite(true);
        while (await wake.Reader.WaitToReadAsync(stoppingToken))
        {
            wake.Reader.TryRead(out _);
            try
            {
                await queue.ProcessDue(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogError(e, "Received webhooks could not be worked on; trying again");
            }
        }
    }
}
