namespace Portal.Docs;

/// <summary>Names the resource file with the texts of the playground and the API reference; their islands get all of them.</summary>
public sealed class PlaygroundTexts;
