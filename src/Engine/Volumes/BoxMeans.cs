using System.Numerics;
using System.Runtime.InteropServices;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Volumes;

/// <summary>
/// The means of boxes of 1 or 2 voxels along each axis. Where a box sticks out of the volume, the mean is that of the voxels
/// inside. Integers are rounded to the nearest, halves up; of floats, those that are NaN are left out, and the mean of none is NaN.
/// </summary>
internal static class BoxMeans
{
    /// <summary>Computes the means of a box of voxels.</summary>
    /// <param name="type">The type of the voxels.</param>
    /// <param name="voxels">The voxels, x fastest.</param>
    /// <param name="size">How many along each axis.</param>
    /// <param name="step">1 or 2 along each axis.</param>
    /// <param name="means">Takes the means.</param>
    /// <param name="row">Means between the starts of rows.</param>
    /// <param name="plane">Means between the starts of planes.</param>
    public static void Of(PixelType type, ReadOnlySpan<byte> voxels, GridSize size, GridSize step, Span<byte> means, int row, int plane)
    {
        switch (type)
        {
            case PixelType.UInt8:
                Integers<byte, ushort>(voxels, size, step, means, row, plane, Widen);
                break;
            case PixelType.UInt16:
                Integers(MemoryMarshal.Cast<byte, ushort>(voxels), size, step, MemoryMarshal.Cast<byte, ushort>(means), row, plane, (RowSum<ushort, uint>)Widen);
                break;
            default:
                Floats(MemoryMarshal.Cast<byte, float>(voxels), size, step, MemoryMarshal.Cast<byte, float>(means), row, plane);
                break;
        }
    }

    private delegate void RowSum<T, TSum>(ReadOnlySpan<T> row, Span<TSum> sums);

    private static void Integers<T, TSum>(ReadOnlySpan<T> voxels, GridSize size, GridSize step, Span<T> means, int row, int plane, RowSum<T, TSum> add)
        where T : unmanaged, IBinaryInteger<T>
        where TSum : unmanaged, IBinaryInteger<TSum>
    {
        TSum[] sums = new TSum[size.X];
        GridSize into = size.In(step);
        for (int z = 0; z < into.Z; z++)
        {
            int depth = Math.Min(step.Z, size.Z - z * step.Z);
            for (int y = 0; y < into.Y; y++)
            {
                int height = Math.Min(step.Y, size.Y - y * step.Y);
                sums.AsSpan().Clear();
                for (int i = 0; i < depth * height; i++)
                    add(voxels.Slice(((z * step.Z + i / height) * size.Y + y * step.Y + i % height) * size.X, size.X), sums);
                Divide<T, TSum>(sums, step.X, depth * height, means.Slice(z * plane + y * row, into.X));
            }
        }
    }

    private static void Divide<T, TSum>(ReadOnlySpan<TSum> sums, int step, int rows, Span<T> means)
        where T : unmanaged, IBinaryInteger<T>
        where TSum : unmanaged, IBinaryInteger<TSum>
    {
        // All counts are powers of two, so a shift divides.
        int shift = BitOperations.Log2((uint)rows);
        if (step == 1)
        {
            TSum half = TSum.CreateTruncating(rows / 2);
            for (int x = 0; x < means.Length; x++)
                means[x] = T.CreateTruncating((sums[x] + half) >> shift);
            return;
        }

        TSum most = TSum.CreateTruncating(rows);
        int pairs = sums.Length / 2;
        for (int x = 0; x < pairs; x++)
            means[x] = T.CreateTruncating((sums[2 * x] + sums[2 * x + 1] + most) >> (shift + 1));
        if (pairs < means.Length)
            means[pairs] = T.CreateTruncating((sums[^1] + TSum.CreateTruncating(rows / 2)) >> shift);
    }

    private static void Widen(ReadOnlySpan<byte> row, Span<ushort> sums)
    {
        int x = 0;
        for (; x <= row.Length - Vector<byte>.Count; x += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(row[x..]), out Vector<ushort> low, out Vector<ushort> high);
            Span<ushort> at = sums.Slice(x, Vector<byte>.Count);
            (low + new Vector<ushort>(at)).CopyTo(at);
            at = at[Vector<ushort>.Count..];
            (high + new Vector<ushort>(at)).CopyTo(at);
        }

        for (; x < row.Length; x++)
            sums[x] += row[x];
    }

    private static void Widen(ReadOnlySpan<ushort> row, Span<uint> sums)
    {
        int x = 0;
        for (; x <= row.Length - Vector<ushort>.Count; x += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(row[x..]), out Vector<uint> low, out Vector<uint> high);
            Span<uint> at = sums.Slice(x, Vector<ushort>.Count);
            (low + new Vector<uint>(at)).CopyTo(at);
            at = at[Vector<uint>.Count..];
            (high + new Vector<uint>(at)).CopyTo(at);
        }

        for (; x < row.Length; x++)
            sums[x] += row[x];
    }

    private static void Floats(ReadOnlySpan<float> voxels, GridSize size, GridSize step, Span<float> means, int row, int plane)
    {
        GridSize into = size.In(step);
        for (int z = 0; z < into.Z; z++)
        {
            int lastZ = Math.Min(size.Z, (z + 1) * step.Z);
            for (int y = 0; y < into.Y; y++)
            {
                int lastY = Math.Min(size.Y, (y + 1) * step.Y);
                for (int x = 0; x < into.X; x++)
                {
                    double sum = 0;
                    int count = 0;
                    for (int fromZ = z * step.Z; fromZ < lastZ; fromZ++)
                    {
                        for (int fromY = y * step.Y; fromY < lastY; fromY++)
                        {
                            ReadOnlySpan<float> from = voxels.Slice((fromZ * size.Y + fromY) * size.X, size.X);
                            for (int fromX = x * step.X; fromX < Math.Min(size.X, (x + 1) * step.X); fromX++)
                            {
                                if (float.IsNaN(from[fromX]))
                                    continue;
                                sum += from[fromX];
                                count++;
                            }
                        }
                    }

                    means[z * plane + y * row + x] = count == 0 ? float.NaN : (float)(sum / count);
                }
            }
        }
    }
}
