using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Portal.Core.Shared.Data;

/// <summary>
/// Keeps a good key in the data-protection ring. The framework would make the next one whenever a value happens to be
/// protected; inside a unit of work that waits for a write which waits for the unit, and on SQLite nothing is written
/// any more. So its own making is off, and keys are made here, outside of any unit and well ahead.
/// </summary>
/// <remarks>The ring is judged by the machine's clock, as the framework judges it, whatever clock is injected elsewhere.</remarks>
internal sealed class KeyRingUpkeep(IKeyManager keys, ILogger<KeyRingUpkeep> logger) : BackgroundService
{
    private static readonly TimeSpan KeyLifetime = TimeSpan.FromDays(90);
    private static readonly TimeSpan Ahead = TimeSpan.FromDays(14);
    private static readonly TimeSpan Interval = TimeSpan.FromHours(6);

    /// <summary>Makes a key unless one is good for the next two weeks.</summary>
    public void Ensure()
    {
        var now = TimeProvider.System.GetUtcNow();
        if (keys.GetAllKeys().Any(key => !key.IsRevoked && key.ActivationDate <= now && key.ExpirationDate > now + Ahead)) return;
        keys.CreateNewKey(now, now + KeyLifetime);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, TimeProvider.System);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                Ensure();
            }
            catch (Exception e)
            {
                // There are two weeks of further tries before anything fails.
                logger.LogError(e, "The next data-protection key could not be made");
            }
        }
    }
}
