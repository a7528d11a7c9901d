using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace EmTools.Engine.Tests.Formats;

/// <summary>Writes DigitalMicrograph files: a thumbnail, and images of given tags.</summary>
internal sealed class DmSample(int version, bool littleEndian)
{
    private readonly List<byte> _file = [];

    /// <summary>An image: its data type, sizes (x first), pixels in this machine's order, and calibrations.</summary>
    public sealed record Image(int DataType, int[] Sizes, Array Pixels, params (double Scale, string Units)[] Calibrations);

    /// <summary>The whole file.</summary>
    public byte[] Bytes(params Image[] images)
    {
        Int(version);
        Count(0); // the length, which readers do not need
        Int(littleEndian ? 1 : 0);
        var thumbnail = new Image(23, [2, 2], new uint[] { 1, 2, 3, 4 });
        Body(3, () =>
        {
            Value("ApplicationBounds", () => Numbers(20, 15, 0, 2, 0, 3, 0, 3, 2), [.. Stored(1), .. Stored(2), .. Stored(3), .. Stored(4)]); // an array of structures
            Group("ImageList", images.Length + 1, () =>
            {
                foreach (Image image in images.Prepend(thumbnail))
                    Write(image);
            });
            Value("InImageMode", () => Numbers(8), [1]);
        });
        _file.AddRange(new byte[8]);
        return [.. _file];
    }

    private void Write(Image image) => Group("", 2, () =>
    {
        Group("ImageData", 4, () =>
        {
            Group("Calibrations", 1, () => Group("Dimension", image.Calibrations.Length, () =>
            {
                foreach ((double scale, string units) in image.Calibrations)
                {
                    Group("", 3, () =>
                    {
                        Value("Origin", () => Numbers(6), Stored(0f));
                        Value("Scale", () => Numbers(6), Stored((float)scale));
                        Value("Units", () => Numbers(20, 4, units.Length), Stored(units.ToCharArray()));
                    });
                }
            }));
            Value("Data", () => Numbers(20, image.Pixels switch { sbyte[] => 9, byte[] => 10, short[] => 2, ushort[] => 4, int[] => 3, uint[] => 5, float[] => 6, _ => 7 }, image.Pixels.Length), image.Pixels switch
            {
                sbyte[] pixels => Stored(pixels),
                byte[] pixels => pixels,
                short[] pixels => Stored(pixels),
                ushort[] pixels => Stored(pixels),
                int[] pixels => Stored(pixels),
                uint[] pixels => Stored(pixels),
                float[] pixels => Stored(pixels),
                _ => Stored((double[])image.Pixels),
            });
            Value("DataType", () => Numbers(5), Stored(image.DataType));
            Group("Dimensions", image.Sizes.Length, () =>
            {
                foreach (int size in image.Sizes)
                    Value("", () => Numbers(5), Stored(size));
            });
        });
        Group("ImageTags", 2, () =>
        {
            Value("A structure", () => Numbers(15, 0, 2, 0, 2, 0, 7), new byte[10]);
            Value("A string", () => Numbers(18, 6), new byte[6]);
        });
    });

    private byte[] Stored<T>(params T[] values)
        where T : unmanaged
        => MrcSample.Stored(values, !littleEndian);

    private void Group(string name, int tags, Action content) => Entry(20, name, () => Body(tags, content));

    private void Body(int tags, Action content)
    {
        _file.AddRange([1, 0]);
        Count(tags);
        content();
    }

    private void Value(string name, Action type, byte[] value) => Entry(21, name, () =>
    {
        _file.AddRange("%%%%"u8);
        type();
        _file.AddRange(value);
    });

    private void Numbers(params int[] info)
    {
        Count(info.Length);
        foreach (int number in info)
            Count(number);
    }

    private void Entry(byte kind, string name, Action content)
    {
        _file.Add(kind);
        _file.AddRange([(byte)(name.Length >> 8), (byte)name.Length, .. Encoding.Latin1.GetBytes(name)]);
        int at = _file.Count;
        if (version == 4)
            Count(0);
        content();
        if (version == 4)
            BinaryPrimitives.WriteInt64BigEndian(CollectionsMarshal.AsSpan(_file)[at..], _file.Count - at - 8);
    }

    private void Int(int value) => _file.AddRange([(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value]);

    private void Count(long value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        _file.AddRange(version == 4 ? bytes : bytes[4..]);
    }
}
