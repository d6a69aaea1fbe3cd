using System.Collections.Concurrent;

namespace Portal.Core.Workflows.Engine;

/// <summary>
/// The places for steps on this node: so many in all, and no more of one organization than its share. Who waits for a
/// place of the share takes none of the others', so steps that hang hold up those of their own organization alone.
/// </summary>
internal sealed class StepPlaces(SemaphoreSlim all, int mostOfOne)
{
    // One for each organization whose workflows ran here: small, and not worth counting who still needs it.
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _shares = new(StringComparer.Ordinal);

    /// <summary>Waits for a place, which is to be left with <see cref="Leave"/>.</summary>
    public async ValueTask Enter(string organizationId, CancellationToken cancellation)
    {
        var share = _shares.GetOrAdd(organizationId, static (_, most) => new SemaphoreSlim(most), mostOfOne);
        await share.WaitAsync(cancellation);
        try
        {
            await all.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            share.Release();
            throw;
        }
    }

    public void Leave(string organizationId)
    {
        all.Release();
        _shares[organizationId].Release();
    }
}
