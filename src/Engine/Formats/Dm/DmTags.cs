using System.Buffers.Binary;
using System.Text;
using EmTools.Engine.Files;
using Microsoft.Win32.SafeHandles;

namespace EmTools.Engine.Formats;

/// <summary>
/// Walks through a DigitalMicrograph file's tags (versions 3 and 4): groups within groups, with numbers, structures, strings
/// and arrays. Numbers of the tree itself are big-endian, values in the order that the file names. Arrays are not read, only found.
/// </summary>
internal sealed class DmTags
{
    private const int DeepestGroup = 64;
    private const int LongestText = 64;
    private const byte GroupEntry = 20;
    private const int Structure = 15, Text = 18, Array = 20;

    private readonly SafeFileHandle _handle;
    private readonly string _path;
    private readonly long _length;
    private readonly bool _wide;
    private readonly byte[] _buffer = new byte[1 << 14];
    private long _bufferStart;
    private int _buffered;
    private long _at;

    private DmTags(SafeFileHandle handle, string path)
    {
        _handle = handle;
        _path = path;
        _length = RandomAccess.GetLength(handle);
        int version = Int();
        if (version is not (3 or 4))
            throw Damaged($"its version is {version}, where 3 and 4 are known");
        _wide = version == 4;
        Count(); // bytes that follow, wrong in some files
        LittleEndian = Int() switch
        {
            0 => false,
            1 => true,
            int order => throw Damaged($"its byte order is {order}, where 0 and 1 are known"),
        };
    }

    /// <summary>The order of the bytes of values and pixels.</summary>
    public bool LittleEndian { get; }

    /// <summary>Reads the tags of the images that a file lists, those that describe pixels.</summary>
    /// <exception cref="EmException">The file is damaged.</exception>
    public static (DmGroup Images, bool LittleEndian) Read(string path, SafeFileHandle handle)
    {
        var tags = new DmTags(handle, path);
        var root = new DmGroup();
        tags.ReadGroup(root, 0);
        return (root.Find<DmGroup>("ImageList") ?? throw tags.Damaged("it lists no images"), tags.LittleEndian);
    }

    /// <summary>Which groups and tags are kept: of an image's many thousands those below <c>ImageData</c>.</summary>
    private static bool IsWanted(int depth, string name) => depth switch
    {
        0 => name == "ImageList",
        2 => name == "ImageData",
        _ => true,
    };

    private void ReadGroup(DmGroup? into, int depth)
    {
        if (depth > DeepestGroup)
            throw Damaged($"its tags are nested more than {DeepestGroup} deep");
        Skip(2); // whether the group is sorted, and open in a window
        long count = Count();
        for (long i = 0; i < count; i++)
        {
            byte kind = Byte();
            string name = Encoding.Latin1.GetString(Bytes(Short()));
            long end = _wide ? Length() + _at : -1;
            DmGroup? group = into is not null && IsWanted(depth, name) ? into : null;
            if (group is null && _wide)
            {
                MoveTo(end);
                continue;
            }

            if (kind == GroupEntry)
            {
                DmGroup? inner = group is null ? null : new DmGroup();
                ReadGroup(inner, depth + 1);
                if (inner is not null)
                    group!.Add(name, inner);
            }
            else if (kind == 21)
            {
                object? value = ReadValue(isText: name == "Units");
                if (value is not null)
                    group?.Add(name, value);
            }
            else
            {
                throw Damaged($"a tag at byte {_at} is of kind {kind}, which is none");
            }

            if (_wide && _at != end)
                throw Damaged($"the tag '{name}' should end at byte {end} and ends at {_at}");
        }
    }

    private object? ReadValue(bool isText)
    {
        if (!Bytes(4).SequenceEqual("%%%%"u8))
            throw Damaged($"a tag's value at byte {_at - 4} does not begin as it should");
        Count(); // of the numbers that tell the type, which the type itself tells too
        int type = Type();
        switch (type)
        {
            case Structure:
                Skip(StructureBytes());
                return null;
            case Text:
                Skip(Length());
                return null;
            case Array:
                int elementType = Type();
                long bytes = elementType switch
                {
                    Structure => StructureBytes(),
                    Text or Array => throw Damaged($"a tag at byte {_at} holds an array of arrays"),
                    _ => SimpleBytes(elementType),
                };
                return ReadArray(elementType, bytes, Count(), isText);
            default:
                return Simple(type);
        }
    }

