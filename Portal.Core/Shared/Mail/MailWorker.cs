using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Core.Shared.Cluster;

namespace Portal.Core.Shared.Mail;

/// <summary>Sends mails in the background: woken by each commit that queued one, and by a slow poll for retries and for what a crash left.</summary>
internal sealed class MailWorker(
    MailDelivery delivery, IClusterSignals signals, IOptions<MailOptions> options, TimeProvider time, ILogger<MailWorker> logger)
    : BackgroundService
{
    /// <summary>How often it looks without being woken.</summary>
    internal static readonly TimeSpan Poll = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.CanSend) return;
        var wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var subscription = signals.Subscribe(SignalTopics.Mail, _ => wake.Writer.TryWrite(true));
        await using var poll = time.CreateTimer(_ => wake.Writer.TryWrite(true), null, Poll, Poll);
        wake.Writer.TryWrite(true);
        while (await Next(wake.Reader, stoppingToken))
        {
            try
            {
                await delivery.SendDue(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogError(e, "The outbox's mails could not be worked on; trying again");
            }
        }
    }

    private static async Task<bool> Next(ChannelReader<bool> wake, CancellationToken stopping)
    {
        await wake.ReadAsync(stopping);
        return !stopping.IsCancellationRequested;
    }
}
