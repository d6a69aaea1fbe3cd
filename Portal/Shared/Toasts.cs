using System.Runtime.CompilerServices;

namespace Portal.Shared;

/// <summary>Something that was done, said in a corner of the page.</summary>
/// <param name="Text">What was done, with the thing's name.</param>
/// <param name="Undo">Takes it back; null where that cannot be done.</param>
public sealed record Toast(string Text, Func<Task>? Undo)
{
    // The same may be said twice, and both stand in the page.
    /// <inheritdoc />
    public bool Equals(Toast? other) => ReferenceEquals(this, other);

    /// <inheritdoc />
    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);
}

/// <summary>
/// What the user is told in passing, one list for each circuit. One that can be undone stays until it is dismissed, so
/// that nobody is too slow for it; others go by themselves.
/// </summary>
internal sealed class Toasts(TimeProvider time) : IDisposable
{
    /// <summary>How long one is shown that asks for nothing.</summary>
    internal static readonly TimeSpan ShownFor = TimeSpan.FromSeconds(8);

    private const int Most = 3;
    private readonly Lock _gate = new();
    private readonly List<Toast> _shown = [];
    private readonly List<object> _places = [];
    private readonly Dictionary<Toast, ITimer> _ends = new(ReferenceEqualityComparer.Instance);

    /// <summary>Raised on any thread.</summary>
    internal event EventHandler? Changed;

    /// <summary>Oldest first.</summary>
    internal IReadOnlyList<Toast> Shown
    {
        get
        {
            lock (_gate) return [.. _shown];
        }
    }

    /// <summary>Says that something was done.</summary>
    internal Toast Show(string text, Func<Task>? undo = null)
    {
        var toast = new Toast(text, undo);
        lock (_gate)
        {
            while (_shown.Count >= Most) Remove(_shown[0]);
            _shown.Add(toast);
            if (undo is null) _ends[toast] = time.CreateTimer(_ => Dismiss(toast), null, ShownFor, Timeout.InfiniteTimeSpan);
        }

        Changed?.Invoke(this, EventArgs.Empty);
        return toast;
    }

    /// <summary>Takes one away; one that has gone already is no matter.</summary>
    internal void Dismiss(Toast toast)
    {
        lock (_gate) Remove(toast);
        Changed?.Invoke(this, EventArgs.Empty);
    }

    /// <summary>A region that could show them. The last one does: what a modal dialog covers can be neither read nor clicked.</summary>
    internal void Enter(object place)
    {
        lock (_gate) _places.Add(place);
        Changed?.Invoke(this, EventArgs.Empty);
    }

    internal void Leave(object place)
    {
        lock (_gate) _places.Remove(place);
        Changed?.Invoke(this, EventArgs.Empty);
    }

    internal bool IsShownBy(object place)
    {
        lock (_gate) return _places.Count > 0 && ReferenceEquals(_places[^1], place);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var timer in _ends.Values) timer.Dispose();
            _ends.Clear();
        }
    }

    private void Remove(Toast toast)
    {
        _shown.RemoveAll(shown => ReferenceEquals(shown, toast));
        if (_ends.Remove(toast, out var timer)) timer.Dispose();
    }
}
