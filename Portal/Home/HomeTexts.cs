namespace Portal.Home;

/// <summary>Names the resource file with the texts of the home page.</summary>
public sealed class HomeTexts;
