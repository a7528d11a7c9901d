using System.Buffers.Binary;
using EmTools.Engine.Files;
using EmTools.Engine.Imaging;
using Microsoft.Win32.SafeHandles;

namespace EmTools.Engine.Formats;

/// <summary>What the samples of a PNG image mean.</summary>
internal enum PngColour : byte
{
    /// <summary>Grey.</summary>
    Grey = 0,

    /// <summary>Red, green and blue.</summary>
    Rgb = 2,

    /// <summary>A number of a palette's colour.</summary>
    Palette = 3,

    /// <summary>Grey, and how opaque it is.</summary>
    GreyAlpha = 4,

    /// <summary>Red, green, blue, and how opaque they are.</summary>
    Rgba = 6,
}

/// <summary>What a PNG file says before its pixels begin.</summary>
internal sealed class PngHeader
{
    /// <summary>Deflate makes a byte of no more than so many.</summary>
    private const int MostFromOneByte = 1032;

    private static readonly string[] Critical = ["IHDR", "PLTE", "IDAT", "IEND"];

    private PngHeader()
    {
    }

    public int Height { get; private init; }

    public int Width { get; private init; }

    /// <summary>Bits of a sample: 1, 2, 4, 8 or 16.</summary>
    public int Bits { get; private init; }

    public PngColour Colour { get; private init; }

    /// <summary>True where the pixels come in seven passes (Adam7).</summary>
    public bool Interlaced { get; private init; }

    /// <summary>The grey of each of the palette's colours; empty without a palette.</summary>
    public byte[] Palette { get; private init; } = [];

    /// <summary>Where the first chunk of pixels begins.</summary>
    public long PixelsOffset { get; private init; }

    private bool HasTransparency { get; init; }

    private bool Animated { get; init; }

    /// <summary>Samples of a pixel.</summary>
    public int Samples => Colour switch { PngColour.Rgb => 3, PngColour.GreyAlpha => 2, PngColour.Rgba => 4, _ => 1 };

    /// <summary>The type in which pixels are read.</summary>
    public PixelType PixelType => Bits == 16 ? PixelType.UInt16 : PixelType.UInt8;

    /// <summary>Bytes of a row of so many pixels, without the byte that names its filter.</summary>
    public int RowBytes(int width) => (int)(((long)width * Samples * Bits + 7) / 8);

    /// <summary>True when the pixels of another file of this header are read alike.</summary>
    public bool SameAs(PngHeader other)
        => (Height, Width, Bits, Colour, Interlaced) == (other.Height, other.Width, other.Bits, other.Colour, other.Interlaced) && Palette.AsSpan().SequenceEqual(other.Palette);

    /// <inheritdoc/>
    public override string ToString() => $"{Height} x {Width} (y, x) {Bits}-bit {Colour}";

    /// <summary>What is to be said of reading the file.</summary>
    public IReadOnlyList<FileRemark> Remarks()
    {
        var remarks = new List<FileRemark>();
        if (Colour is PngColour.Rgb or PngColour.Rgba)
            remarks.Add(new FileRemark("EqualColours", "holds red, green and blue; where they are equal everywhere, they are read as grey, and else refused"));
        if (Colour == PngColour.Palette)
            remarks.Add(new FileRemark("GreyPalette", "holds numbers of a palette's colours, all of them grey; the greys are read"));
        if (HasTransparency || Colour is PngColour.GreyAlpha or PngColour.Rgba)
            remarks.Add(new FileRemark("TransparencyLeftOut", "says how opaque its pixels are; that is left out"));
        if (Bits < 8 && Colour == PngColour.Grey)
            remarks.Add(new FileRemark("FewBits", $"holds {Bits}-bit integers; they are read as 8-bit ones, so that {(1 << Bits) - 1} is 255"));
        if (Animated)
            remarks.Add(new FileRemark("Animated", "is an animation; its first picture is read"));
        return remarks;
    }

