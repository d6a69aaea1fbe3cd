namespace Portal.Core.Shared.Limits;

/// <summary>The clock of the limits.</summary>
internal static class MonotonicTime
{
    /// <summary>Milliseconds since an arbitrary moment, by the provider's high-frequency counter, which no clock change moves.</summary>
    public static long GetMilliseconds(this TimeProvider time)
        => time.GetElapsedTime(0, time.GetTimestamp()).Ticks / TimeSpan.TicksPerMillisecond;
}
