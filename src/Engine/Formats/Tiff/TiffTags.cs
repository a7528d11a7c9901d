using System.Text;
using BitMiracle.LibTiff.Classic;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Formats;

/// <summary>
/// What a TIFF file says beside its pixels, as far as it is carried over to outputs: resolution, position, where the
/// section comes from. Null for what the file does not say.
/// </summary>
public sealed record TiffTags
{
    /// <summary>Pixels per <see cref="ResolutionUnit"/> along x.</summary>
    public double? ResolutionX { get; init; }

    /// <summary>Pixels per <see cref="ResolutionUnit"/> along y.</summary>
    public double? ResolutionY { get; init; }

    /// <summary>1 none, 2 inch, 3 centimetre.</summary>
    public int? ResolutionUnit { get; init; }

    /// <summary>Offset of the image along x, in <see cref="ResolutionUnit"/>.</summary>
    public double? PositionX { get; init; }

    /// <summary>Offset of the image along y, in <see cref="ResolutionUnit"/>.</summary>
    public double? PositionY { get; init; }

    /// <summary>Which corner the first row and column lie at, 1 to 8 (1: top left).</summary>
    public int? Orientation { get; init; }

    /// <summary>Free text about the image.</summary>
    public string? ImageDescription { get; init; }

    /// <summary>The program that wrote the file.</summary>
    public string? Software { get; init; }

    /// <summary>Date and time of recording, as <c>YYYY:MM:DD HH:MM:SS</c>.</summary>
    public string? DateTime { get; init; }

    /// <summary>Who recorded the image.</summary>
    public string? Artist { get; init; }

    /// <summary>The document that the image belongs to.</summary>
    public string? DocumentName { get; init; }

    /// <summary>Name of the page.</summary>
    public string? PageName { get; init; }

    /// <summary>The computer that recorded the image.</summary>
    public string? HostComputer { get; init; }

    /// <summary>Maker of the microscope.</summary>
    public string? Make { get; init; }

    /// <summary>Model of the microscope.</summary>
    public string? Model { get; init; }

    /// <summary>Whose the image is.</summary>
    public string? Copyright { get; init; }

    /// <summary>The tags with the resolution of a pixel's size: pixels per centimetre, which readers of all kinds know. Unchanged where the size is unknown.</summary>
    internal TiffTags With(VoxelSize? size) => size is null ? this : this with { ResolutionX = NanometresPerCentimetre / size.X, ResolutionY = NanometresPerCentimetre / size.Y, ResolutionUnit = Centimetre };

    private const double NanometresPerCentimetre = 1e7;
    private const int Centimetre = 3;

    internal static TiffTags From(TiffEntries entries) => new()
    {
        ResolutionX = entries.Real((int)TiffTag.XRESOLUTION),
        ResolutionY = entries.Real((int)TiffTag.YRESOLUTION),
        ResolutionUnit = (int?)entries.Real((int)TiffTag.RESOLUTIONUNIT),
        PositionX = entries.Real((int)TiffTag.XPOSITION),
        PositionY = entries.Real((int)TiffTag.YPOSITION),
        Orientation = (int?)entries.Real((int)TiffTag.ORIENTATION),
        ImageDescription = entries.Text((int)TiffTag.IMAGEDESCRIPTION),
        Software = entries.Text((int)TiffTag.SOFTWARE),
        DateTime = entries.Text((int)TiffTag.DATETIME),
        Artist = entries.Text((int)TiffTag.ARTIST),
        DocumentName = entries.Text((int)TiffTag.DOCUMENTNAME),
        PageName = entries.Text((int)TiffTag.PAGENAME),
        HostComputer = entries.Text((int)TiffTag.HOSTCOMPUTER),
        Make = entries.Text((int)TiffTag.MAKE),
        Model = entries.Text((int)TiffTag.MODEL),
        Copyright = entries.Text((int)TiffTag.COPYRIGHT),
    };

    /// <summary>True for a tag without which the pixels cannot be read rightly; all others can be done without.</summary>
    internal static bool DescribesPixels(int tag) => (TiffTag)tag
        is TiffTag.IMAGEWIDTH or TiffTag.IMAGELENGTH or TiffTag.BITSPERSAMPLE or TiffTag.COMPRESSION or TiffTag.PHOTOMETRIC or TiffTag.FILLORDER
        or TiffTag.STRIPOFFSETS or TiffTag.SAMPLESPERPIXEL or TiffTag.ROWSPERSTRIP or TiffTag.STRIPBYTECOUNTS or TiffTag.PREDICTOR
        or TiffTag.TILEWIDTH or TiffTag.TILELENGTH or TiffTag.TILEOFFSETS or TiffTag.TILEBYTECOUNTS or TiffTag.SAMPLEFORMAT;

    /// <summary>True for a tag that has a property here.</summary>
    internal static bool IsKnown(int tag) => (TiffTag)tag
        is TiffTag.XRESOLUTION or TiffTag.YRESOLUTION or TiffTag.RESOLUTIONUNIT or TiffTag.XPOSITION or TiffTag.YPOSITION or TiffTag.ORIENTATION
        or TiffTag.IMAGEDESCRIPTION or TiffTag.SOFTWARE or TiffTag.DATETIME or TiffTag.ARTIST or TiffTag.DOCUMENTNAME or TiffTag.PAGENAME
        or TiffTag.HOSTCOMPUTER or TiffTag.MAKE or TiffTag.MODEL or TiffTag.COPYRIGHT;

    internal void WriteTo(Tiff tiff)
    {
        Set(tiff, TiffTag.XRESOLUTION, ResolutionX);
        Set(tiff, TiffTag.YRESOLUTION, ResolutionY);
        Set(tiff, TiffTag.RESOLUTIONUNIT, ResolutionUnit);
        Set(tiff, TiffTag.XPOSITION, PositionX);
        Set(tiff, TiffTag.YPOSITION, PositionY);
        Set(tiff, TiffTag.ORIENTATION, Orientation);
        Set(tiff, TiffTag.IMAGEDESCRIPTION, ImageDescription);
        Set(tiff, TiffTag.SOFTWARE, Software);
        Set(tiff, TiffTag.DATETIME, DateTime);
        Set(tiff, TiffTag.ARTIST, Artist);
        Set(tiff, TiffTag.DOCUMENTNAME, DocumentName);
        Set(tiff, TiffTag.PAGENAME, PageName);
        Set(tiff, TiffTag.HOSTCOMPUTER, HostComputer);
        Set(tiff, TiffTag.MAKE, Make);
        Set(tiff, TiffTag.MODEL, Model);
        Set(tiff, TiffTag.COPYRIGHT, Copyright);
    }

    private static void Set(Tiff tiff, TiffTag tag, object? value)
    {
        // LibTiff.NET writes texts as Latin-1; UTF-8 is what libtiff and tifffile expect beyond ASCII.
        if (value is string text)
            tiff.SetField(tag, Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text)));
        else if (value is not null)
            tiff.SetField(tag, value);
    }
}
