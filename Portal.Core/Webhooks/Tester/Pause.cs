namespace Portal.Core.Webhooks.Tester;

/// <summary>The pauses of an inbox that answers late: what is rehearsed is waiting itself.</summary>
internal static class Pause
{
    public static async Task For(TimeSpan length, TimeProvider time, CancellationToken cancellation)
    {
        if (length <= TimeSpan.Zero) return;
        using var timer = new PeriodicTimer(length, time);
        await timer.WaitForNextTickAsync(cancellation);
    }
}
