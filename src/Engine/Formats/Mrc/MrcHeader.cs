using System.Buffers.Binary;

namespace EmTools.Engine.Formats;

/// <summary>The first 1024 bytes of an MRC file, in whichever byte order they are.</summary>
/// <remarks>Fields and modes are those of MRC2014 (Cheng et al., J. Struct. Biol. 192, 2015) and of IMOD's description of its own files.</remarks>
internal readonly ref struct MrcHeader
{
    /// <summary>Its length.</summary>
    public const int Length = 1024;

    private const int StampOffset = 212, MapOffset = 208;
    private const int LargestSize = 1 << 18;
    private const int ImodStamp = 1146047817; // "IMOD"
    private readonly ReadOnlySpan<byte> _bytes;

    private MrcHeader(ReadOnlySpan<byte> bytes, bool bigEndian)
    {
        _bytes = bytes;
        BigEndian = bigEndian;
    }

    /// <summary>True where the most significant byte comes first.</summary>
    public bool BigEndian { get; }

    public int Columns => Int(0);

    public int Rows => Int(4);

    public int Sections => Int(8);

    /// <summary>How samples are stored.</summary>
    public int Mode => Int(12);

    /// <summary>Bytes of the extended header, which follows this one.</summary>
    public int ExtendedBytes => Int(92);

    /// <summary>0 for a stack of images, 1 for a volume, 401 for a stack of volumes.</summary>
    public int SpaceGroup => Int(88);

    /// <summary>The smallest and the largest value, where they were set.</summary>
    public (float Least, float Most) Range => (Float(76), Float(80));

    /// <summary>True for a file of IMOD.</summary>
    public bool IsImod => Int(152) == ImodStamp;

    /// <summary>True where IMOD says that its bytes are signed.</summary>
    public bool ImodSigned => (Int(156) & 1) != 0;

    /// <summary>True for a file that says what it is, as all but the oldest do.</summary>
    public bool IsMarked => _bytes.Slice(MapOffset, 4).SequenceEqual("MAP "u8);

    /// <summary>Which axis of space (0 x, 1 y, 2 z) columns, rows and sections run along; as usual where it was never set.</summary>
    public (int Columns, int Rows, int Sections) Axes
    {
        get
        {
            (int columns, int rows, int sections) = (Int(64) - 1, Int(68) - 1, Int(72) - 1);
            bool sound = columns is >= 0 and <= 2 && rows is >= 0 and <= 2 && sections is >= 0 and <= 2 && (1 << columns | 1 << rows | 1 << sections) == 7;
            return sound ? (columns, rows, sections) : (0, 1, 2);
        }
    }

    /// <summary>The distance of samples along an axis of space in Angstrom; not a number, infinite or 0 where it was never set.</summary>
    public double Spacing(int axis) => (double)Float(40 + 4 * axis) / Grid(axis);

    /// <summary>Samples of the unit cell along an axis of space.</summary>
    public int Grid(int axis) => Int(28 + 4 * axis);

    /// <summary>True where sizes, mode and the extended header's length make sense, as they do by chance in few files.</summary>
    public bool MakesSense => Columns > 0 && Rows > 0 && Sections > 0 && Mode is (>= 0 and <= 6) or 12 or 16 or 101 && ExtendedBytes >= 0;

    /// <summary>True where, moreover, no size is beyond any volume's.</summary>
    private bool IsPlausible => MakesSense && Columns <= LargestSize && Rows <= LargestSize && Sections <= LargestSize;

    /// <summary>True for the beginning of what is an MRC file by all that can be told without its length.</summary>
    public static bool LooksLikeOne(ReadOnlySpan<byte> start)
    {
        if (start.Length <= StampOffset)
            return false;
        MrcHeader header = Of(start);
        return header.IsMarked || header.IsPlausible;
    }

    /// <summary>The header in the order of its stamp; in the other where only that is plausible, as stamps are wrong or missing in the wild.</summary>
    /// <param name="start">At least the first 213 bytes.</param>
    public static MrcHeader Of(ReadOnlySpan<byte> start)
    {
        bool bigEndian = start[StampOffset] == 0x11;
        var told = new MrcHeader(start, bigEndian);
        var other = new MrcHeader(start, !bigEndian);
        return !told.IsPlausible && other.IsPlausible ? other : told;
    }

    private int Int(int at) => BigEndian ? BinaryPrimitives.ReadInt32BigEndian(_bytes[at..]) : BinaryPrimitives.ReadInt32LittleEndian(_bytes[at..]);

    private float Float(int at) => BitConverter.Int32BitsToSingle(Int(at));
}
