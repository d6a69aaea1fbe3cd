namespace Portal.Docs;

/// <summary>Names the resource file with the texts of the reference pages.</summary>
public sealed class DocsTexts;
