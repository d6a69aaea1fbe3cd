namespace Portal.Shared;

/// <summary>Names the resource file with the texts of the shell and of the shared parts.</summary>
public sealed class SharedTexts;
