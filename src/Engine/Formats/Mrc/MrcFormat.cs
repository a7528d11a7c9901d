using EmTools.Engine.Files;
using EmTools.Engine.Imaging;
using Microsoft.Win32.SafeHandles;

namespace EmTools.Engine.Formats;

/// <summary>MRC files: images or volumes of 8- and 16-bit integers and 16- and 32-bit floats, a section a plane.</summary>
internal sealed class MrcFormat : RawFormat
{
    private const double NanometresPerAngstrom = 0.1;

    public static MrcFormat Instance { get; } = new();

    public override string Name => "MRC";

    public override FormatErrors Errors { get; } = new("Mrc", "MRC file");

    public override IReadOnlyList<string> Extensions => [".mrc", ".mrcs", ".map", ".rec", ".st", ".ali"];

    public override bool Recognises(string path, ReadOnlySpan<byte> start)
    {
        if (start.Length < MrcHeader.Length)
            return false;
        MrcHeader header = MrcHeader.Of(start);
        if (header.IsMarked)
            return true;

        // The oldest say nothing; then the name says it, or a length that is what the header promises.
        return header.MakesSense && (Extensions.Contains(Path.GetExtension(path).ToLowerInvariant()) || HasRoom(header, path));
    }

    public override RawVolume Describe(string path, SafeFileHandle handle, ImageOptions options)
    {
        if (options.Dataset is { } dataset)
            throw Errors.NoDataset(path, dataset);
        byte[] start = new byte[MrcHeader.Length];
        long length = RandomAccess.GetLength(handle);
        if (!handle.Fill(start, 0))
            throw Errors.Truncated(path, $"it has {length} bytes, and its header alone takes {MrcHeader.Length}");
        MrcHeader header = MrcHeader.Of(start);
        if (header.ExtendedBytes < 0)
            throw Errors.Damaged(path, $"its header gives an extended header of {header.ExtendedBytes} bytes");
        var remarks = new List<FileRemark>();
        SampleType type = TypeOf(path, header, remarks);
        var layout = new RawLayout
        {
            Type = type,
            BigEndian = header.BigEndian,
            Offset = MrcHeader.Length + (long)header.ExtendedBytes,
            Planes = header.Sections,
            Height = header.Rows,
            Width = header.Columns,
            IsMask = options.IsMask,
        };
        layout.Check(path, length, Errors);
        if (!options.IsMask && type.Remark() is { } remark)
            remarks.Add(remark);
        if (header.Axes != (0, 1, 2))
            remarks.Add(new FileRemark("AxisOrder", $"has its columns along {"xyz"[header.Axes.Columns]}, its rows along {"xyz"[header.Axes.Rows]} and its sections along {"xyz"[header.Axes.Sections]}; sections are read as they are stored, not turned"));
        return new RawVolume(layout) { VoxelSize = VoxelSizeOf(header), Remarks = remarks };
    }

    private SampleType TypeOf(string path, MrcHeader header, List<FileRemark> remarks)
    {
        switch (header.Mode)
        {
            case 0:
                return ByteTypeOf(header, remarks);
            case 1:
                return SampleType.Int16;
            case 2:
                return SampleType.Single;
            case 6:
                return SampleType.UInt16;
            case 12:
                return SampleType.Half;
            case 3:
            case 4:
                throw Errors.NotSupported(path, $"complex numbers (mode {header.Mode}), as a Fourier transform has");
            case 16:
                throw Errors.NotSupported(path, "colours (mode 16)");
            case 101:
                throw Errors.NotSupported(path, "4-bit integers, two in a byte (mode 101)");
            default:
                throw header.MakesSense ? Errors.NotSupported(path, $"pixels of mode {header.Mode}") : Errors.Damaged(path, $"its header gives {header.Sections} x {header.Rows} x {header.Columns} pixels (z, y, x) of mode {header.Mode}, which is none");
        }
    }

    /// <summary>Bytes are signed by MRC2014, and unsigned in many a file: IMOD says which; others give it away by their range.</summary>
    private static SampleType ByteTypeOf(MrcHeader header, List<FileRemark> remarks)
    {
        if (header.IsImod)
            return header.ImodSigned ? SampleType.Int8 : SampleType.UInt8;
        (float least, float most) = header.Range;
        if (!(least >= 0 && most is > sbyte.MaxValue and <= byte.MaxValue))
            return SampleType.Int8;
        remarks.Add(new FileRemark("UnsignedBytes", FormattableString.Invariant($"holds bytes, which the format means as signed; its header says that they run from {least} to {most}, so they are read as unsigned")));
        return SampleType.UInt8;
    }

    private static VoxelSize? VoxelSizeOf(MrcHeader header)
    {
        (int columns, int rows, int sections) = header.Axes;
        double x = header.Spacing(columns), y = header.Spacing(rows), z = header.Spacing(sections);

        // 1 Angstrom is what programs write that know no size; a stack of images has a cell of one section, whose depth says nothing.
        if (x == 1 && y == 1)
            return null;
        bool deep = header.Grid(sections) > 1 || header.SpaceGroup != 0;
        return VoxelSize.Sensible(deep ? z * NanometresPerAngstrom : null, y * NanometresPerAngstrom, x * NanometresPerAngstrom);
    }

    private static bool HasRoom(MrcHeader header, string path)
    {
        int halfBytes = header.Mode switch { 0 => 2, 1 or 6 or 12 => 4, 2 or 3 => 8, 4 => 16, 16 => 6, 101 => 1, _ => 2 };
        Int128 pixels = (Int128)header.Columns * header.Rows * header.Sections;
        return MrcHeader.Length + header.ExtendedBytes + pixels * halfBytes / 2 <= new FileInfo(path).Length;
    }
}
