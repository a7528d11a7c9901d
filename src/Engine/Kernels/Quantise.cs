using System.Numerics;
using System.Runtime.CompilerServices;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Kernels;

/// <summary>Truncates a row of floats, already held to the type's range, into a plane's row.</summary>
internal static unsafe class Quantise
{
    /// <summary>Writes row <paramref name="y"/> of a plane of any type; <paramref name="row"/> has room up to a multiple of 64 values.</summary>
    public static void Row(float* row, Plane to, int y)
    {
        switch (to)
        {
            case Plane<byte> bytes:
                Narrow(row, bytes.RowPointer(y), to.Width);
                break;
            case Plane<ushort> words:
                Narrow(row, words.RowPointer(y), to.Width);
                break;
            default:
                new ReadOnlySpan<float>(row, to.Width).CopyTo(((Plane<float>)to).Row(y));
                break;
        }
    }

    // Rows of planes are padded to 64 bytes, so whole vectors may be written.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow(float* row, byte* to, int width)
    {
        for (int x = 0; x < width; x += Vector<byte>.Count)
        {
            Vector<ushort> low = Pair(row + x);
            Vector<ushort> high = Pair(row + x + Vector<ushort>.Count);
            Vector.Store(Vector.Narrow(low, high), to + x);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow(float* row, ushort* to, int width)
    {
        for (int x = 0; x < width; x += Vector<ushort>.Count)
            Vector.Store(Pair(row + x), to + x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<ushort> Pair(float* at)
        => Vector.Narrow(
            Vector.AsVectorUInt32(Vector.ConvertToInt32(Vector.Load(at))),
            Vector.AsVectorUInt32(Vector.ConvertToInt32(Vector.Load(at + Vector<float>.Count))));
}
