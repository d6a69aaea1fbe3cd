using Portal.Core.Access;

namespace Portal.Access;

/// <summary>The keys of the texts that name the times of <see cref="IdleTime.Choices"/>, in <see cref="AccessTexts"/>.</summary>
internal static class IdleWords
{
    /// <summary>The key of a time's name.</summary>
    internal static string Of(int minutes) => minutes switch
    {
        15 => "Idle.15",
        60 => "Idle.60",
        480 => "Idle.480",
        _ => throw new ArgumentOutOfRangeException(nameof(minutes), minutes, "No idle time that can be chosen."),
    };
}