    /// <summary>Reads the chunks before the pixels.</summary>
    /// <exception cref="EmException">Damaged, or colours.</exception>
    public static PngHeader Read(string path, SafeFileHandle handle)
    {
        FormatErrors errors = PngFormat.Errors;
        long length = RandomAccess.GetLength(handle), at = PngChunks.Signature.Length;
        byte[]? header = null, palette = null;
        bool transparent = false, animated = false;
        while (true)
        {
            PngChunk chunk = PngChunk.At(path, handle, at, length);
            if (header is null && chunk.Type != "IHDR")
                throw errors.Damaged(path, "it does not begin with its header");
            switch (chunk.Type)
            {
                case "IHDR":
                    header = header is null && chunk.Length == 13 ? chunk.Read(path, handle) : throw errors.Damaged(path, "its header is of another length, or there twice");
                    break;
                case "PLTE":
                    palette = chunk.Length is > 0 and <= 768 && chunk.Length % 3 == 0 ? chunk.Read(path, handle) : throw errors.Damaged(path, $"its palette has {chunk.Length} bytes");
                    break;
                case "tRNS":
                    transparent = true;
                    break;
                case "acTL":
                    animated = true;
                    break;
                case "IDAT":
                    return Checked(path, header!, palette, transparent, animated, at, length);
                case "IEND":
                    throw errors.Damaged(path, "it has no pixels");
                default:
                    // A chunk that begins with a capital may not be left out.
                    if (char.IsAsciiLetterUpper(chunk.Type[0]) && !Critical.Contains(chunk.Type))
                        throw errors.Damaged(path, "it has a chunk of an unknown kind that may not be left out");
                    break;
            }

            at = chunk.End;
        }
    }

    private static PngHeader Checked(string path, byte[] header, byte[]? palette, bool transparent, bool animated, long at, long length)
    {
        FormatErrors errors = PngFormat.Errors;
        uint width = BinaryPrimitives.ReadUInt32BigEndian(header), height = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4));
        (int bits, var colour, int compression, int filters, int interlace) = (header[8], (PngColour)header[9], header[10], header[11], header[12]);
        bool sound = colour switch
        {
            PngColour.Grey => bits is 1 or 2 or 4 or 8 or 16,
            PngColour.Palette => bits is 1 or 2 or 4 or 8,
            PngColour.Rgb or PngColour.GreyAlpha or PngColour.Rgba => bits is 8 or 16,
            _ => false,
        };
        if (!sound || compression != 0 || filters != 0 || interlace > 1)
            throw errors.Damaged(path, $"its header gives {bits} bits, colour type {header[9]}, compression {compression}, filters {filters}, interlacing {interlace}, which is none of the format's");
        if (width == 0 || height == 0)
            throw errors.Damaged(path, $"its header gives a size of {height} x {width} pixels (y, x)");
        var result = new PngHeader
        {
            Height = (int)Math.Min(height, int.MaxValue),
            Width = (int)Math.Min(width, int.MaxValue),
            Bits = bits,
            Colour = colour,
            Interlaced = interlace == 1,
            PixelsOffset = at,
            HasTransparency = transparent,
            Animated = animated,
            Palette = colour == PngColour.Palette ? Greys(path, palette ?? throw errors.Damaged(path, "it has no palette")) : [],
        };
        long rowBits = (long)width * result.Samples * bits;
        if (height > int.MaxValue || width > int.MaxValue / sizeof(float) || rowBits / 8 > int.MaxValue / 4)
            throw errors.Damaged(path, $"its header gives a size of {height} x {width} pixels (y, x), which is more than can be read");
        if ((Int128)rowBits * height / 8 > (Int128)MostFromOneByte * (length - at))
            throw errors.Truncated(path, $"its header promises {height} x {width} pixels (y, x) of {result.Samples * bits} bits, and no {length} bytes can hold so many");
        return result;
    }

    private static byte[] Greys(string path, byte[] palette)
    {
        byte[] greys = new byte[palette.Length / 3];
        for (int i = 0; i < greys.Length; i++)
        {
            greys[i] = palette[3 * i];
            if (palette[3 * i + 1] != greys[i] || palette[3 * i + 2] != greys[i])
                throw PngFormat.Errors.NotSupported(path, "colours (a palette that is not grey)");
        }

        return greys;
    }
}
