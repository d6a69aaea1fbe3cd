namespace Portal.Webhooks;

/// <summary>Names the resource file with the texts of the event catalogue.</summary>
public sealed class EventTexts;
