using System.Runtime.InteropServices;

namespace EmTools.Engine.Formats;

/// <summary>How the voxels of a decoded chunk lie in memory, and how they become pixels with x fastest.</summary>
internal sealed class ChunkLayout
{
    private readonly VoxelType _type;
    private readonly bool _bigEndian;
    private readonly bool _isMask;
    private readonly long _offset;
    private readonly (long Z, long Y, long X) _stride;

    /// <param name="type">How voxels are stored.</param>
    /// <param name="bigEndian">Most significant byte first.</param>
    /// <param name="isMask">Only zero or not counts.</param>
    /// <param name="shape">Voxels of a chunk along each axis of the array.</param>
    /// <param name="order">The axes as the chunk stores them, slowest first.</param>
    /// <param name="axes">Which axis of the array is what.</param>
    public ChunkLayout(VoxelType type, bool bigEndian, bool isMask, long[] shape, int[] order, VolumeAxes axes)
    {
        (_type, _bigEndian, _isMask) = (type, bigEndian && type.Bytes() > 1, isMask);
        long[] strides = new long[shape.Length];
        long voxels = 1;
        for (int i = order.Length - 1; i >= 0; i--)
        {
            strides[order[i]] = voxels;
            voxels = checked(voxels * shape[order[i]]);
        }

        Bytes = checked(voxels * type.Bytes());
        _stride = (axes.Z < 0 ? 0 : strides[axes.Z], strides[axes.Y], strides[axes.X]);
        for (int i = 0; i < shape.Length; i++)
            _offset += axes.Fixed[i] % shape[i] * strides[i];
        Shape = ((int)(axes.Z < 0 ? 1 : shape[axes.Z]), (int)shape[axes.Y], (int)shape[axes.X]);
    }

    /// <summary>Bytes of a decoded chunk.</summary>
    public long Bytes { get; }

    /// <summary>Its voxels along z, y and x.</summary>
    public (int Depth, int Height, int Width) Shape { get; }

    /// <summary>The pixels of a decoded chunk, of which only so many voxels along each axis lie in the volume.</summary>
    /// <exception cref="ChunkException">A value cannot be read without loss.</exception>
    public DecodedChunk Pixels(byte[] stored, int depth, int height, int width)
    {
        (int allDepth, int allHeight, int allWidth) = Shape;

        // Behind the volume's end lies what the writer left there, which must not be taken for values.
        bool all = _type.Read(isMask: false) == _type.Read(_isMask) && _type is VoxelType.UInt8 or VoxelType.Int8 or VoxelType.UInt16 or VoxelType.Int16 or VoxelType.Float16 or VoxelType.Float32;
        if (all || (depth == allDepth && height == allHeight && width == allWidth))
            (depth, height, width) = (allDepth, allHeight, allWidth);
        bool plain = _offset == 0 && stored.LongLength == (long)depth * height * width * _type.Bytes()
            && _stride.X == 1 && (height == 1 || _stride.Y == width) && (depth == 1 || _stride.Z == (long)height * width);
        byte[] voxels = plain ? stored : Gathered(stored, depth, height, width);
        return new DecodedChunk(VoxelConversion.ToPixels(voxels, _type, _bigEndian, _isMask), depth, height, width);
    }

    private byte[] Gathered(byte[] stored, int depth, int height, int width)
    {
        int size = _type.Bytes();
        byte[] voxels = GC.AllocateUninitializedArray<byte>(checked((int)((long)depth * height * width * size)));
        for (int z = 0; z < depth; z++)
        {
            for (int y = 0; y < height; y++)
            {
                long from = _offset + z * _stride.Z + y * _stride.Y;
                Span<byte> row = voxels.AsSpan((z * height + y) * width * size, width * size);
                if (_stride.X == 1)
                {
                    stored.AsSpan((int)(from * size), row.Length).CopyTo(row);
                    continue;
                }

                switch (size)
                {
                    case 1:
                        Row(stored, from, row);
                        break;
                    case 2:
                        Row(MemoryMarshal.Cast<byte, ushort>(stored), from, MemoryMarshal.Cast<byte, ushort>(row));
                        break;
                    case 4:
                        Row(MemoryMarshal.Cast<byte, uint>(stored), from, MemoryMarshal.Cast<byte, uint>(row));
                        break;
                    default:
                        Row(MemoryMarshal.Cast<byte, ulong>(stored), from, MemoryMarshal.Cast<byte, ulong>(row));
                        break;
                }
            }
        }

        return voxels;
    }

    private void Row<T>(ReadOnlySpan<T> stored, long from, Span<T> row)
    {
        for (int x = 0; x < row.Length; x++, from += _stride.X)
            row[x] = stored[(int)from];
    }
}
