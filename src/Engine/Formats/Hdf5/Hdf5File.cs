using EmTools.Engine.Files;
using Microsoft.Win32.SafeHandles;

namespace EmTools.Engine.Formats;

/// <summary>
/// An HDF5 file's bytes. Every structure says where the next one lies and how long it is; here all of it is held to the
/// file's length before it is read, and what is read is counted, so that a damaged file can neither ask for more
/// memory than it has bytes nor lead in circles.
/// </summary>
internal sealed class Hdf5File : IDisposable
{
    /// <summary>How often its own length may be read from a file for one question; sound files stay below 2.</summary>
    private const long Rounds = 16;

    private const long LeastBudget = 1 << 20;

    private readonly SafeFileHandle _handle;
    private readonly Hdf5Superblock _superblock;
    private long _budget;

    private Hdf5File(string path, SafeFileHandle handle, Hdf5Superblock superblock, long length)
    {
        Path = path;
        Length = length;
        _handle = handle;
        _superblock = superblock;
        Refill();
    }

    /// <summary>The file's full path.</summary>
    public string Path { get; }

    /// <summary>Its length in bytes.</summary>
    public long Length { get; }

    /// <summary>Where addresses are counted from: the byte at which HDF5 begins in the file.</summary>
    public long Base => _superblock.Base;

    /// <summary>Where the root group's object header lies.</summary>
    public long Root => _superblock.Root;

    /// <summary>Bytes of an address in the file.</summary>
    public int OffsetSize => _superblock.OffsetSize;

    /// <summary>Bytes of a length in the file.</summary>
    public int LengthSize => _superblock.LengthSize;

    /// <summary>The most that the file's data can be when compressed: zlib's limit, and something for tables that are mostly empty.</summary>
    public long LargestData => 1040 * Length + LeastBudget;

    /// <summary>Opens a file and reads its superblock.</summary>
    /// <exception cref="EmException">No such file, not readable, no HDF5 file (<c>NotHdf5</c>), or only a part of one (<c>Hdf5Truncated</c>).</exception>
    public static Hdf5File Open(string path)
    {
        SafeFileHandle handle = RegularFile.OpenHandle(path);
        try
        {
            long length = RandomAccess.GetLength(handle);
            if (Hdf5Superblock.Find(handle, length) is not { } superblock)
            {
                byte[] start = new byte[256];
                start = start[..RandomAccess.Read(handle, start, 0)];
                throw new EmException(EmErrorKind.InvalidData, "NotHdf5", $"'{path}' is no HDF5 file: {(Hdf5Superblock.Begins(start) ? "it begins like one, but is damaged" : FileSignature.Describe(start))}. Give an .h5 file, or copy it again from its source.", path);
            }

            if (superblock.EndOfFile > length)
                throw new EmException(EmErrorKind.InvalidData, "Hdf5Truncated", $"'{path}' is truncated: it should have {superblock.EndOfFile} bytes, but has {length}. Copy it again from its source.", path);
            return new Hdf5File(path, handle, superblock, length);
        }
        catch (Exception e)
        {
            handle.Dispose();
            if (FileErrors.IsFileTrouble(e))
                throw FileErrors.Reading(path, e);
            throw;
        }
    }

    /// <summary>Begins a new question: what was read before no longer counts.</summary>
    public void Refill() => _budget = Math.Max(LeastBudget, Rounds * Length);

    /// <summary>Reads bytes of a structure or of data.</summary>
    /// <param name="address">Where, as the file counts.</param>
    /// <param name="count">How many.</param>
    /// <param name="what">What they are, for the error.</param>
    /// <exception cref="EmException">They do not lie in the file, or it leads in circles (<c>Hdf5Damaged</c>).</exception>
    public byte[] Read(long address, long count, string what)
    {
        long start = address + _superblock.Base;
        if (address < 0 || count < 0 || start < 0 || start > Length || count > Length - start || count > Array.MaxLength)
            throw Damaged($"{what} should lie at byte {address} and have {count} bytes, but the file has {Length}");
        _budget -= count + 16; // something for every reading, however short
        if (_budget < 0)
            throw Damaged("what it holds leads in circles");

        byte[] bytes = new byte[count];
        for (int have = 0; have < bytes.Length;)
        {
            int got = RandomAccess.Read(_handle, bytes.AsSpan(have), start + have);
            if (got == 0)
                throw Damaged($"it ends within {what}");
            have += got;
        }

        return bytes;
    }

    /// <summary>Reads a structure with a signature, up to <paramref name="count"/> bytes, fewer where the file ends.</summary>
    public Hdf5Cursor Structure(long address, long count, string signature, string what)
    {
        long start = address + _superblock.Base;
        if (address >= 0 && start >= 0 && start < Length)
            count = Math.Min(count, Length - start);
        var cursor = new Hdf5Cursor(this, Read(address, count, what), what);
        cursor.Expect(signature);
        return cursor;
    }

    /// <summary>Reads a structure with a signature that ends with a checksum, and compares that.</summary>
    /// <param name="address">Where it begins.</param>
    /// <param name="count">Its bytes without the checksum.</param>
    /// <param name="signature">What it begins with.</param>
    /// <param name="what">What it is, for the error.</param>
    /// <exception cref="EmException">It is none, or its checksum is wrong (<c>Hdf5Damaged</c>).</exception>
    public Hdf5Cursor CheckedStructure(long address, long count, string signature, string what)
    {
        var cursor = new Hdf5Cursor(this, Checked(address, count, what), what);
        cursor.Expect(signature);
        return cursor;
    }

    /// <summary>Reads bytes that a checksum follows, and compares that.</summary>
    public byte[] Checked(long address, long count, string what)
    {
        byte[] bytes = Read(address, count, what);
        byte[] sum = Read(address + count, Hdf5Checksum.Bytes, what);
        return Hdf5Checksum.Of(bytes) == BitConverter.ToUInt32(sum) ? bytes : throw Damaged($"the checksum of {what} is wrong");
    }

    public EmException Damaged(string what, Exception? cause = null)
        => new(EmErrorKind.InvalidData, "Hdf5Damaged", $"'{Path}' is damaged: {what.TrimEnd('.')}. Copy the file again from its source.", Path, cause);

    public EmException NotSupported(string what)
        => new(EmErrorKind.NotSupported, "Hdf5NotSupported", $"'{Path}' holds {what}, which is not read here. Write it plainly, for example with 'h5repack -f NONE -l CONTI old.h5 new.h5', and give the new file.", Path);

    public void Dispose() => _handle.Dispose();
}
