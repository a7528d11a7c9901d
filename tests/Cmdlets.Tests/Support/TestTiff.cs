using System.Runtime.InteropServices;

namespace EmTools.Cmdlets.Tests;

/// <summary>Writes the plainest TIFF there is: little-endian, one uncompressed strip, so that the module's own writer is not needed to test its reader.</summary>
internal static class TestTiff
{
    public static string Write<T>(string path, T[,] pixels, uint photometric = 1)
        where T : unmanaged
        => WritePages(path, [pixels], photometric);

    /// <summary>Writes a page for each of the planes.</summary>
    public static string WritePages<T>(string path, IReadOnlyList<T[,]> pages, uint photometric = 1)
        where T : unmanaged
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var file = new BinaryWriter(File.Create(path));
        file.Write("II*\0"u8);
        foreach (T[,] pixels in pages)
        {
            int height = pixels.GetLength(0), width = pixels.GetLength(1);
            int bytesPerPixel = Marshal.SizeOf<T>();
            int count = height * width * bytesPerPixel;
            uint start = (uint)file.BaseStream.Position + 4;
            ushort format = typeof(T) == typeof(float) ? (ushort)3 : (ushort)1;
            (ushort Tag, ushort Type, uint Value)[] entries =
            [
                (256, 4, (uint)width), (257, 4, (uint)height), (258, 3, (uint)(8 * bytesPerPixel)), (259, 3, 1), (262, 3, photometric),
                (273, 4, start), (277, 3, 1), (278, 4, (uint)height), (279, 4, (uint)count), (339, 3, format),
            ];
            file.Write(start + (uint)(count + (count & 1)));
            file.Write(MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(ref pixels[0, 0], pixels.Length)));
            if ((count & 1) == 1)
                file.Write((byte)0);
            file.Write((ushort)entries.Length);
            foreach ((ushort tag, ushort type, uint value) in entries)
            {
                file.Write(tag);
                file.Write(type);
                file.Write(1u);
                file.Write(value);
            }
        }

        file.Write(0u);
        return path;
    }

    /// <summary>A section of 16-bit values 1000 + 10 y + x.</summary>
    public static string WriteRamp(string path, int height = 6, int width = 8)
    {
        var pixels = new ushort[height, width];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                pixels[y, x] = (ushort)(1000 + 10 * y + x);
        }

        return Write(path, pixels);
    }
}
