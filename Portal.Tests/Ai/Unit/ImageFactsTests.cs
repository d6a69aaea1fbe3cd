using Portal.Core.Ai;

namespace Portal.Tests.Ai.Unit;

/// <summary>Format and size out of an image's first bytes.</summary>
public sealed class ImageFactsTests
{
    [Theory]
    [InlineData("png")]
    [InlineData("gif")]
    [InlineData("jpeg")]
    [InlineData("webp")]
    [InlineData("webp", "VP8L")]
    [InlineData("webp", "VP8X")]
    public void Size_is_read(string format, string kind = "VP8 ")
    {
        var facts = ImageFacts.Read(Image(format, kind, 640, 300));
        Assert.Equal(new ImageFacts(format, 640, 300), facts);
        Assert.Equal("image/" + format, facts!.MediaType);
    }

    [Fact]
    public void What_is_cut_off_or_no_image_is_none()
    {
        Assert.Null(ImageFacts.Read([]));
        Assert.Null(ImageFacts.Read("%PDF-1.7"u8));
        Assert.Null(ImageFacts.Read(Png(0, 5)));
        foreach (var (format, kind) in new[] { ("png", ""), ("gif", ""), ("jpeg", ""), ("webp", "VP8 "), ("webp", "VP8L"), ("webp", "VP8X"), ("webp", "ODD ") })
        {
            var image = Image(format, kind, 640, 300);
            for (var length = 0; length < Math.Min(image.Length, 9); length++) Assert.Null(ImageFacts.Read(image.AsSpan(0, length)));
        }
    }

    [Fact]
    public void Random_bytes_after_a_signature_do_no_harm()
    {
        var random = new Random(4711);
        for (var i = 0; i < 20_000; i++)
        {
            var image = Image(new[] { "png", "gif", "jpeg", "webp" }[i % 4], "VP8 ", 640, 300);
            for (var at = random.Next(2, 12); at < image.Length; at += random.Next(1, 6)) image[at] = (byte)random.Next(256);
            if (ImageFacts.Read(image.AsSpan(0, random.Next(image.Length + 1))) is { } facts) Assert.True(facts is { Width: > 0, Height: > 0 });
        }
    }

    internal static byte[] Png(int width, int height) =>
        [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, 0, 0, 0, 13, .. "IHDR"u8, .. BigEndian(width, 4), .. BigEndian(height, 4), 8, 2, 0, 0, 0, 0, 0, 0, 0];

    private static byte[] Image(string format, string kind, int width, int height) => format switch
    {
        "png" => Png(width, height),
        "gif" => [.. "GIF89a"u8, .. LittleEndian(width, 2), .. LittleEndian(height, 2), 0, 0, 0],
        "jpeg" => [0xFF, 0xD8, 0xFF, 0xE0, 0, 16, .. new byte[14], 0xFF, 0xFF, 0xC4, 0, 4, 1, 2, 0xFF, 0xC2, 0, 17, 8, .. BigEndian(height, 2), .. BigEndian(width, 2), 3, 1, 0x22, 0],
        _ => [.. "RIFF"u8, 0, 0, 0, 0, .. "WEBP"u8, .. System.Text.Encoding.ASCII.GetBytes(kind), 10, 0, 0, 0, .. WebP(kind, width, height), .. new byte[20]],
    };

    private static byte[] WebP(string kind, int width, int height) => kind switch
    {
        "VP8X" => [0, 0, 0, 0, .. LittleEndian(width - 1, 3), .. LittleEndian(height - 1, 3)],
        "VP8L" => [0x2F, .. LittleEndian((width - 1) | ((height - 1) << 14), 4)],
        _ => [0, 0, 0, 0x9D, 0x01, 0x2A, .. LittleEndian(width, 2), .. LittleEndian(height, 2)],
    };

    private static byte[] BigEndian(int number, int bytes) => [.. LittleEndian(number, bytes).Reverse()];

    private static byte[] LittleEndian(int number, int bytes) => BitConverter.GetBytes(number)[..bytes];
}
