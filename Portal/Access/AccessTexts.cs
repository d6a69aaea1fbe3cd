namespace Portal.Access;

/// <summary>Names the resource file with the texts of the account and organization pages.</summary>
public sealed class AccessTexts;
