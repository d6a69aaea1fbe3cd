namespace Portal.Shared.Palette;

/// <summary>The command palette's texts; PaletteTexts.resx lies beside.</summary>
public sealed class PaletteTexts;
