namespace Portal.Shared.Parts;

/// <summary>How <see cref="TimeText"/> shows a moment.</summary>
public enum TimeFormat
{
    /// <summary>Date and time to the second.</summary>
    Full,

    /// <summary>"5 minutes ago", kept up to date; a date when more than a week away.</summary>
    Relative,

    /// <summary>The day only.</summary>
    Date,

    /// <summary>The time of day only, to the second.</summary>
    Clock,

    /// <summary>Hours and minutes: for a time axis within a day or two.</summary>
    Minute,

    /// <summary>Day and month: for a time axis of days.</summary>
    Day,
}
