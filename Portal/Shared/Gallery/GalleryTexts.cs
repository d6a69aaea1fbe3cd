namespace Portal.Shared.Gallery;

/// <summary>Names the resource file with the texts and samples of the parts' gallery.</summary>
public sealed class GalleryTexts;
