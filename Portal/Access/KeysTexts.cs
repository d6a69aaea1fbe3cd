namespace Portal.Access;

/// <summary>Names the resource file with the texts of the API keys page and its parts.</summary>
public sealed class KeysTexts;