    private object ReadArray(int elementType, long bytes, long count, bool isText)
    {
        const int Characters = 4;
        if (count < 0 || (Int128)count * bytes > _length - _at)
            throw Damaged($"an array at byte {_at} has {count} elements of {bytes} bytes, more than the file has");
        if (isText && elementType == Characters && count <= LongestText)
            return (LittleEndian ? Encoding.Unicode : Encoding.BigEndianUnicode).GetString(Bytes((int)count * 2));
        var array = new DmArray(_at, elementType, bytes, count);
        Skip(count * bytes);
        return array;
    }

    private long StructureBytes()
    {
        Count(); // the length of its name, which is none
        long fields = Count(), bytes = 0;
        for (long i = 0; i < fields; i++)
        {
            Count();
            bytes += SimpleBytes(Type());
        }

        return bytes;
    }

    private int Type()
    {
        long type = Count();
        return type is >= 0 and <= 127 ? (int)type : throw Damaged($"a tag at byte {_at} is of type {type}, which is none");
    }

    private long SimpleBytes(int type) => type switch
    {
        8 or 9 or 10 => 1,
        2 or 4 => 2,
        3 or 5 or 6 => 4,
        7 or 11 or 12 => 8,
        _ => throw Damaged($"a tag at byte {_at} is of type {type}, which is none"),
    };

    private double Simple(int type)
    {
        Span<byte> value = stackalloc byte[8];
        value = value[..(int)SimpleBytes(type)];
        Bytes(value.Length).CopyTo(value);
        if (LittleEndian != BitConverter.IsLittleEndian)
            value.Reverse();
        return type switch
        {
            2 => BitConverter.ToInt16(value),
            3 => BitConverter.ToInt32(value),
            4 => BitConverter.ToUInt16(value),
            5 => BitConverter.ToUInt32(value),
            6 => BitConverter.ToSingle(value),
            7 => BitConverter.ToDouble(value),
            11 => BitConverter.ToInt64(value),
            12 => BitConverter.ToUInt64(value),
            _ => value[0],
        };
    }

    /// <summary>A number of the tree, which takes 8 bytes in version 4 and 4 in version 3.</summary>
    private long Count() => _wide ? BinaryPrimitives.ReadInt64BigEndian(Bytes(8)) : BinaryPrimitives.ReadUInt32BigEndian(Bytes(4));

    /// <summary>A number of bytes that follow.</summary>
    private long Length()
    {
        long length = Count();
        return length >= 0 && length <= _length - _at ? length : throw Damaged($"a tag at byte {_at} claims {length} bytes, more than the file has");
    }

    private int Int() => BinaryPrimitives.ReadInt32BigEndian(Bytes(4));

    private int Short() => BinaryPrimitives.ReadUInt16BigEndian(Bytes(2));

    private byte Byte() => Bytes(1)[0];

    private void Skip(long bytes) => MoveTo(_at + bytes);

    private void MoveTo(long at)
    {
        if (at < _at || at > _length)
            throw Damaged("its tags go on behind its end");
        _at = at;
    }

    /// <summary>The next bytes, which stay until the next call.</summary>
    private ReadOnlySpan<byte> Bytes(int count)
    {
        if (count > _length - _at)
            throw DmFormat.Instance.Errors.Truncated(_path, $"it ends within its tags, at byte {_length}");
        if (count > _buffer.Length)
        {
            byte[] large = new byte[count];
            _handle.Fill(large, _at);
            _at += count;
            return large;
        }

        if (_at < _bufferStart || _at + count > _bufferStart + _buffered)
        {
            _bufferStart = _at;
            _buffered = (int)Math.Min(_buffer.Length, _length - _at);
            if (!_handle.Fill(_buffer.AsSpan(0, _buffered), _at))
                throw DmFormat.Instance.Errors.Truncated(_path, $"it became shorter while it was read");
        }

        ReadOnlySpan<byte> bytes = _buffer.AsSpan((int)(_at - _bufferStart), count);
        _at += count;
        return bytes;
    }

    private EmException Damaged(string detail) => DmFormat.Instance.Errors.Damaged(_path, detail);
}
