namespace Portal.Core.Webhooks.Delivery;

/// <summary>
/// How many requests a node makes at once. One that has lasted two seconds counts among the slow ones from then on, and
/// so do all of its endpoint's until one of them is quick again: endpoints that hang share places of their own and take
/// none from those that answer.
/// </summary>
internal sealed class SendSlots(int quick, int slow, TimeProvider time)
{
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(2);
    private readonly Lock _gate = new();
    private readonly HashSet<SendSlot> _taken = [];
    private readonly Queue<LaneRunner> _waitingQuick = [];
    private readonly Queue<LaneRunner> _waitingSlow = [];
    private TaskCompletionSource? _idle;
    private int _quick;
    private int _slow;

    /// <summary>Takes a place, or puts the lane among those that are told of the next free one.</summary>
    public SendSlot? TryTake(LaneRunner lane)
    {
        lock (_gate)
        {
            var isSlow = lane.IsSlow;
            if (isSlow ? _slow >= slow : _quick >= quick)
            {
                var waiting = isSlow ? _waitingSlow : _waitingQuick;
                if (!waiting.Contains(lane)) waiting.Enqueue(lane);
                return null;
            }

            var slot = new SendSlot(lane, time.GetTimestamp()) { IsSlow = isSlow };
            if (isSlow) _slow++;
            else _quick++;
            _taken.Add(slot);
            return slot;
        }
    }

    /// <summary>Ends once no request is under way.</summary>
    public Task WhenIdle()
    {
        lock (_gate)
        {
            if (_taken.Count == 0) return Task.CompletedTask;
            return (_idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Gives a place back.</summary>
    public void Return(SendSlot slot)
    {
        LaneRunner? next;
        lock (_gate)
        {
            _taken.Remove(slot);
            if (_taken.Count == 0) _idle?.TrySetResult();
            if (slot.IsSlow) _slow--;
            else _quick--;
            slot.Lane.IsSlow = time.GetElapsedTime(slot.StartedAt) >= Slow;
            next = slot.IsSlow ? Next(_waitingSlow) : Next(_waitingQuick);
        }

        next?.Pump();
    }

    /// <summary>Counts those that have lasted too long among the slow ones; called every half second.</summary>
    public void Sweep()
    {
        var woken = new List<LaneRunner>();
        lock (_gate)
        {
            foreach (var slot in _taken.Where(slot => !slot.IsSlow && time.GetElapsedTime(slot.StartedAt) >= Slow))
            {
                slot.IsSlow = slot.Lane.IsSlow = true;
                _quick--;
                _slow++;
                if (Next(_waitingQuick) is { } next) woken.Add(next);
            }
        }

        foreach (var lane in woken) lane.Pump();
    }

    private static LaneRunner? Next(Queue<LaneRunner> waiting) => waiting.TryDequeue(out var lane) ? lane : null;
}

/// <summary>A place of one request.</summary>
internal sealed class SendSlot(LaneRunner lane, long startedAt)
{
    public LaneRunner Lane => lane;
    public long StartedAt => startedAt;
    public bool IsSlow { get; set; }
}
