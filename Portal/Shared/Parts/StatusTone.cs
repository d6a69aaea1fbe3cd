namespace Portal.Shared.Parts;

/// <summary>What a status means for the reader; the text beside it says it in words.</summary>
public enum StatusTone
{
    Neutral,
    Success,
    Warning,
    Danger,
    Info,
    Accent,
}
