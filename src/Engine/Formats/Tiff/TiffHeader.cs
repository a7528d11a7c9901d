using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace EmTools.Engine.Formats;

/// <summary>
/// A TIFF file's header, in either byte order, classic or BigTIFF, and its bytes beside the pixels. Everything is held to the
/// file's length before it is allocated or followed: a damaged height must not ask for 17 GB of strip offsets, as it does
/// in LibTiff.NET, which cannot read big-endian BigTIFF besides.
/// </summary>
internal sealed class TiffHeader
{
    /// <summary>Directories and their short values lie close together; one reading serves several.</summary>
    private const int WindowBytes = 4096;

    private readonly SafeFileHandle _handle;
    private readonly byte[] _window = new byte[WindowBytes];
    private long _windowAt;
    private int _windowCount;
    private long _budget;

    private TiffHeader(string path, SafeFileHandle handle)
    {
        Path = path;
        _handle = handle;
        Length = RandomAccess.GetLength(handle);
        if (Length == 0)
            throw new EmException(EmErrorKind.InvalidData, "TiffEmpty", $"'{path}' is empty (0 bytes). Copy or export it again.", path);

        // What a file says beside its pixels is less than itself, unless its parts are said to lie in one place, thousands of times.
        _budget = 2 * Length + (16 << 20);
        byte[] start = Read(0, (int)Math.Min(256, Length), "the header");
        IsBigEndian = start is [(byte)'M', (byte)'M', ..];
        if (start.Length < 8 && start is [(byte)'I', (byte)'I', 42 or 43, 0, ..] or [(byte)'M', (byte)'M', 0, 42 or 43, ..])
            throw Truncated("the end of the header");
        bool sound = start.Length >= 8 && (IsBigEndian || start is [(byte)'I', (byte)'I', ..]);
        int version = sound ? UInt16(start, 2) : 0;
        if (version is not (42 or 43))
            throw new EmException(EmErrorKind.InvalidData, "NotTiff", $"'{path}' is no TIFF file, nor one of another format that is read: {FileSignature.Describe(start)}. Give the section's own file, or convert it to a grey TIFF.", path);

        IsBigTiff = version == 43;
        if (IsBigTiff && start.Length < 16)
            throw Truncated("the end of the header");
        FirstDirectory = IsBigTiff ? Int64(start, 8) : UInt32(start, 4);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The file's length in bytes.</summary>
    public long Length { get; }

    /// <summary>True for 64-bit offsets.</summary>
    public bool IsBigTiff { get; }

    /// <summary>True when numbers are stored with their most significant byte first.</summary>
    public bool IsBigEndian { get; }

    /// <summary>Where the first page's directory is said to lie.</summary>
    public long FirstDirectory { get; }

    /// <summary>Reads the header.</summary>
    /// <exception cref="EmException">Not a TIFF file, or truncated.</exception>
    public static TiffHeader Read(string path, SafeFileHandle handle) => new(path, handle);

    /// <summary>Reads bytes of the file, which must have them.</summary>
    /// <param name="offset">Where they begin.</param>
    /// <param name="count">How many.</param>
    /// <param name="part">What they are, for the message.</param>
    /// <exception cref="EmException">The file ends before, or its parts lie in one place (<c>TiffTruncated</c>, <c>TiffDamaged</c>).</exception>
    public byte[] Read(long offset, int count, string part)
    {
        _budget -= count;
        if (_budget < 0)
            throw TiffErrors.Damaged(Path, "what it says beside its pixels is said to be longer than all of it, so that parts lie in one place");
        byte[] bytes = new byte[count];
        if (count <= WindowBytes)
        {
            if (offset < _windowAt || offset + count > _windowAt + _windowCount)
            {
                _windowAt = offset;
                _windowCount = Fill(_window, offset);
            }

            if (offset + count > _windowAt + _windowCount)
                throw Truncated(part);
            Array.Copy(_window, offset - _windowAt, bytes, 0, count);
        }
        else if (Fill(bytes, offset) < count)
        {
            throw Truncated(part);
        }

        return bytes;
    }

    public ushort UInt16(byte[] b, int at) => IsBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(b.AsSpan(at)) : BinaryPrimitives.ReadUInt16LittleEndian(b.AsSpan(at));

    public uint UInt32(byte[] b, int at) => IsBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(b.AsSpan(at)) : BinaryPrimitives.ReadUInt32LittleEndian(b.AsSpan(at));

    public long Int64(byte[] b, int at) => IsBigEndian ? BinaryPrimitives.ReadInt64BigEndian(b.AsSpan(at)) : BinaryPrimitives.ReadInt64LittleEndian(b.AsSpan(at));

    /// <summary>The error of a file that ends before one of its parts.</summary>
    public EmException Truncated(string part) => TiffErrors.Truncated(Path, $"the file ends after {Length} bytes, before {part}");

    private int Fill(byte[] bytes, long offset)
    {
        int have = 0;
        while (have < bytes.Length)
        {
            int got = RandomAccess.Read(_handle, bytes.AsSpan(have), offset + have);
            if (got == 0)
                break;
            have += got;
        }

        return have;
    }
}
