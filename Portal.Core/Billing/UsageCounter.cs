namespace Portal.Core.Billing;

/// <summary>An amount of a kind that is not in the table yet.</summary>
internal readonly record struct PendingUse(UsageKind Kind, DateTimeOffset Day, long Amount);

/// <summary>
/// One organization's use in the current calendar month (UTC): what the table said when it was last asked, and what this
/// node has counted since. Thread-safe.
/// </summary>
internal sealed class UsageCounter(string organizationId)
{
    private static readonly int Kinds = Enum.GetValues<UsageKind>().Length;

    private readonly Lock _gate = new();
    private readonly long[] _stored = new long[Kinds];
    private readonly long[] _today = new long[Kinds];
    // What belongs to days other than today: none, unless a day has just ended or something is given back.
    private readonly List<PendingUse> _others = [];
    // On its way into the table; it counts until the table's own sum is read.
    private List<PendingUse> _writing = [];
    private DateTimeOffset _month;
    private DateTimeOffset _day;
    private bool _changed;

    public string OrganizationId => organizationId;

    /// <summary>Counts unless the month's use would exceed the limit.</summary>
    /// <param name="limit">Most a month; null counts without a limit.</param>
    public bool TryUse(UsageKind kind, long? limit, long amount, DateTimeOffset now)
    {
        lock (_gate)
        {
            Roll(now);
            if (limit is { } most && Sum(kind) + amount > most) return false;
            _today[(int)kind] += amount;
            _changed = true;
            return true;
        }
    }

    /// <summary>Adds to a day, which may lie before today; a negative amount gives back.</summary>
    public void Add(UsageKind kind, long amount, DateTimeOffset moment, DateTimeOffset now)
    {
        lock (_gate)
        {
            Roll(now);
            var day = UsagePeriod.Daily.StartOf(moment);
            if (day == _day) _today[(int)kind] += amount;
            else _others.Add(new PendingUse(kind, day, amount));
            _changed = true;
        }
    }

    /// <summary>The month's use so far.</summary>
    public long Used(UsageKind kind, DateTimeOffset now)
    {
        lock (_gate)
        {
            Roll(now);
            return Sum(kind);
        }
    }

    /// <summary>Hands over what is to be written. <see cref="Written"/> or <see cref="NotWritten"/> must follow before it is called again.</summary>
    public IReadOnlyList<PendingUse> Take()
    {
        lock (_gate)
        {
            if (!_changed) return [];
            EndDay();
            _writing = [.. _others.GroupBy(use => (use.Kind, use.Day)).Select(uses => new PendingUse(uses.Key.Kind, uses.Key.Day, uses.Sum(use => use.Amount))).Where(use => use.Amount != 0)];
            _others.Clear();
            _changed = false;
            return _writing;
        }
    }

    /// <summary>What was taken is in the table, which now says this of a month.</summary>
    public void Written(DateTimeOffset month, IReadOnlyDictionary<UsageKind, long> sums)
    {
        lock (_gate)
        {
            _writing = [];
            if (month < _month) return;
            if (month > _month) Roll(month);
            for (var kind = 0; kind < Kinds; kind++) _stored[kind] = sums.GetValueOrDefault((UsageKind)kind);
        }
    }

    /// <summary>What was taken could not be written, and is there again.</summary>
    public void NotWritten()
    {
        lock (_gate)
        {
            _others.AddRange(_writing);
            _writing = [];
            _changed = true;
        }
    }

    private long Sum(UsageKind kind)
    {
        var sum = _stored[(int)kind] + _today[(int)kind];
        foreach (var use in _others) sum += Counted(use, kind);
        foreach (var use in _writing) sum += Counted(use, kind);
        return sum;
    }

    private long Counted(in PendingUse use, UsageKind kind) => use.Kind == kind && use.Day >= _month ? use.Amount : 0;

    private void Roll(DateTimeOffset now)
    {
        // Within the day nothing but a comparison: this is asked for each execution.
        if (now.Ticks - _day.Ticks < TimeSpan.TicksPerDay) return;
        EndDay();
        _day = UsagePeriod.Daily.StartOf(now);
        var month = UsagePeriod.Monthly.StartOf(now);
        if (month == _month) return;
        _month = month;
        Array.Clear(_stored);
    }

    private void EndDay()
    {
        for (var kind = 0; kind < Kinds; kind++)
        {
            if (_today[kind] != 0) _others.Add(new PendingUse((UsageKind)kind, _day, _today[kind]));
            _today[kind] = 0;
        }
    }
}
