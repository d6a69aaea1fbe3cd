namespace Portal.Webhooks;

/// <summary>Names the resource file with the texts of the tester.</summary>
public sealed class TesterTexts;
