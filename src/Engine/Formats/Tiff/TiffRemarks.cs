using EmTools.Engine.Imaging;

namespace EmTools.Engine.Formats;

/// <summary>What only TIFF files can hold otherwise than it is read.</summary>
internal static class TiffRemarks
{
    /// <summary>The identifier of a chain of pages that ends in rubbish.</summary>
    public const string ChainId = "PageChain";

    public static FileRemark Ramp { get; } = new("PaletteRamp", "is a palette image whose colours are greys from black to white; the indices are read as intensities");

    public static FileRemark FallingRamp { get; } = new("PaletteFalling", "is a palette image whose colours are greys from white to black; the indices are turned on reading, so that 0 is black");

    public static FileRemark EqualChannels { get; } = new("EqualChannels", "is stored in red, green and blue, which are equal; one of them is read");

    public static FileRemark Alpha { get; } = new("Alpha", "has transparency beside the grey (alpha); it is left out");

    public static FileRemark Lossy { get; } = new("Lossy", "is compressed by JPEG, which changes noise and edges; what is measured of it holds for this copy only");

    public static FileRemark InterleavedPlanes { get; } = new("Hyperstack", "is a stack of several channels or time points; its planes are taken in the order in which they are stored");

    public static FileRemark SmallerPages { get; } = new("ReducedPages", "holds smaller copies or masks beside its sections; they are left out");

    public static FileRemark ColourPages { get; } = new("ColourPages", "holds colour pictures beside its grey pages; they are left out");

    public static FileRemark Greys(int colours) => new("PaletteRamp", FormattableString.Invariant($"is a palette image of greys from black to white with {colours} colours among them, as microscopes draw letters and lines with; the indices are read as intensities"));

    public static FileRemark Packed(int bits, PixelType type) => new("PackedBits", FormattableString.Invariant($"stores {bits} bits a pixel; they are read as {(type == PixelType.UInt8 ? 8 : 16)}-bit integers from 0 to {(1 << bits) - 1}"));

    public static FileRemark ChainEnds(int pages, long offset) => new(ChainId, FormattableString.Invariant($"has a pointer to a further page behind page {pages - 1} (byte {offset}) that leads nowhere; its pages end there"));

    public static FileRemark DamagedPage(int page, string why) => new("DamagedPage", FormattableString.Invariant($"has a page that cannot be read ({page}): {why}"));

    public static FileRemark FewerPlanes(long told, int found) => new("FewerPlanes", FormattableString.Invariant($"is described as a stack of {told} images, but holds {found}"));

    public static FileRemark OddPixels(VoxelSize size) => new("PixelAspect", FormattableString.Invariant($"has pixels that are not square: {size.Y:G6} nm along y and {size.X:G6} nm along x"));
}
